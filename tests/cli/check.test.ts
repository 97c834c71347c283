// serai check and serai id, as they are called: what they print, and the exit code.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatProgress, progress } from "../../src/cli/progress.ts";
import { run } from "../../src/cli/run.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import { validObjects } from "../stix/vectors.ts";

const folder = mkdtempSync(join(tmpdir(), "serai-check-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function save(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function serai(...args: readonly string[]) {
  let [out, err] = ["", ""];
  const code = await run(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: {},
    interrupted: () => new Promise(() => {}),
  });
  return { code, out, err, lines: out.split("\n").filter((line) => line !== "") };
}

const tool = validObjects["tool"] ?? {};
const good = save("good.json", tool);
const bad = save("bad.json", { ...tool, name: 5, tool_types: ["our-own"] });
const bundle = save("bundle.json", { ...validObjects["bundle"], objects: [tool, { ...tool, modified: "yesterday" }] });

describe("serai check", () => {
  it("prints nothing but a count for what is valid, and ends with 0", async () => {
    expect(await serai("check", good)).toMatchObject({ code: 0, out: "0 errors, 0 warnings in 1 file.\n" });
  });

  it("prints file, place, rule, sentence and section, and ends with 1", async () => {
    const { code, lines } = await serai("check", good, bad, bundle);
    expect(code).toBe(1);
    expect(lines).toEqual([
      `${bad} /name: error value-type: The value must be of type string. (STIX 2.1 §4.18)`,
      `${bad} /tool_types/0: warning tool-types [222]: A value of tool_types should come from the vocabulary tool-type-ov. (STIX 2.1 §10.26)`,
      `${bundle} /objects/1/modified: error timestamp-form: A timestamp is a real date and time of RFC 3339 in UTC, such as 2026-01-20T12:31:12.123Z. (STIX 2.1 §2.16)`,
      "2 errors, 1 warning in 3 files.",
    ]);
  });

  it("leaves recommendations out, or takes them for errors", async () => {
    const advised = save("advised.json", { ...tool, tool_types: ["our-own"] });
    expect((await serai("check", advised)).code).toBe(0);
    expect((await serai("check", "--strict", advised)).code).toBe(1);
    expect((await serai("check", "--strict", "--disable", "222", advised)).code).toBe(0);
    expect((await serai("check", "--strict", "--enable", "202,401", advised)).code).toBe(0);
    expect((await serai("check", "--errors-only", advised)).lines).toEqual(["0 errors, 0 warnings in 1 file."]);
  });

  it("speaks for the OASIS validator, with its options", async () => {
    const custom = save("custom.json", validObjects["x-example-thing"]);
    const printed = async (...options: readonly string[]) =>
      (await serai("check", "--json", "--profile", "oasis", ...options, custom)).out;
    expect(await printed()).toContain('"code":"401"');
    expect(await printed("--strict-types", "--enable", "202")).toContain('"rule":"strict-types"');
    expect(await printed("--interop", "--enable", "202")).toContain('"valid":true');
  });

  it("prints one line of JSON for each file", async () => {
    const { lines } = await serai("check", "--json", good, bad);
    const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(results).toMatchObject([
      { file: good, valid: true, findings: [] },
      {
        file: bad,
        valid: false,
        findings: [{ rule: "value-type", severity: "error", pointer: "/name" }, { code: "222" }],
      },
    ]);
  });

  it("takes files of lines by their name, and tells the line", async () => {
    const path = save("objects.jsonl", `${JSON.stringify(tool)}\n\n{"type":"tool"}\nnonsense`);
    const { code, lines } = await serai("check", "--errors-only", path);
    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith(`${path}:3: error property-required`))).toHaveLength(5);
    expect(lines.filter((line) => line.startsWith(`${path}:4: error json: `))).toHaveLength(1);
  });

  it.each([
    [["check"], "Name files to check"],
    [["check", "--lines", good, good], "Name files to check"],
    [["check", "--profile", "other", good], "Allowed choices"],
    [["check", "--disable", "999", good], "no recommendation"],
    [["check", join(folder, "nothing.json")], "cannot be read"],
    [["check", "--lines", join(folder, "nothing.json")], "cannot be read"],
    [["id", "--lines", join(folder, "nothing.json")], "cannot be read"],
    [["id"], "required option"],
  ])("ends with 2 on %j", async (args, sentence) => {
    const { code, err } = await serai(...args);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});

describe("serai check --lines", () => {
  it("answers line by line and in order, each line with its own options", async () => {
    const custom = { ...tool, x_own: 1 };
    const rows = [
      tool,
      { ...tool, name: 5 },
      { instance: custom, options: { strict: true } },
      { instance: custom, options: { strict: true, disabled: ["extensions-use", "custom-prefix"] } },
      { instance: custom, options: {} },
      { instance: custom },
      { instance: custom, options: { strict_properties: true, strict: true, enabled: "202" } },
      { instance: { ...tool, id: "x" }, options: { strict: true, disabled: "all" } },
    ];
    const path = save("rows.jsonl", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n{"a":1,"a":2}\n`);
    const { lines, code } = await serai("check", "--lines", path, "--json", "--profile", "oasis");
    const results = lines.map((line) => JSON.parse(line) as { line: number; valid: boolean; findings: unknown[] });
    expect(code).toBe(1);
    expect(results.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(results.map(({ valid }) => valid)).toEqual([true, false, false, true, true, true, false, false, false]);
    for (const result of results) expect(Object.keys(result)).toEqual(["line", "valid", "findings"]);
  });
});

describe("serai id", () => {
  it("prints the id of each line, and an empty line where there is none", async () => {
    const url = { type: "url", value: "https://example.org/" };
    const path = save(
      "scos.jsonl",
      [url, { type: "process", pid: 1 }, tool].map((object) => JSON.stringify(object)).join("\n"),
    );
    expect((await serai("id", "--lines", path)).out).toBe(`${scoId(url)}\n\n\n`);
    expect((await serai("id", "--lines", path, "--json")).lines[0]).toBe(`{"line":1,"id":"${scoId(url)}"}`);
    const odd = await serai("id", "--lines", save("odd.jsonl", "[1]"));
    expect(odd).toMatchObject({ code: 3, err: "serai: Line 1 holds no object.\n" });
  });
});

describe("the bar", () => {
  async function* chunks() {
    for (let i = 0; i < 3; i++) yield new Uint8Array(10);
  }

  it("shows how much of a file, or how much at all", () => {
    expect(formatProgress("a.json", 50e6, 100e6, 0, 5000)).toBe(
      "a.json [###############···············] 50 % of 100 MB, 10 MB/s",
    );
    expect(formatProgress("-", 2e9, null, 64_000, 0)).toBe("stdin 2.0 GB, 64,000 objects");
    expect(formatProgress("empty", 0, 0, 0, 0)).toBe("empty 0 kB");
  });

  it("hands every byte on, and prints nothing where there is no terminal or no time passes", async () => {
    let printed = "";
    const io = { out: () => {}, err: (text: string) => void (printed += text), env: {}, interrupted: async () => {} };
    for (const isTerminal of [false, true]) {
      const bar = progress(io, "x", 30, isTerminal);
      let bytes = 0;
      for await (const chunk of bar.over(chunks())) bytes += chunk.length;
      bar.end();
      expect(bytes).toBe(30);
    }
    expect(printed).toBe("");
  });
});
