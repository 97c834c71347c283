// The house plan's one law and its invariants (docs/architecture.md): imports go to one's own room or an earlier one, visitors
// stay in their rooms, pure rooms read no clock and draw no randomness.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("../src/", import.meta.url).pathname;

/** Rooms in their order; those of one line stand side by side. */
const order = [
  ["refusal"],
  ["encoding"],
  ["messages"],
  ["stix"],
  ["directory"],
  ["policy"],
  ["content"],
  ["taxii"],
  ["audit"],
  ["auth"],
  ["feeds"],
  ["search"],
  ["telemetry"],
  ["store"],
  ["outbound"],
  ["exchange"],
  ["http"],
  ["console"],
  ["app"],
  ["edge", "node", "cli"],
];

/** Which packages and built-ins may enter which rooms; everything else stays out. */
const visitors: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^kysely(?:\/|$)|^kysely-d1$|^pg$|^node:sqlite$/, ["store"]],
  [/^hono(?:\/|$)/, ["http", "console", "app", "edge", "node"]],
  [/^@hono\/node-server$/, ["node"]],
  [/^jose$/, ["auth"]],
  [/^canonicalize$|^node:crypto$|^node:buffer$/, ["encoding"]],
  [/^re2js$/, ["stix"]],
  [/^commander$|^esbuild$/, ["cli"]],
  [/^@logtape\/logtape$/, ["telemetry"]],
  [/^node:/, ["cli", "node"]],
];

interface Source {
  readonly file: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: readonly Source[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(?:ts|js)$/.test(file) && !file.includes(".generated."))
  .map((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const found = text.matchAll(
      /^(?:import|export)\s[^;=()"]*?from\s+"([^"\n]+)";|^import\s+"([^"\n]+)";|\bimport\("([^"\n]+)"\)/gm,
    );
    const imports = [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
    return { file, room: roomOf(file), text, imports };
  });

function roomOf(file: string): string {
  return (file.split("/")[0] ?? "").replace(/\.ts$/, "");
}

function rank(room: string): number {
  return order.findIndex((side) => side.includes(room));
}

/** Code without comments and strings, good enough to look for names. */
function bare(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g, "");
}

const pure = sources.filter((source) => rank(source.room) < rank("store"));

describe("the import law", () => {
  it("knows every room", () => {
    expect(sources.filter((source) => rank(source.room) === -1).map((source) => source.file)).toEqual([]);
  });

  it.each(sources.map((source) => [source.file, source] as const))(
    "lets %s import from its own room or an earlier one",
    (file, source) => {
      const later = source.imports
        .filter((name) => name.startsWith("."))
        .map((name) => roomOf(new URL(name, `file:///${file}`).pathname.slice(1)))
        .filter((room) => rank(room) > rank(source.room));
      expect(later).toEqual([]);
    },
  );

  it.each(sources.map((source) => [source.file, source] as const))(
    "lets only its visitors into %s",
    (_file, source) => {
      const strangers = source.imports.filter((name) => {
        if (name.startsWith(".") || name.startsWith("#")) return false;
        const rule = visitors.find(([pattern]) => pattern.test(name));
        // The journal's thread is the one file outside of the store that opens a database of its own.
        if (name === "node:sqlite" && source.file === "node/journal-thread.ts") return false;
        return rule === undefined || !rule[1].includes(source.room);
      });
      expect(strangers).toEqual([]);
    },
  );
});

describe("invariants", () => {
  it.each([
    ["reads no clock", /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/],
    ["draws no randomness", /\bMath\.random\b|\bgetRandomValues\b|\brandomUUID\b/],
    ["does no input or output", /\bfetch\(|\bsetTimeout\(|\bsetInterval\(/],
    ["reads no environment", /\bprocess\./],
    ["has no Buffer", /\bBuffer\b/],
  ])("a pure room %s", (_what, pattern) => {
    const found = pure
      .filter((source) => source.room !== "encoding" && pattern.test(bare(source.text)))
      .map((source) => source.file);
    expect(found).toEqual([]);
  });

  it("reads the environment in cli and node alone", () => {
    const found = sources.filter(
      (source) => /\bprocess\.env\b/.test(bare(source.text)) && !["cli", "node"].includes(source.room),
    );
    expect(found.map((source) => source.file)).toEqual([]);
  });

  it("makes no code from strings", () => {
    expect(
      sources.filter((source) => /\beval\(|new Function\(/.test(bare(source.text))).map((source) => source.file),
    ).toEqual([]);
  });

  it("writes through the store alone: nobody else runs a batch", () => {
    const found = sources.filter((source) => /\.batch\(/.test(bare(source.text)) && source.room !== "store");
    expect(found.map((source) => source.file)).toEqual([]);
  });

  it("reads renditions for a caller in one function", () => {
    const found = sources
      .filter((source) => /\.(?:listReleases|findRenditions)\(/.test(bare(source.text)))
      .map((source) => source.file);
    expect(found).toEqual(["exchange/read.ts"]);
  });

  it("keeps files short: about 300 lines, 400 at the most", () => {
    const long = sources.filter((source) => source.text.split("\n").length > 400).map((source) => source.file);
    expect(long).toEqual([]);
  });

  it("opens each file with what it is", () => {
    expect(sources.filter((source) => !/^(?:#!.*\n)?\/\//.test(source.text)).map((source) => source.file)).toEqual([]);
  });
});
