// How a command is written: what it is called, what it takes, what it does. Commander reads the line; the commands know
// nothing of it.
import type { Command } from "commander";
import type { Io } from "./io.ts";
import { openSession, type Session } from "./session.ts";

/** Options that every command over HTTP has. */
export interface Common {
  readonly client?: string;
  readonly json?: boolean;
}

/** Adds --client and --json. */
export function withSession(command: Command): Command {
  return command.option("--client <file>", "client file (or SERAI_CLIENT)").option("--json", "print JSON for programs");
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON for programs");
}

export function session(io: Io, options: Common): Promise<Session> {
  return openSession(io, options.client);
}

/** Examples below the help of a command. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`);
}
