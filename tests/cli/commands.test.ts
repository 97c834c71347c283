// The command line as its users type it, against an exchange that listens on a port: what it prints, what it says when
// something is wrong, and the exit code.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { counted } from "../../src/cli/count.ts";
import { exit } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import type { Session } from "../../src/cli/session.ts";
import type { Json } from "../../src/encoding/json.ts";
import { formatClientFile } from "../../src/node/client-file.ts";
import { indicator, malware, uuid } from "../harness/objects.ts";
import { openServed, type ServedStage } from "../http/served.ts";

const policy = { unmarked: "green", rules: [{ name: "all", share: ["all"], when: { tlp: "green" } }] };
const folder = mkdtempSync(join(tmpdir(), "serai-cli-"));
let stage: ServedStage;

beforeAll(async () => {
  stage = await openServed({ KZ: policy, TR: policy });
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function type(...args: readonly string[]): Promise<Typed> {
  let [out, err] = ["", ""];
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    env: {},
    interrupted: () => new Promise<void>(() => {}),
  };
  const code = await run(args, io);
  return { code, out, err };
}

function fileOf(session: Session): string {
  const path = join(folder, `${session.file.client}.client.json`);
  writeFileSync(path, formatClientFile(session.file));
  return path;
}
const as = (code: string, role: "steward" | "contributor" | "analyst"): readonly string[] => [
  "--client",
  fileOf(stage.client(code, role)),
];
const secretariat = (): readonly string[] => ["--client", fileOf(stage.secretariat)];
function save(name: string, value: Json | string): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}
const errorOf = ({ out }: Typed): Record<string, unknown> =>
  (JSON.parse(out) as { error: Record<string, unknown> }).error;
const collection = ["--collection", "threat-reports"] as const;

describe("help", () => {
  /** Every command that does something, as help tells them. */
  async function commandsIn(path: readonly string[]): Promise<readonly (readonly string[])[]> {
    const { out } = await type(...path, "--help");
    const list = /\nCommands:\n([\s\S]*?)\n\n/.exec(out)?.[1];
    if (list === undefined) return [path];
    const names = [...list.matchAll(/^ {2}([a-z]+)\b/gm)].flatMap((match) => match[1] ?? []);
    const inner = names.filter((name) => name !== "help").map((name) => commandsIn([...path, name]));
    return (await Promise.all(inner)).flat();
  }

  it("of each command has examples and the exit codes, and each knows --json", async () => {
    const commands = await commandsIn([]);
    expect(commands.length).toBeGreaterThan(18);
    for (const path of commands) {
      const { code, out } = await type(...path, "--help");
      expect([path, code]).toEqual([path, exit.done]);
      expect(out).toContain(`\nExamples:\n  $ `);
      expect(out).toContain(path.join(" "));
      expect(out).toContain("--json");
      for (const number of Object.values(exit)) expect(out).toMatch(new RegExp(` ${number} [a-z]`));
    }
  });
});

describe("contribute", () => {
  it("prints the status as the exchange sent it, with --json", async () => {
    for (const more of [[], ["--to", "TR"]]) {
      const file = save("report.json", {
        type: "bundle",
        id: `bundle--${uuid(1)}`,
        objects: [malware(more.length, "red")],
      });
      const typed = await type("contribute", file, ...collection, ...more, "--json", ...as("KZ", "contributor"));
      expect(typed.code).toBe(exit.done);
      const status = JSON.parse(typed.out) as { id: string; request_timestamp: string };
      expect(status.request_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      const served = await stage
        .client("KZ", "contributor")
        .request("GET", `/api/status/${status.id}/`, { taxii: true });
      expect(typed.out).toBe(`${await served.text()}\n`);
      expect(typed.out).not.toContain('"failures"');
    }
  });

  it("sends the texts that the file has, and pull prints them as they were contributed", async () => {
    const text = `{"type":"malware","spec_version":"2.1","id":"malware--${uuid(20)}","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.1000Z","is_family":true,"x_ratio":1.50,"x_big":1e3,"name":"\\u0041"}`;
    const typed = await type(
      "contribute",
      save("one.json", `\n  ${text}\n`),
      ...collection,
      ...as("KZ", "contributor"),
    );
    expect([typed.code, typed.err]).toEqual([exit.done, ""]);
    const pulled = await type("pull", ...collection, "--json", ...as("TR", "analyst"));
    expect(pulled.out).toContain(text);
    expect(JSON.parse(pulled.out)).toMatchObject({ pages: 1 });
  });

  it("counts in words that fit", async () => {
    const bad = { ...malware(31, "green"), is_family: undefined } as unknown as Json;
    const by = as("KZ", "contributor");
    const said = async (objects: readonly Json[]): Promise<string> => {
      const typed = await type("contribute", save("few.json", { objects: [...objects] }), ...collection, ...by);
      return typed.out.replace(/ \(status .*/s, "");
    };
    expect(await said([malware(30, "green")])).toBe("1 of 1 object taken in");
    expect(await said([malware(32, "green"), bad])).toBe("1 of 2 objects taken in");
    expect(await said([malware(33, "green"), malware(34, "green")])).toBe("2 of 2 objects taken in");
    expect(await said([bad])).toBe("0 of 1 object taken in");
    expect([0, 1, 2].map((n) => counted(n, "page"))).toEqual(["0 pages", "1 page", "2 pages"]);
    const { out } = await type("pull", ...collection, "--after", "2099-01-01T00:00:00Z", ...as("TR", "analyst"));
    expect(out).toContain("0 objects on 1 page.");
    const verified = await type("audit", "verify", ...as("TR", "analyst"));
    expect(verified.out).toMatch(/Read and hashed \d+ entries and 1 tile;/);
  });

  it("refuses a file without an object, and says which file", async () => {
    for (const [name, text] of [
      ["empty.json", '{"type":"bundle","id":"bundle--1"}'],
      ["none.json", '{"objects":[]}'],
      ["seven.json", '{"objects":7}'],
      ["list.json", "[]"],
      ["broken.json", "{"],
      ["twice.json", '{"objects":[],"objects":[]}'],
    ] as const) {
      const typed = await type("contribute", save(name, text), ...collection, ...as("KZ", "contributor"));
      expect([name, typed.code, typed.out]).toEqual([name, exit.refused, ""]);
      expect(typed.err).toContain(name);
    }
  });

  it("posts nothing when the receipts cannot be written", async () => {
    const file = save("late.json", { objects: [malware(40, "green")] });
    for (const receipt of [join(folder, "no", "such", "folder"), folder]) {
      const typed = await type("contribute", file, ...collection, "--receipt", receipt, ...as("KZ", "contributor"));
      expect([typed.code, typed.out]).toEqual([exit.usage, ""]);
      expect(typed.err).toContain(receipt);
    }
    const { out } = await type("pull", ...collection, "--json", ...as("KZ", "analyst"));
    expect(out).not.toContain(malware(40, null).id);
  });

  it("takes a list of states with blanks", async () => {
    const file = save("named.json", { objects: [indicator(50, "green")] });
    const typed = await type("contribute", file, ...collection, "--to", "TR, KZ", ...as("KZ", "contributor"));
    expect([typed.code, typed.err]).toEqual([exit.done, ""]);
  });
});

describe("a no of the exchange", () => {
  it("reaches --json with its own code, pointer, rule and status, whichever face it had", async () => {
    const bad = save("bad.json", { unmarked: "green", rules: [{ name: "a", share: ["al"] }] });
    const report = save("some.json", { objects: [malware(60, "green")] });
    const steward = as("KZ", "steward");
    for (const [args, error] of [
      // problem details
      [
        ["policy", "set", bad, ...steward],
        { code: "invalid", pointer: "/rules/0/share/0", rule: "state-code", status: 422 },
      ],
      [["state", "add", "KZ", ...secretariat()], { code: "conflict", pointer: "/code", status: 409 }],
      [["state", "suspend", "QQ", ...secretariat()], { code: "not-found", status: 404 }],
      [["collection", "add", "public", "--title", "A", ...secretariat()], { code: "conflict", status: 409 }],
      [
        ["policy", "show", ...as("KZ", "analyst")],
        { code: "forbidden", rule: "scope", subject: "policy", status: 403 },
      ],
      // TAXII errors
      [["pull", "--collection", "nope", ...as("KZ", "analyst")], { code: "not-found", status: 404 }],
      [
        ["pull", ...collection, "--after", "x", ...as("KZ", "analyst")],
        { code: "malformed", subject: "added_after", status: 400 },
      ],
      [
        ["contribute", report, ...collection, ...as("KZ", "analyst")],
        { code: "forbidden", rule: "scope", subject: "taxii:write", status: 403 },
      ],
    ] as const) {
      const typed = await type(...args, "--json");
      expect([args.slice(0, 2), errorOf(typed)]).toEqual([args.slice(0, 2), expect.objectContaining(error)]);
      expect(typed.err).toBe("");
    }
  });

  it("of the token door has our code too", async () => {
    const { file } = stage.client("KZ", "analyst");
    const stranger = save("stranger.json", formatClientFile({ ...file, client: "KZ-nobody" }));
    const typed = await type("token", "--client", stranger, "--json");
    expect([typed.code, errorOf(typed)]).toEqual([
      exit.credentials,
      expect.objectContaining({ code: "invalid-client", status: 401 }),
    ]);
  });

  it("for want of a right says what to do", async () => {
    const { code, err } = await type("state", "add", "AZ", ...as("KZ", "steward"));
    expect(code).toBe(exit.credentials);
    expect(err).toContain("--client");
  });
});

describe("a wrong line", () => {
  it("is told with the command's own help, and as JSON where that is wanted", async () => {
    for (const args of [["contribute"], ["pull"], ["token", "x"], ["client", "add", "kz-x"], ["state", "add"]]) {
      const typed = await type(...args, "--json");
      expect([args, typed.code, errorOf(typed)["code"]]).toEqual([args, exit.usage, "invalid-request"]);
      const name = args.slice(0, ["client", "state"].includes(args[0] ?? "") ? 2 : 1).join(" ");
      expect(typed.err).toContain(`serai ${name} --help`);
    }
    expect((await type("no-such-command")).code).toBe(exit.usage);
  });

  it("with a client file that is none, or is not there, is one of credentials", async () => {
    const steward = fileOf(stage.client("KZ", "steward"));
    const mangled = save("mangled.json", readFileSync(steward, "utf8").replace(/"d": "./, '"d": "'));
    for (const path of [save("policy.json", policy), save("broken.json", "{"), mangled, join(folder, "absent.json")]) {
      const typed = await type("policy", "show", "--client", path);
      expect([path, typed.code]).toEqual([path, exit.credentials]);
      expect(typed.err).toContain(path);
    }
    expect((await type("policy", "show")).code).toBe(exit.credentials);
  });

  it("with a file that cannot be read or written is one of usage, before anything is asked for", async () => {
    const away = join(folder, "away", "file.json");
    for (const args of [
      ["pull", ...collection, "--out", away, ...as("KZ", "analyst")],
      ["pull", ...collection, "--out", folder, ...as("KZ", "analyst")],
      ["audit", "verify", "--trusted", away, ...as("KZ", "analyst")],
      ["audit", "verify", "--receipt", away, ...as("KZ", "analyst")],
      ["policy", "set", away, ...as("KZ", "steward")],
      ["client", "add", "kz-x", "--role", "analyst", "--key", away, ...as("KZ", "steward")],
    ]) {
      const typed = await type(...args);
      expect([args.slice(0, 2), typed.code, typed.out]).toEqual([args.slice(0, 2), exit.usage, ""]);
    }
  });

  it("for an exchange that does not answer is told apart", async () => {
    const { file } = stage.client("KZ", "analyst");
    const nobody = save("nobody.json", formatClientFile({ ...file, exchange: "http://localhost:9" }));
    expect((await type("state", "list", "--client", nobody)).code).toBe(exit.unreachable);
  });
});

describe("explain", () => {
  it("names the collections of an object that stands in several, and none otherwise", async () => {
    const object = malware(70, "green");
    const file = save("several.json", { objects: [object] });
    for (const alias of ["threat-reports", "public"]) {
      const typed = await type("contribute", file, "--collection", alias, ...as("KZ", "contributor"));
      expect(typed.code).toBe(exit.done);
      const { out } = await type("explain", object.id, ...as("KZ", "contributor"));
      expect(/^object +collection +TLP/.test(out)).toBe(alias === "public");
    }
  });
});

describe("clients", () => {
  const add = (id: string, ...more: readonly string[]): Promise<Typed> =>
    type("client", "add", id, "--out", join(folder, `${id}.json`), ...more);

  it("are not written over a file that is there, nor is a file left behind by a no", async () => {
    const path = join(folder, "kz-twice.json");
    expect((await add("kz-twice", "--role", "analyst", ...as("KZ", "steward"))).code).toBe(exit.done);
    const first = readFileSync(path, "utf8");
    const again = await add("kz-twice", "--role", "analyst", ...as("KZ", "steward"));
    expect([again.code, again.err.includes("--out")]).toEqual([exit.refused, true]);
    expect(readFileSync(path, "utf8")).toBe(first);
    expect((await add("tr-mine", "--role", "analyst", ...as("KZ", "steward"))).code).toBe(exit.refused);
    expect(existsSync(join(folder, "tr-mine.json"))).toBe(false);
  });

  it("of a state that lost its steward's file are in hand again after --replace", async () => {
    const lost = as("TR", "steward");
    const beside = await add("tr-rescue", "--state", "TR", "--role", "steward", ...secretariat());
    expect([beside.code, beside.err.includes("--replace")]).toEqual([exit.credentials, true]);
    const done = await add("tr-rescue", "--state", "TR", "--role", "steward", "--replace", ...secretariat());
    expect([done.code, done.err]).toEqual([exit.done, ""]);
    expect((await type("client", "list", ...lost)).code).toBe(exit.credentials);
    const { out } = await type("client", "list", "--client", join(folder, "tr-rescue.json"));
    expect(out).toMatch(/^TR-steward +steward .*revoked$/m);
  });
});

describe("a suspension", () => {
  it("ends with readmit", async () => {
    expect((await type("state", "add", "UZ", ...secretariat())).code).toBe(exit.done);
    expect((await type("state", "readmit", "UZ", ...secretariat())).code).toBe(exit.refused);
    expect((await type("state", "suspend", "UZ", ...secretariat())).code).toBe(exit.done);
    expect((await type("state", "list", ...secretariat())).out).toMatch(/^UZ +Uzbekistan +suspended/m);
    const back = await type("state", "readmit", "UZ", "--json", ...secretariat());
    expect([back.code, JSON.parse(back.out)]).toEqual([exit.done, { code: "UZ", active: true }]);
    expect((await type("state", "list", ...secretariat())).out).toMatch(/^UZ +Uzbekistan +member/m);
  });
});

describe("audit verify", () => {
  const verify = (...more: readonly string[]): Promise<Typed> =>
    type("audit", "verify", ...more, ...as("TR", "analyst"));

  it("says where no checkpoint was trusted before, and keeps this one", async () => {
    const path = join(folder, "first.checkpoint");
    const first = await verify("--trusted", path);
    expect([first.code, first.out]).toEqual([exit.done, expect.stringContaining("No checkpoint was trusted before")]);
    const second = await verify("--trusted", path);
    expect(second.out).toContain("It continues the checkpoint of size");
    expect(second.out).not.toContain("No checkpoint was trusted before");
  });

  it("leaves with the code of what is not proved where a trusted checkpoint or a key is not the log's", async () => {
    const path = join(folder, "edited.checkpoint");
    await verify("--trusted", path);
    const note = readFileSync(path, "utf8");
    const edited = save("edited.checkpoint", note.replace(/^\d+$/m, "7"));
    expect(await verify("--trusted", edited)).toMatchObject({ code: exit.unproved });
    const { client } = stage.client("TR", "analyst").file;
    const foreign = save("foreign.checkpoint", note.replaceAll(note.split("\n")[0] ?? "", `${client}.example`));
    expect(await verify("--trusted", foreign)).toMatchObject({ code: exit.unproved });
    expect(readFileSync(foreign, "utf8")).toContain(`${client}.example`);
  });
});

describe("demo", () => {
  it("makes nothing where its input cannot be read", async () => {
    const data = join(folder, "demo");
    const broken = save("broken.json", '{"objects": [');
    for (const input of [join(folder, "away.json"), broken]) {
      expect([exit.usage, exit.refused]).toContain((await type("demo", "--input", input, "--data", data)).code);
      expect(existsSync(data)).toBe(false);
    }
  });
});
