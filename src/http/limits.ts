// Bodies are read up to a limit and no further, whatever the request says about its length (threats.md, 12).
import { concat } from "../encoding/bytes.ts";
import { Refusal } from "../refusal.ts";

/** @throws {Refusal} limit, naming the limit that was passed; malformed: the body broke off */
export async function readBody(request: Request, bytesMax: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = (): Refusal =>
    new Refusal("limit", `The body is longer than ${bytesMax} bytes.`, { rule: "body", subject: name });
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLong();
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff);
    if (done) return concat(...parts);
    // Request bodies of a fetch runtime are bytes.
    const part = value as Uint8Array;
    length += part.length;
    if (length > bytesMax) {
      await reader.cancel();
      throw tooLong();
    }
    parts.push(part);
  }
}

/** A client that gives up is no failure of ours. */
function brokenOff(cause: unknown): never {
  throw new Refusal("malformed", "The body broke off before its end.", { rule: "body", cause });
}
