// JSON bodies of the exchange's own API: read within limits, parsed strictly, an object or nothing.
import { isObject, type Json, type JsonLimits, type JsonObject, parseStrict } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";
import { CONTENT_LENGTH_MAX, ENVELOPE_LIMITS, type Envelope, parseEnvelope } from "../taxii/envelope.ts";
import { readBody } from "./limits.ts";

export const API_LIMITS: JsonLimits = {
  bytesMax: 1_048_576,
  depthMax: 32,
  keysMax: 50_000,
  itemsMax: 50_000,
  stringLengthMax: 65_536,
};

/** @throws {Refusal} media-type, limit, malformed; invalid: no object */
export async function readJson(request: Request): Promise<JsonObject> {
  requireJson(request);
  const { value } = parseStrict(await readBody(request, API_LIMITS.bytesMax, "API_LIMITS.bytesMax"), API_LIMITS);
  if (!isObject(value)) throw new Refusal("invalid", "The body is a JSON object.", { pointer: "" });
  return value;
}

/** A member that is not known may have been meant to narrow what the act does. @throws {Refusal} invalid, with pointer */
export function requireMembers(body: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const may = known.length === 0 ? "nothing here" : known.join(", ");
  throw new Refusal("invalid", `The body may have ${may}.`, { pointer: `/${unknown}`, rule: "form" });
}

/** For acts that say everything in their path: no body, or an object without members. */
export async function requireNothing(request: Request): Promise<void> {
  const bytes = await readBody(request, API_LIMITS.bytesMax, "API_LIMITS.bytesMax");
  if (bytes.length === 0) return;
  requireJson(request);
  const { value } = parseStrict(bytes, API_LIMITS);
  if (!isObject(value)) throw new Refusal("invalid", "The body is a JSON object.", { pointer: "" });
  requireMembers(value, []);
}

export function requireJson(request: Request): void {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type))
    throw new Refusal("media-type", "Bodies are application/json.", { subject: "Content-Type" });
}

/** Objects with where they go. */
export interface Posted {
  readonly collection: string;
  readonly envelope: Envelope;
  readonly instruction: Json | null;
}

/** An envelope or bundle with the collection and, where wanted, the instruction beside its objects. */
export async function readPosted(request: Request): Promise<Posted> {
  requireJson(request);
  const bytes = await readBody(request, CONTENT_LENGTH_MAX, "CONTENT_LENGTH_MAX");
  const { value } = parseStrict(bytes, ENVELOPE_LIMITS);
  if (!isObject(value)) throw new Refusal("invalid", "The body is a JSON object.", { pointer: "" });
  const { collection, instruction = null } = value;
  if (typeof collection !== "string")
    throw new Refusal("invalid", "The collection is named by its id or alias.", { pointer: "/collection" });
  return { collection, instruction, envelope: parseEnvelope(bytes) };
}
