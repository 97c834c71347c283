// A parser of patterns that ANTLR makes of StixPattern.g4 in a folder that is thrown away, for the differential test.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const project = fileURLToPath(new URL("../../../", import.meta.url));

/** A node of the tree: the name of a rule with its parts, or a word. */
export type Node = string | readonly [string, ...Node[]];

export type Outcome = { readonly tree: Node } | { readonly column: number };

interface Token {
  readonly start: number;
}

/** The parts of a generated parser and of its runtime that are used here. */
interface Generated {
  readonly parse: (source: string, fault: (token: Token) => void) => Node;
}

/** Makes the parser. It gives the tree, or where in the text, in characters from 1, the first fault is. */
export async function antlrParser(): Promise<(source: string) => Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "stix-pattern-"));
  try {
    execFileSync(
      process.execPath,
      [
        join(project, "node_modules/antlr-ng/dist/cli/runner.js"),
        "-Dlanguage=TypeScript",
        "--generate-listener",
        "false",
        "-o",
        folder,
        join(project, "tests/stix/pattern/StixPattern.g4"),
      ],
      { stdio: "pipe" },
    );
    const outfile = join(folder, "parser.mjs");
    await build({
      stdin: { contents: glue, resolveDir: folder, loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      nodePaths: [join(project, "node_modules")],
      outfile,
      logLevel: "error",
    });
    const generated = (await import(pathToFileURL(outfile).href)) as Generated; // made of `glue`
    return (source) => {
      const faults: number[] = [];
      const tree = generated.parse(source, ({ start }) => void faults.push(start + 1));
      const [column] = faults;
      return column === undefined ? { tree } : { column };
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const glue = `
import { BaseErrorListener, BailErrorStrategy, CharStream, CommonTokenStream, TerminalNode } from "antlr4ng";
import { StixPatternLexer } from "./StixPatternLexer.js";
import { StixPatternParser } from "./StixPatternParser.js";

class Faults extends BaseErrorListener {
  constructor(private readonly fault) { super(); }
  override syntaxError(_recognizer, token) { this.fault(token); }
}

function nodeOf(context) {
  if (context instanceof TerminalNode) return context.getText();
  return [StixPatternParser.ruleNames[context.ruleIndex], ...(context.children ?? []).map(nodeOf)];
}

export function parse(source, fault) {
  const lexer = new StixPatternLexer(CharStream.fromString(source));
  lexer.removeErrorListeners();
  const parser = new StixPatternParser(new CommonTokenStream(lexer));
  parser.removeErrorListeners();
  parser.addErrorListener(new Faults(fault));
  return nodeOf(parser.pattern());
}
`;
