import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, describe, expect, it } from "vitest";
import { exit, type Io } from "../../src/cli/io.ts";
import { patternCommands } from "../../src/cli/pattern.ts";
import { Refusal } from "../../src/refusal.ts";

const folder = mkdtempSync(join(tmpdir(), "serai-pattern-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What the command prints, and the exit code that it leaves. */
async function pattern(...args: readonly string[]): Promise<{ readonly out: string; readonly code: number }> {
  let out = "";
  let code: number = exit.done;
  const io: Io = {
    out: (text) => void (out += text),
    err: () => {
      throw new Error("Nothing is printed as an error.");
    },
    env: {},
    interrupted: () => Promise.resolve(),
  };
  const program = new Command().exitOverride();
  patternCommands(program, io, (wanted) => void (code = wanted));
  await program.parseAsync(["pattern", ...args], { from: "user" });
  return { out, code };
}

const parsed = (out: string): readonly unknown[] =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

const observed = {
  type: "observed-data",
  id: "observed-data--1",
  first_observed: "2024-01-01T00:00:00Z",
  last_observed: "2024-01-01T00:00:00Z",
  number_observed: 1,
  object_refs: ["url--1"],
};
const bundle = {
  type: "bundle",
  id: "bundle--1",
  objects: [observed, { type: "url", id: "url--1", value: "http://a.example/" }],
};

describe("serai pattern check", () => {
  it("shows where a pattern is wrong, and leaves with an exit code", async () => {
    const { out, code } = await pattern("check", "[a:b = ]");
    expect(out).toBe('[a:b = ]\n       ^\n8: error: Expected a constant, found "]". [pattern-syntax] (STIX 2.1 §9)\n');
    expect(code).toBe(exit.refused);
  });

  it("passes a pattern with warnings, and shows them", async () => {
    const { out, code } = await pattern("check", "[file:name\tMATCHES '(?=a)']");
    expect(out).toContain("[file:name MATCHES '(?=a)']\n                   ^\n20: warning:");
    expect(out).toContain("\nValid.\n");
    expect(code).toBe(exit.done);
    expect(await pattern("check", "[file:name = 'a']")).toEqual({ out: "Valid.\n", code: exit.done });
  });

  it("prints its findings for programs", async () => {
    const { out, code } = await pattern("check", "[file:hashes.MD5 = 'x']", "--json");
    expect(JSON.parse(out)).toMatchObject({ valid: false, findings: [{ rule: "pattern-hash-form", column: 20 }] });
    expect(code).toBe(exit.refused);
  });

  it("prints one line for each, in order, whatever is in them", async () => {
    const lines = [
      '{"pattern":"[a:b = 1]"}',
      '{"pattern":"[a:b = ]"}',
      "",
      "no JSON",
      '{"pattern":5}',
      '["[a:b = 1]"]',
      '{"pattern":"[a:b = 1]","pattern":"[a:b = 1]"}',
      '{"pattern":"/* c */[a:b = 1]"}\r',
      '{"pattern":"[a:b = \'\u{1F600}\' ?]"}',
    ];
    const { out, code } = await pattern("check", "--lines", file("check.jsonl", lines.join("\n")), "--json");
    const verdicts = parsed(out);
    expect(verdicts[0]).toEqual({ line: 1, valid: true, message: null, column: null });
    expect(verdicts[1]).toEqual({ line: 2, valid: false, message: 'Expected a constant, found "]".', column: 8 });
    expect(verdicts.slice(2, 7)).toEqual(
      [3, 4, 5, 6, 7].map((line) => ({ line, valid: false, message: expect.any(String), column: null })),
    );
    expect(verdicts[7]).toMatchObject({ line: 8, valid: false, column: 1 });
    expect(verdicts[8]).toMatchObject({ line: 9, valid: false, column: 12 });
    expect(verdicts).toHaveLength(9);
    expect(code).toBe(exit.done);
  });

  it("prints lines for people", async () => {
    const path = file("people.jsonl", '{"pattern":"[a:b = 1]"}\n{"pattern":"[a:b = ]"}\n\n');
    const { out } = await pattern("check", "--lines", path);
    expect(out).toMatch(/^1: valid\n2:8: Expected a constant, found "\]"\.\n3: The document is not JSON: .*\n$/);
  });

  it("tells of what is not given, or cannot be read", async () => {
    await expect(pattern("check")).rejects.toThrow(Refusal);
    await expect(pattern("check", "--lines", join(folder, "none"))).rejects.toThrow(/cannot be read/);
  });
});

describe("serai pattern match", () => {
  const data = file("data.json", JSON.stringify(bundle));

  it("tells whether, and by what", async () => {
    const match = await pattern("match", "[url:value LIKE 'http://%']", "--data", data);
    expect(match).toEqual({ out: "Match, by:\n  observed-data--1\n", code: exit.done });
    const none = await pattern("match", "[url:value LIKE 'https://%']", "--data", data);
    expect(none).toEqual({ out: "No match.\n", code: exit.done });
    const json = await pattern("match", "[url:value LIKE 'http://%']", "--data", data, "--json");
    expect(JSON.parse(json.out)).toEqual({ matches: true, bound: ["observed-data--1"] });
  });

  it("prints one line for each, in order, and counts apart what the engine does not take", async () => {
    const row = (pattern: string, given: unknown = [bundle]) => JSON.stringify({ pattern, observed_data: given });
    const lines = [
      row("[url:value = 'http://a.example/']"),
      row("[url:value = 'http://b.example/']", bundle),
      row("[url:value MATCHES '(a)\\\\1']"),
      row("[url:value = ]"),
      row("[url:value = t'2024-01-01T00:00:00Z']"),
      row("[url:value = 'x']", "x"),
      row("[url:value = 'x']", []),
      "{}",
    ];
    const { out } = await pattern("match", "--lines", file("match.jsonl", `${lines.join("\n")}\n`), "--json");
    const error = expect.any(String);
    expect(parsed(out)).toEqual([
      { line: 1, matches: true },
      { line: 2, matches: false },
      { line: 3, error, code: "unsupported", rule: "pattern-expression" },
      { line: 4, error, code: "malformed", rule: "pattern-syntax" },
      { line: 5, error, code: "invalid", rule: "timestamp" },
      { line: 6, error, code: "invalid" },
      { line: 7, matches: false },
      { line: 8, error, code: "invalid" },
    ]);
    const people = await pattern("match", "--lines", file("match.jsonl", `${lines.slice(0, 4).join("\n")}\n`));
    expect(people.out).toMatch(/^1: match\n2: no match\n3: error: .*\n4: error: .*\n$/);
  });

  it("tells of what is not given", async () => {
    await expect(pattern("match", "[url:value = 'x']")).rejects.toThrow(/--data/);
    await expect(pattern("match", "--data", data)).rejects.toThrow(/--lines/);
  });
});
