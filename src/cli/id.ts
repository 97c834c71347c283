// serai id: the ids that STIX computes for cyber-observable objects from what they hold, one a line.
import type { Command } from "commander";
import { isObject, type JsonObject, parseStrict } from "../encoding/json.ts";
import { linesOf } from "../encoding/lines.ts";
import { Refusal } from "../refusal.ts";
import { objectLimits } from "../stix/check-stream.ts";
import { scoId } from "../stix/sco-id.ts";
import { bytesOf } from "./check.ts";
import { examples, withJson } from "./command.ts";
import type { Io } from "./io.ts";

export function idCommand(program: Command, io: Io): void {
  examples(
    withJson(program.command("id").description("the ids that STIX computes for cyber-observable objects"))
      .requiredOption("--lines <file>", "newline-delimited objects; - is standard input")
      .addHelpText("after", "\nA line is empty where STIX computes no id: nothing that contributes, or no observable."),
    ['echo \'{"type":"url","value":"https://example.org/"}\' | serai id --lines -'],
  ).action(async ({ lines, json }: { readonly lines: string; readonly json?: boolean }) => {
    for await (const { number, bytes } of linesOf(bytesOf(lines), objectLimits.bytesMax)) {
      if (bytes?.length === 0) continue;
      const id = scoId(readObject(bytes, number));
      io.out(json === true ? `${JSON.stringify({ line: number, id })}\n` : `${id ?? ""}\n`);
    }
  });
}

function readObject(bytes: Uint8Array | null, line: number): JsonObject {
  if (bytes === null) throw new Refusal("limit", `Line ${line} is larger than ${objectLimits.bytesMax} bytes.`);
  const { value } = parseStrict(bytes, objectLimits);
  if (!isObject(value)) throw new Refusal("invalid", `Line ${line} holds no object.`);
  return value;
}
