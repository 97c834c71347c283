// serai pattern check|match: STIX patterns, one on the command line or any number in lines. Needs no exchange.
import type { Command } from "commander";
import { isObject, type Json, type JsonObject, parseStrict } from "../encoding/json.ts";
import type { Line } from "../encoding/lines.ts";
import { Refusal } from "../refusal.ts";
import { checkPattern, type PatternFinding } from "../stix/pattern/check.ts";
import { matchPattern, type PatternMatch } from "../stix/pattern/match.ts";
import { observedDataOf } from "../stix/pattern/observation.ts";
import { isRunnable } from "../stix/pattern/regex.ts";
import { examples, withJson } from "./command.ts";
import { readTextFile } from "./input.ts";
import { exit, type Io, print } from "./io.ts";
import { answerLines, LINE_LIMITS } from "./lines.ts";

interface CheckOptions {
  readonly lines?: string;
  readonly json?: boolean;
}

interface MatchOptions extends CheckOptions {
  readonly data?: string;
}

/** What `pattern check --lines` prints of a line; message and column are null for a valid pattern. */
export interface LineChecked {
  readonly line: number;
  readonly valid: boolean;
  readonly message: string | null;
  readonly column: number | null;
}

/** What `pattern match --lines` prints of a line. `code` is `unsupported` for an expression that the engine does not take. */
export type LineMatched =
  | { readonly line: number; readonly matches: boolean }
  | { readonly line: number; readonly error: string; readonly code: string; readonly rule?: string | undefined };

export function patternCommands(program: Command, io: Io, leave: (code: number) => void): void {
  const pattern = program.command("pattern").description("STIX patterns: check them, match them with observed data");
  examples(
    withJson(pattern.command("check [pattern]").description("tell what is wrong with a pattern")).option(
      "--lines <file>",
      'lines of {"pattern"}, - for standard input; one line out for each',
    ),
    [
      `serai pattern check "[ipv4-addr:value = '198.51.100.1/32']"`,
      "serai pattern check --lines patterns.jsonl --json",
    ],
  ).action(async (text: string | undefined, options: CheckOptions) => {
    if (options.lines !== undefined) {
      const format = options.json === true ? JSON.stringify : formatChecked;
      return answerLines(options.lines, io, (line) => format(checkLine(line)));
    }
    const findings = checkPattern(given(text), { runnable: isRunnable });
    if (options.json === true) print(io, { valid: isValid(findings), findings });
    else io.out(formatFindings(given(text), findings));
    if (!isValid(findings)) leave(exit.refused);
  });
  examples(
    withJson(pattern.command("match [pattern]").description("tell whether a pattern matches observed data"))
      .option("--data <file>", "a bundle, or a list of bundles and objects, - for standard input")
      .option("--lines <file>", 'lines of {"pattern","observed_data"}, - for standard input; one line out for each'),
    [
      `serai pattern match "[url:value LIKE 'http://%']" --data observed.json`,
      "serai pattern match --lines rows.jsonl --json",
    ],
  ).action(async (text: string | undefined, options: MatchOptions) => {
    if (options.lines !== undefined) {
      const format = options.json === true ? JSON.stringify : formatMatched;
      return answerLines(options.lines, io, (line) => format(matchLine(line)));
    }
    if (options.data === undefined) throw new Refusal("invalid-request", "Give observed data with --data, or --lines.");
    const { value } = parseStrict(readTextFile(options.data), LINE_LIMITS);
    const match = matchPattern(given(text), observedDataOf(listOf(value)));
    if (options.json === true) print(io, { matches: match.matches, bound: match.bound.map(({ id }) => id) });
    else io.out(formatMatch(match));
  });
}

function given(text: string | undefined): string {
  if (text === undefined) throw new Refusal("invalid-request", "Give a pattern, or --lines.");
  return text;
}

/** @throws {Refusal} malformed, limit, invalid: no object of JSON with a pattern */
function readLine({ bytes }: Line): { readonly object: JsonObject; readonly pattern: string } {
  if (bytes === null) throw new Refusal("limit", `A line has at most ${LINE_LIMITS.bytesMax} bytes.`);
  const { value } = parseStrict(bytes, LINE_LIMITS);
  if (!isObject(value)) throw new Refusal("invalid", "A line is an object of JSON.");
  const { pattern } = value;
  if (typeof pattern !== "string") throw new Refusal("invalid", "A line has a pattern, which is a string.");
  return { object: value, pattern };
}

/** The verdict on one line; the first error if there are several. */
export function checkLine(input: Line): LineChecked {
  const { number: line } = input;
  try {
    const error = checkPattern(readLine(input).pattern).find(({ severity }) => severity === "error");
    return { line, valid: error === undefined, message: error?.message ?? null, column: error?.column ?? null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { line, valid: false, message: error.message, column: null };
  }
}

/** Whether the pattern of one line matches its observed data, or why that cannot be told. */
export function matchLine(input: Line): LineMatched {
  const { number: line } = input;
  try {
    const { object, pattern } = readLine(input);
    return { line, matches: matchPattern(pattern, observedDataOf(listOf(object["observed_data"]))).matches };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { line, error: error.message, code: error.code, rule: error.rule };
  }
}

/** Observed data as a list of bundles and objects, which it may be already. @throws {Refusal} invalid */
function listOf(value: unknown): readonly Json[] {
  // What parseStrict read is Json all the way down.
  if (Array.isArray(value)) return value as readonly Json[];
  if (isObject(value)) return [value];
  throw new Refusal("invalid", "Observed data is a bundle, or a list of bundles and objects.");
}

function isValid(findings: readonly PatternFinding[]): boolean {
  return findings.every(({ severity }) => severity !== "error");
}

function formatChecked({ line, valid, message, column }: LineChecked): string {
  return valid ? `${line}: valid` : `${line}${column === null ? "" : `:${column}`}: ${message}`;
}

function formatMatched(matched: LineMatched): string {
  if ("error" in matched) return `${matched.line}: error: ${matched.error}`;
  return `${matched.line}: ${matched.matches ? "match" : "no match"}`;
}

/** The pattern with a mark under each place. Control characters show as spaces, so that the marks stand where they should. */
function formatFindings(pattern: string, findings: readonly PatternFinding[]): string {
  if (findings.length === 0) return "Valid.\n";
  const shown = pattern.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
  const told = findings.map(({ rule, severity, column, message, section }) => {
    const source = section === "—" ? "" : ` (STIX 2.1 §${section})`;
    return `${shown}\n${" ".repeat(column - 1)}^\n${column}: ${severity}: ${message} [${rule}]${source}\n`;
  });
  return `${told.join("\n")}${isValid(findings) ? "\nValid.\n" : ""}`;
}

function formatMatch({ matches, bound }: PatternMatch): string {
  if (!matches) return "No match.\n";
  return `Match, by:\n${bound.map(({ id }) => `  ${id}\n`).join("")}`;
}
