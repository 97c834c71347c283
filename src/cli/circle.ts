// serai circle add|list|set|join|leave: standing groups of states that policies name, kept by the secretariat.
import type { Command } from "commander";
import { type Common, examples, session, withSession } from "./command.ts";
import { codesIn } from "./input.ts";
import { type Io, print } from "./io.ts";
import { formatTable } from "./table.ts";

interface AddOptions extends Common {
  readonly members?: string;
  readonly description?: string;
}

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly members: readonly { readonly state: string; readonly since: string; readonly until: string | null }[];
}

export function circleCommands(program: Command, io: Io): void {
  const circle = program.command("circle").description("circles: standing groups of states that policies name");
  examples(
    withSession(circle.command("add <name>").description("open a circle (secretariat)"))
      .option("--members <codes>", "who belongs to it from the start")
      .option("--description <text>", "what it is for"),
    ["serai circle add central --members KZ,UZ", 'serai circle add energy --description "Energy sector"'],
  ).action(async (name: string, { members, description, ...options }: AddOptions) => {
    const added = await (
      await session(io, options)
    ).json("POST", "/v1/circles", {
      name,
      ...(members === undefined ? {} : { members: codesIn(members) }),
      ...(description === undefined ? {} : { description }),
    });
    if (options.json === true) print(io, added);
    else io.out(`Circle ${name} is open. ${membersOf(added)}\n`);
  });
  examples(
    withSession(circle.command("list").description("the circles that your state belongs to; all (secretariat)")),
    ["serai circle list", "serai circle list --json"],
  ).action(async (options: Common) => {
    const { circles } = await (await session(io, options)).json("GET", "/v1/circles");
    if (options.json === true) return print(io, { circles });
    const rows = (circles as readonly Listed[]).map((one) => [
      one.name,
      namesOf(one, true),
      namesOf(one, false),
      one.description,
    ]);
    io.out(formatTable(["circle", "members", "former", "description"], rows));
  });
  const change = async (name: string, options: Common, method: "PUT" | "POST", body: unknown): Promise<void> => {
    const path = `/v1/circles/${encodeURIComponent(name)}/members`;
    const changed = await (await session(io, options)).json(method, path, body);
    if (options.json === true) print(io, changed);
    else io.out(`Circle ${name} has changed. ${membersOf(changed)}\n`);
  };
  examples(
    withSession(circle.command("set <name> <codes>").description("who belongs to it from now on (secretariat)")),
    ["serai circle set central KZ,UZ,TR"],
  ).action(async (name: string, codes: string, options: Common) =>
    change(name, options, "PUT", { members: codesIn(codes) }),
  );
  examples(withSession(circle.command("join <name> <codes>").description("states that join it (secretariat)")), [
    "serai circle join central TR",
  ]).action(async (name: string, codes: string, options: Common) =>
    change(name, options, "POST", { join: codesIn(codes) }),
  );
  examples(withSession(circle.command("leave <name> <codes>").description("states that leave it (secretariat)")), [
    "serai circle leave central UZ",
  ]).action(async (name: string, codes: string, options: Common) =>
    change(name, options, "POST", { leave: codesIn(codes) }),
  );
}

function membersOf(answer: Record<string, unknown>): string {
  const codes = namesOf(answer as unknown as Listed, true); // the exchange's own answer
  return codes === "" ? "Nobody belongs to it." : `Members: ${codes}.`;
}

/** Codes of those who belong to it, or of those who did and do no more. */
function namesOf({ members }: Listed, now: boolean): string {
  const current = members.filter(({ until }) => until === null).map(({ state }) => state);
  const codes = now ? current : members.map(({ state }) => state).filter((state) => !current.includes(state));
  return [...new Set(codes)].join(" ");
}
