// serai check: holds files of STIX against the specification, or against what the OASIS validator says, and prints what is
// wrong like a linter. A file is a bundle, a list or an object; with --lines, and from standard input, one object a line.
import { statSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { isObject, type Json, parseStrict } from "../encoding/json.ts";
import { linesOf } from "../encoding/lines.ts";
import { Refusal } from "../refusal.ts";
import { advise } from "../stix/advice.ts";
import type { AdviceOptions } from "../stix/advice-options.ts";
import type { CheckOptions } from "../stix/check-object.ts";
import { type CheckedLine, checkLines, checkStream, isValid, objectLimits, unreadable } from "../stix/check-stream.ts";
import { check } from "../stix/check.ts";
import type { Finding } from "../stix/finding.ts";
import type { Profile } from "../stix/rules.ts";
import { examples, withJson } from "./command.ts";
import { exit, type Io } from "./io.ts";
import { bytesOf, Printer } from "./lines.ts";
import { type Progress, progress } from "./progress.ts";

interface Options {
  readonly json?: boolean;
  readonly lines?: string;
  readonly profile: Profile;
  readonly strict?: boolean;
  readonly errorsOnly?: boolean;
  readonly disable: readonly string[];
  readonly enable: readonly string[];
  readonly strictTypes?: boolean;
  readonly strictProperties?: boolean;
  readonly enforceRefs?: boolean;
  readonly interop?: boolean;
}

export function checkCommand(program: Command, io: Io, leave: (code: number) => void): void {
  examples(
    withJson(program.command("check [files...]").description("whether files hold valid STIX 2.1"))
      .option("--lines <file>", "newline-delimited objects, one result a line; - is standard input")
      .addOption(
        new Option("--profile <profile>", "the specification, or what the OASIS validator says")
          .choices(["spec", "oasis"])
          .default("spec"),
      )
      .option("--strict", "recommendations count as errors")
      .option("--errors-only", "leave recommendations out")
      .option("--disable <list>", "recommendations to leave out, by name or number: 202,extref-hashes", listed, [])
      .option("--enable <list>", "the only recommendations to check, by name or number", listed, [])
      .option("--strict-types", "tell types that STIX does not define")
      .option("--strict-properties", "tell properties that STIX does not define")
      .option("--enforce-refs", "tell references that lead out of a bundle")
      .option("--interop", "check what the OASIS interoperability documents ask for, too")
      .addHelpText(
        "after",
        "\nEnds with 0 where no error is found, 3 where there are some, 2 where it is called wrongly or cannot read a file.",
      ),
    [
      "serai check report.json",
      "serai check --profile oasis --strict --disable 202 bundle.json",
      "zcat objects.jsonl.gz | serai check - --json",
    ],
  ).action(async (files: readonly string[], options: Options) => {
    const inputs = options.lines === undefined ? files.map(inputOf) : [{ path: options.lines, asLines: true }];
    if (inputs.length === 0 || (options.lines !== undefined && files.length > 0)) {
      throw new Refusal("invalid-request", "Name files to check, or --lines with one; - is standard input.");
    }
    const work = new Work(io, options);
    try {
      for (const { path, asLines } of inputs) {
        if (options.lines !== undefined) await work.rows(path);
        else await (asLines ? work.lines(path) : work.file(path));
      }
      await work.sum();
    } finally {
      // What was found before a file that cannot be read is told nevertheless.
      await work.end();
    }
    if (work.errors > 0) leave(exit.refused);
    if (work.isMisread) leave(exit.usage);
  });
}

interface Input {
  readonly path: string;
  readonly asLines: boolean;
}

function inputOf(path: string): Input {
  return { path, asLines: path === "-" || /\.(?:jsonl|ndjson)$/.test(path) };
}

function listed(text: string, before: readonly string[]): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Names or numbers are joined by commas.");
  return [...before, ...names];
}

class Work {
  readonly #io: Io;
  readonly #options: Options;
  readonly #check: CheckOptions;
  readonly #printer: Printer;
  #bar: Progress | null = null;
  #inputs = 0;
  #warnings = 0;
  errors = 0;
  /** Whether a row asked for what there is not. */
  isMisread = false;

  constructor(io: Io, options: Options) {
    this.#io = io;
    this.#options = options;
    this.#check = checkOptionsOf(options);
    // The bar and what is printed may share a terminal.
    this.#printer = new Printer(io, () => this.#bar?.hide());
  }

  /** One document of any size. */
  async file(path: string): Promise<void> {
    const bar = this.#begin(path);
    const kept: Finding[] = [];
    let errors = 0;
    for await (const finding of checkStream(bar.over(bytesOf(path)), this.#check)) {
      if (finding.severity === "error") errors += 1;
      this.#count([finding]);
      // `check` bounds how many there are.
      if (this.#options.json === true) kept.push(finding);
      else await this.#print(formatFinding(path, finding));
    }
    if (this.#options.json === true) await this.#printJson({ file: path, valid: errors === 0, findings: kept });
  }

  /** Newline-delimited objects, printed as a linter does. */
  async lines(path: string): Promise<void> {
    const bar = this.#begin(path);
    for await (const checked of checkLines(bar.over(bytesOf(path)), this.#check)) {
      bar.count();
      this.#count(checked.findings);
      if (this.#options.json === true) await this.#printJson({ file: path, ...checked });
      else {
        for (const finding of checked.findings) {
          await this.#print(formatFinding(`${path === "-" ? "stdin" : path}:${checked.line}`, finding));
        }
      }
    }
  }

  /** One result a line: a line is an object, or an object with options of its own. An empty line is no JSON. */
  async rows(path: string): Promise<void> {
    const bar = this.#begin(path);
    for await (const { number, bytes } of linesOf(bar.over(bytesOf(path)), objectLimits.bytesMax)) {
      bar.count();
      const findings = this.#row(bytes);
      if (findings instanceof Refusal) {
        this.isMisread = true;
        const { message: error, code } = findings;
        await (this.#options.json === true
          ? this.#printJson({ line: number, error, code })
          : this.#print(`${path}:${number}: ${error}\n`));
        continue;
      }
      this.#count(findings);
      const checked: CheckedLine = { line: number, valid: isValid(findings), findings };
      if (this.#options.json === true) await this.#printJson(checked);
      else for (const finding of findings) await this.#print(formatFinding(`${path}:${number}`, finding));
    }
  }

  #begin(path: string): Progress {
    this.#bar?.end();
    this.#inputs += 1;
    this.#bar = progress(this.#io, path, sizeOf(path));
    return this.#bar;
  }

  /** What is wrong with a row's object; or why it cannot be told, where its options are none. */
  #row(bytes: Uint8Array | null): readonly Finding[] | Refusal {
    try {
      if (bytes === null) throw new Refusal("limit", `A line has at most ${objectLimits.bytesMax} bytes.`);
      const { value } = parseStrict(bytes, objectLimits);
      const row = isObject(value) && "instance" in value && !("type" in value) ? value : null;
      if (row === null) return check(value, this.#check);
      return check(row["instance"], checkOptionsOf({ ...this.#options, ...rowOptions(row["options"]) }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.code === "invalid-request" ? error : [unreadable(error, this.#check, "")];
    }
  }

  /** What all came to, for people. */
  async sum(): Promise<void> {
    if (this.#options.json !== true && this.#options.lines === undefined) {
      const things = `${counted(this.errors, "error")}, ${counted(this.#warnings, "warning")}`;
      await this.#print(`${things} in ${counted(this.#inputs, "file")}.\n`);
    }
  }

  async end(): Promise<void> {
    this.#bar?.end();
    await this.#printer.flush();
  }

  #count(findings: readonly Finding[]): void {
    for (const { severity } of findings) {
      if (severity === "error") this.errors += 1;
      else this.#warnings += 1;
    }
  }

  #printJson(value: unknown): Promise<void> {
    return this.#print(`${JSON.stringify(value)}\n`);
  }

  #print(text: string): Promise<void> {
    return this.#printer.print(text);
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function formatFinding(place: string, { pointer, severity, rule, message, section, code }: Finding): string {
  const number = code === undefined ? "" : ` [${code}]`;
  const where = section === "—" ? "" : ` (STIX 2.1 §${section})`;
  return `${place}${pointer === "" ? "" : ` ${pointer}`}: ${severity} ${rule}${number}: ${message}${where}\n`;
}

function checkOptionsOf(options: Options): CheckOptions {
  const { profile, strict = false, errorsOnly = false } = options;
  if (errorsOnly) return { profile };
  const advice: AdviceOptions = {
    disabled: options.disable,
    enabled: options.enable,
    strictTypes: options.strictTypes === true,
    strictProperties: options.strictProperties === true,
    enforceRefs: options.enforceRefs === true,
    interop: options.interop === true,
  };
  try {
    return { profile, strict, advice: advise(advice) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal("invalid-request", `${error.message} (${error.subject ?? ""})`, { cause: error });
  }
}

// Options as the OASIS validator names them; a row's own say all that is asked of it.
function rowOptions(options: Json | undefined): Partial<Options> {
  if (!isObject(options)) return {};
  const flag = (name: string) => options[name] === true;
  return {
    strict: flag("strict"),
    disable: namesOf(options["disabled"]),
    enable: namesOf(options["enabled"]),
    strictTypes: flag("strict_types"),
    strictProperties: flag("strict_properties"),
    enforceRefs: flag("enforce_refs"),
    interop: flag("interop"),
  };
}

function namesOf(list: Json | undefined): readonly string[] {
  if (typeof list === "string") return list === "" ? [] : list.split(",");
  return Array.isArray(list) ? list.map(String) : [];
}

function sizeOf(path: string): number | null {
  try {
    return path === "-" ? null : statSync(path).size;
  } catch (cause) {
    throw new Refusal("invalid-request", `The file cannot be read: ${path}.`, { cause });
  }
}
