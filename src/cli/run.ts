// The command line as a whole: reads it, carries it out, turns every failure into a sentence that says what to do and an exit
// code that means something. Used by main.ts, by the demo and by tests.
import { Command, CommanderError } from "commander";
import { Refusal } from "../refusal.ts";
import { approvalCommands } from "./approvals.ts";
import { auditCommands, isUnproved } from "./audit.ts";
import { checkCommand } from "./check.ts";
import { circleCommands } from "./circle.ts";
import { clientCommands } from "./client.ts";
import { collectionCommands } from "./collection.ts";
import { contributeCommand } from "./contribute.ts";
import { demoCommand } from "./demo.ts";
import { explainCommand } from "./explain.ts";
import { idCommand } from "./id.ts";
import { exit, type Io, print } from "./io.ts";
import { lifeCommands } from "./life.ts";
import { patternCommands } from "./pattern.ts";
import { policyCommands } from "./policy.ts";
import { previewCommand } from "./preview.ts";
import { pullCommand } from "./pull.ts";
import { databaseCommands } from "./serve.ts";
import { Answered } from "./session.ts";
import { stateCommands } from "./state.ts";
import { termsCommands } from "./terms.ts";
import { tokenCommand } from "./token.ts";
import { version } from "./version.ts";

const exitCodes = `
Exit codes: ${exit.done} done · ${exit.bug} a fault of this program · ${exit.usage} wrong usage · ${exit.refused} refused ·
  ${exit.credentials} credentials · ${exit.unreachable} the exchange does not answer · ${exit.unproved} not proved`;

/** Carries out one command line. Resolves with its exit code; prints through `io` only. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = exit.done;
  const program = new Command("serai")
    .description("The exchange by which states share ICT threat reports under rules of their own.")
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .addHelpText("afterAll", exitCodes);
  const leave = (wanted: number): void => void (code = wanted);
  databaseCommands(program, io);
  stateCommands(program, io);
  clientCommands(program, io);
  collectionCommands(program, io);
  circleCommands(program, io);
  termsCommands(program, io);
  policyCommands(program, io, leave);
  tokenCommand(program, io);
  contributeCommand(program, io, leave);
  lifeCommands(program, io);
  approvalCommands(program, io);
  pullCommand(program, io);
  explainCommand(program, io);
  previewCommand(program, io);
  auditCommands(program, io, leave);
  checkCommand(program, io, leave);
  idCommand(program, io, leave);
  patternCommands(program, io, leave);
  demoCommand(program, io, run);
  for (const command of program.commands) inherit(command, program, "serai");
  program.showHelpAfterError("(serai --help tells what there is)");
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return tell(error, args.includes("--json"), io);
  }
}

/** Sub-commands fail and print like their program; a wrong line is told where the right one stands. */
function inherit(command: Command, program: Command, above: string): void {
  const path = `${above} ${command.name()}`;
  command.copyInheritedSettings(program).showHelpAfterError(`(${path} --help tells how it is called)`);
  for (const inner of command.commands) inherit(inner, program, path);
}

function tell(error: unknown, json: boolean, io: Io): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exit.done;
    // Commander has written it for people already.
    if (json) print(io, { error: { code: "invalid-request", message: error.message.replace(/^error: /, "") } });
    return exit.usage;
  }
  if (!(error instanceof Refusal)) {
    io.err(
      `serai: a fault of this program: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return exit.bug;
  }
  const { code, message, pointer, rule, subject } = error;
  const status = error instanceof Answered ? error.status : undefined;
  if (json) print(io, { error: { code, message, pointer, rule, subject, status } });
  else
    io.err(`serai: ${message}${pointer === undefined || pointer === "" ? "" : ` (at ${pointer})`}${hintFor(error)}\n`);
  return codeOf(error);
}

/** What to do about a right that the client has not. */
function hintFor({ code, rule }: Refusal): string {
  return code === "forbidden" && rule === "scope"
    ? " Your client's role does not have it: name the file of another one with --client."
    : "";
}

function codeOf(refusal: Refusal): number {
  if (isUnproved(refusal) && !(refusal instanceof Answered)) return exit.unproved;
  switch (refusal.code) {
    case "unauthenticated":
    case "invalid-client":
    case "forbidden":
      return exit.credentials;
    case "unavailable":
    case "busy":
      return exit.unreachable;
    case "invalid-request":
      // The exchange's own no of this name is about what was sent, not about the line that was typed.
      return refusal instanceof Answered ? exit.refused : exit.usage;
    default:
      return exit.refused;
  }
}
