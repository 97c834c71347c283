// Random patterns for the properties: trees of every shape that the grammar has, and texts that are nearly patterns.

import fc from "fast-check";
import type {
  Comparison,
  Constant,
  Expression,
  NumberConstant,
  ObjectPath,
  Pattern,
  PathStep,
  Qualifier,
  Test,
  TimestampConstant,
} from "../../../src/stix/pattern/tree.ts";

const column = 0;

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.constantFrom("it's", "\\", "'", "\\'", "", "\u{1F600}", "true", "AND", "a-b", "C:\\Windows\\"),
);
const digits = fc.constantFrom("0", "1", "5", "42", "9007199254740993");
const integer = fc
  .tuple(fc.constantFrom("", "-", "+"), digits)
  .map(([sign, number]): NumberConstant => ({ kind: "integer", text: sign + number, column }));
const float = fc
  .tuple(fc.constantFrom("", "-", "+"), fc.constantFrom("", "0", "007", "12"), fc.constantFrom("0", "5", "125"))
  .map(([sign, whole, part]): NumberConstant => ({ kind: "float", text: `${sign}${whole}.${part}`, column }));
const positive = fc.oneof(integer, float).filter(({ text }) => !text.startsWith("-"));
const times = integer.filter(({ text }) => !text.startsWith("-"));

export const timestamp = fc
  .tuple(
    fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }),
    fc.constantFrom("", ".0", ".123", ".123456789"),
  )
  .map(([date, fraction]): TimestampConstant => {
    return { kind: "timestamp", text: `${date.toISOString().slice(0, 19)}${fraction}Z`, column };
  });

const string = text.map((value) => ({ kind: "string", value, column }) as const);
const ordered: fc.Arbitrary<Constant> = fc.oneof(
  string,
  integer,
  float,
  fc.constantFrom("", "00", "c0ffee", "AbCd").map((one) => ({ kind: "hex", text: one, column }) as const),
  fc.constantFrom("AQIDBA==", "YWI=", "YWJj", "YWJ=").map((one) => ({ kind: "binary", text: one, column }) as const),
  timestamp,
);
const constant: fc.Arbitrary<Constant> = fc.oneof(
  { weight: 6, arbitrary: ordered },
  { weight: 1, arbitrary: fc.boolean().map((value) => ({ kind: "boolean", value, column }) as const) },
);

const key: fc.Arbitrary<PathStep> = fc
  .oneof(fc.constantFrom("value", "name", "b", "_x1", "hashes", "MD5", "has-hyphen", "AND", "false", "LAST", ""), text)
  .map((name) => ({ kind: "key", name }));
const step: fc.Arbitrary<PathStep> = fc.oneof(
  key,
  fc.constant<PathStep>({ kind: "all" }),
  integer.map((one): PathStep => ({ kind: "index", text: one.text })),
);
const path: fc.Arbitrary<ObjectPath> = fc
  .tuple(
    fc.constantFrom("file", "a", "ipv4-addr", "x-foo-bar", "t", "h", "b", "a-"),
    key,
    fc.array(step, { maxLength: 3 }),
  )
  .map(([type, first, steps]) => ({ type, steps: [first, ...steps], column }));

const one = (operators: readonly Test["operator"][], of: fc.Arbitrary<Constant>): fc.Arbitrary<Test> =>
  fc
    .tuple(path, fc.boolean(), fc.constantFrom(...operators), of)
    .map(([at, negated, operator, only]) => ({ kind: "test", path: at, negated, operator, constants: [only], column }));
const test: fc.Arbitrary<Test> = fc.oneof(
  one(["=", "!="], constant),
  one(["<", "<=", ">", ">="], ordered),
  one(["LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"], string),
  fc
    .tuple(path, fc.boolean(), fc.array(constant, { maxLength: 3 }))
    .map(([at, negated, constants]): Test => ({ kind: "test", path: at, negated, operator: "IN", constants, column })),
  fc
    .tuple(path, fc.boolean())
    .map(([at, negated]): Test => ({ kind: "test", path: at, negated, operator: "EXISTS", constants: [], column })),
);

const qualifier: fc.Arbitrary<Qualifier> = fc.oneof(
  positive.map((seconds): Qualifier => ({ kind: "within", seconds, column })),
  times.map((count): Qualifier => ({ kind: "repeats", times: count, column })),
  fc.tuple(timestamp, timestamp).map(([start, stop]): Qualifier => ({ kind: "start-stop", start, stop, column })),
);

const trees = fc.letrec<{ comparison: Comparison; expression: Expression }>((tie) => ({
  comparison: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 4, arbitrary: test },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const),
          fc.array(tie("comparison"), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, operands]) => ({ kind, operands })),
    },
  ),
  expression: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    {
      weight: 3,
      arbitrary: tie("comparison").map((comparison) => ({ kind: "observation", comparison, column }) as const),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const, "followedby" as const),
          fc.array(tie("expression"), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, operands]) => ({ kind, operands })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("expression"), fc.boolean(), fc.array(qualifier, { minLength: 1, maxLength: 2 }))
        .map(([of, parentheses, qualifiers]) => {
          // Qualifiers right behind a bracket; anything else needs parentheses to be qualified as a whole.
          return { kind: "qualified", of, grouped: parentheses || of.kind !== "observation", qualifiers } as const;
        }),
    },
  ),
}));

export const pattern: fc.Arbitrary<Pattern> = trees.expression.map((expression) => ({ expression }));

/** Words and pieces of words, which side by side are sometimes patterns and mostly not. */
export const pieces = [
  ..."[ ] ( ) , : . * = == != <> < <= > >= AND OR NOT FOLLOWEDBY IN LIKE MATCHES ISSUBSET ISSUPERSET EXISTS".split(" "),
  ..."START STOP WITHIN SECONDS REPEATS TIMES LAST true false a b h t a-b file:name a:b [a:b=1] 'x' '' 5 -5 +5".split(
    " ",
  ),
  ...".5 1.5 -.5 007 5. h'00' h'0' b'YWJj' b'YWJ' b'' t'2020-01-01T00:00:00Z' t'2020-01-01T00:00:60.5Z'".split(" "),
  ..."t'2020-13-01T00:00:00Z' t'2020-1-1T00:00:00Z' 'it\\'s' 'bad\\n' ' \\ / // /* */ /*c*/ ! ? - + ^ \" # é \u{1F600}".split(
    " ",
  ),
  " ",
  "\n",
  "\t",
  "\u00a0",
  "\u3000",
  "\u200b",
  "\ufeff",
  "// c\n",
  " WITHIN 5 SECONDS",
  " REPEATS 2 TIMES",
  "[*]",
  "[0]",
  "[-1]",
];

/** Texts of pieces, with and without spaces between. */
export const nearly = fc
  .tuple(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), fc.constantFrom("", " "))
  .map(([words, between]) => words.join(between));

/** A text with one place changed: a piece put in, a stretch taken out or doubled. */
export function broken(whole: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(whole, fc.nat(), fc.nat(3), fc.constantFrom(...pieces), fc.constantFrom("put", "cut", "swap", "double"))
    .map(([source, seed, length, piece, how]) => {
      const at = source.length === 0 ? 0 : seed % source.length;
      const [before, middle, after] = [source.slice(0, at), source.slice(at, at + length), source.slice(at + length)];
      if (how === "put") return before + piece + middle + after;
      if (how === "cut") return before + after;
      return how === "swap" ? before + piece + after : before + middle + middle + after;
    });
}

/** A tree without its columns. */
export function bare(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (name, value: unknown) => (name === "column" ? undefined : value)));
}
