// serai id: the ids that STIX computes for cyber-observable objects from what they hold, one a line.
import type { Command } from "commander";
import { isObject, type JsonObject, parseStrict } from "../encoding/json.ts";
import type { Line } from "../encoding/lines.ts";
import { Refusal } from "../refusal.ts";
import { scoId } from "../stix/sco-id.ts";
import { examples, withJson } from "./command.ts";
import { exit, type Io } from "./io.ts";
import { answerLines, LINE_LIMITS } from "./lines.ts";

export function idCommand(program: Command, io: Io, leave: (code: number) => void): void {
  examples(
    withJson(program.command("id").description("the ids that STIX computes for cyber-observable objects"))
      .requiredOption("--lines <file>", "newline-delimited objects, - for standard input; one line out for each")
      .addHelpText(
        "after",
        "\nA line is empty where STIX computes no id: nothing that contributes, or no observable. So it is for a line that holds no\nobject; that is told apart, and the command ends as refused.",
      ),
    ['echo \'{"type":"url","value":"https://example.org/"}\' | serai id --lines -'],
  ).action(async ({ lines, json = false }: { readonly lines: string; readonly json?: boolean }) => {
    await answerLines(lines, io, (line) => {
      const { number } = line;
      try {
        const id = scoId(readObject(line));
        return json ? JSON.stringify({ line: number, id }) : (id ?? "");
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        leave(exit.refused);
        const { code, message, pointer } = error;
        if (json) return JSON.stringify({ line: number, error: message, code, pointer });
        io.err(`serai: Line ${number}: ${message}\n`);
        return "";
      }
    });
  });
}

/** @throws {Refusal} malformed, limit, invalid: no object of JSON */
function readObject({ bytes }: Line): JsonObject {
  if (bytes === null) throw new Refusal("limit", `A line has at most ${LINE_LIMITS.bytesMax} bytes.`);
  const { value } = parseStrict(bytes, LINE_LIMITS);
  if (!isObject(value)) throw new Refusal("invalid", "A line is an object of JSON.");
  return value;
}
