// serai state add|list|networks|suspend|readmit: membership, kept by the secretariat.
import type { Command } from "commander";
import { cicaMembers } from "../directory/cica.ts";
import { Refusal } from "../refusal.ts";
import { type Common, examples, session, withSession } from "./command.ts";
import { readJsonFile } from "./input.ts";
import { type Io, print } from "./io.ts";
import { formatTable } from "./table.ts";

interface AddOptions extends Common {
  readonly name?: string;
  readonly nameRu?: string;
  readonly nameKk?: string;
  readonly identity?: string;
  readonly network?: readonly string[];
}

export function stateCommands(program: Command, io: Io): void {
  const state = program.command("state").description("member states");
  examples(
    withSession(state.command("add <code>").description("admit a state (secretariat)"))
      .option("--name <text>", "name in English (known for CICA members)")
      .option("--name-ru <text>", "name in Russian")
      .option("--name-kk <text>", "name in Kazakh")
      .option("--identity <file>", "STIX identity of the state; without one it is made")
      .option("--network <cidr...>", "networks that the state publishes, such as 203.0.113.0/24"),
    [
      "serai state add KZ --client secretariat.json",
      "serai state add KZ --network 203.0.113.0/24 2001:db8::/32",
      'serai state add XX --name "Example" --name-ru "Пример" --name-kk "Мысал"',
    ],
  ).action(async (code: string, options: AddOptions) => {
    const known = cicaMembers.find((member) => member.code === code)?.name;
    const name = {
      en: options.name ?? known?.en,
      ru: options.nameRu ?? known?.ru ?? options.name,
      kk: options.nameKk ?? known?.kk ?? options.name,
    };
    if (name.en === undefined) throw new Refusal("invalid-request", `${code} is not a CICA member; give its --name.`);
    const identities = options.identity === undefined ? {} : { identities: [readJsonFile(options.identity)] };
    const networks = options.network === undefined ? {} : { networks: options.network };
    const added = await (
      await session(io, options)
    ).json("POST", "/v1/states", { code, name, ...identities, ...networks });
    if (options.json === true) print(io, added);
    else io.out(`${code} is a member. Its identity is ${String((added["identities"] as readonly string[])[0])}.\n`);
  });
  examples(withSession(state.command("list").description("all members")), [
    "serai state list",
    "serai state list --json",
  ]).action(async (options: Common) => {
    const { states } = await (await session(io, options)).json("GET", "/v1/states");
    if (options.json === true) return print(io, { states });
    const rows = (
      states as readonly { code: string; name: { en: string }; active: boolean; identities: readonly string[] }[]
    ).map((one) => [one.code, one.name.en, one.active ? "member" : "suspended", one.identities.join(" ")]);
    io.out(formatTable(["code", "name", "membership", "identities"], rows));
  });
  examples(
    withSession(
      state
        .command("networks <code> [cidr...]")
        .description("the networks that a state publishes, in the place of those before (secretariat)"),
    ),
    ["serai state networks KZ 203.0.113.0/24 2001:db8::/32", "serai state networks KZ"],
  ).action(async (code: string, networks: readonly string[], options: Common) => {
    const path = `/v1/states/${encodeURIComponent(code)}/networks`;
    const done = await (await session(io, options)).json("PUT", path, { networks });
    if (options.json === true) print(io, done);
    else io.out(`${code} publishes ${networks.length === 0 ? "no networks" : networks.join(", ")} from now on.\n`);
  });
  examples(withSession(state.command("suspend <code>").description("suspend a membership (secretariat)")), [
    "serai state suspend UZ --client secretariat.json",
  ]).action(async (code: string, options: Common) => {
    const done = await (await session(io, options)).json("POST", `/v1/states/${encodeURIComponent(code)}/suspend`, {});
    if (options.json === true) print(io, done);
    else io.out(`The membership of ${code} is suspended: nothing is served to it, nothing new is released to it.\n`);
  });
  examples(withSession(state.command("readmit <code>").description("end a suspension (secretariat)")), [
    "serai state readmit UZ --client secretariat.json",
  ]).action(async (code: string, options: Common) => {
    const done = await (await session(io, options)).json("POST", `/v1/states/${encodeURIComponent(code)}/readmit`, {});
    if (options.json === true) print(io, done);
    else io.out(`${code} is a member again: it is served, and given what is contributed from now on.\n`);
  });
}
