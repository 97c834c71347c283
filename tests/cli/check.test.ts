// serai check and serai id, as they are called: what they print, and the exit code.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { formatProgress, progress } from "../../src/cli/progress.ts";
import { exit } from "../../src/cli/io.ts";
import { Printer } from "../../src/cli/lines.ts";
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

  it("prints file, place, rule, sentence and section, and ends as refused", async () => {
    const { code, lines } = await serai("check", good, bad, bundle);
    expect(code).toBe(exit.refused);
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
    expect((await serai("check", "--strict", advised)).code).toBe(exit.refused);
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
    expect(code).toBe(exit.refused);
    expect(lines.filter((line) => line.startsWith(`${path}:3: error property-required`))).toHaveLength(5);
    expect(lines.filter((line) => line.startsWith(`${path}:4: error json: `))).toHaveLength(1);
  });

  it("has one code for what it finds and another for a fault of its own, as every command", async () => {
    const codes = [good, bad].map(async (path) => (await serai("check", path)).code);
    expect(await Promise.all(codes)).toEqual([exit.done, exit.refused]);
    expect(Object.values(exit).filter((code) => code === exit.refused)).toHaveLength(1);
  });

  it("tells what it found before a file that cannot be read", async () => {
    const { code, lines } = await serai("check", bad, join(folder, "nothing.json"));
    expect(code).toBe(exit.usage);
    expect(lines[0]).toContain("error value-type");
  });

  it.each([
    [["check"], "Name files to check"],
    [["check", "--lines", good, good], "Name files to check"],
    [["check", "--profile", "other", good], "Allowed choices"],
    [["check", "--disable", "999", good], "no recommendation"],
    [["check", join(folder, "nothing.json")], "cannot be read"],
    [["check", "--lines", join(folder, "nothing.json")], "cannot be read"],
    [["check", folder], "cannot be read"],
    [["check", "--lines", folder], "cannot be read"],
    [["id", "--lines", folder], "cannot be read"],
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
    expect(code).toBe(exit.refused);
    expect(results.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(results.map(({ valid }) => valid)).toEqual([true, false, false, true, true, true, false, false, false]);
    for (const result of results) expect(Object.keys(result)).toEqual(["line", "valid", "findings"]);
  });

  it("answers for every line, whatever is on it", async () => {
    const odd = [
      "",
      "  ",
      "null",
      "[]",
      '{"instance":null}',
      '{"instance":5,"options":7}',
      "\ud800",
      "{",
      '{"type":{}}',
    ];
    const path = save("odd.jsonl", odd.join("\n"));
    const { lines, code } = await serai("check", "--lines", path, "--json");
    expect(code).toBe(exit.refused);
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
      odd.map((_, i) => ({
        line: i + 1,
        valid: false,
        findings: expect.arrayContaining([expect.anything()]) as unknown,
      })),
    );
  });

  it("goes on after a row whose options there are not, and ends as called wrongly", async () => {
    const rows = [{ instance: tool, options: { disabled: ["nonsense"] } }, { instance: tool }];
    const path = save("wrong.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    const { lines, code } = await serai("check", "--lines", path, "--json");
    expect(code).toBe(exit.usage);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      line: 1,
      error: expect.stringContaining("nonsense") as unknown,
      code: "invalid-request",
    });
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ line: 2, valid: true });
    expect((await serai("check", "--lines", path)).lines[0]).toContain(`${path}:1: `);
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
  });

  it("goes on after a line that holds no object, tells it apart, and ends as refused", async () => {
    const url = '{"type":"url","value":"https://example.org/"}';
    const path = save("mixed.jsonl", `[1]\n${url}\n\n{"a":1,"a":2}\n${url}`);
    const id = scoId({ type: "url", value: "https://example.org/" });
    const people = await serai("id", "--lines", path);
    expect(people).toMatchObject({ code: exit.refused, out: `\n${id}\n\n\n${id}\n` });
    expect(people.err).toMatch(
      /^serai: Line 1: A line is an object of JSON\.\nserai: Line 3: .*\nserai: Line 4: .*\n$/,
    );
    const { lines } = await serai("id", "--lines", path, "--json");
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { line: 1, code: "invalid" },
      { line: 2, id },
      { line: 3, code: "malformed" },
      { line: 4, code: "malformed", pointer: "/a" },
      { line: 5, id },
    ]);
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

  it("is drawn on a terminal a few times a second, and makes way for what is printed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const calls: string[] = [];
      const io = {
        out: (text: string) => void calls.push(text),
        err: (text: string) => void calls.push(text),
        env: {},
        interrupted: async () => {},
      };
      const bar = progress(io, "-", null, true);
      const printer = new Printer(io, () => bar.hide());
      for await (const _chunk of bar.over(chunks())) {
        bar.count();
        vi.setSystemTime(Date.now() + 501);
      }
      await printer.print("a finding\n");
      await printer.flush();
      bar.end();
      expect(calls).toEqual([
        "\rstdin 0 kB, 1 objects, 0 kB/s\u001b[K",
        "\rstdin 0 kB, 2 objects, 0 kB/s\u001b[K",
        "\r\u001b[K",
        "a finding\n",
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});
