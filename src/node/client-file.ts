// A client file: which exchange, which client, and its private key. Mode 0600; the only credential that the command line
// knows.
import { type PrivateJwk, parsePrivateJwk } from "../auth/key.ts";
import { isObject, parseStrict } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";

export interface ClientFile {
  /** URL of the exchange, its issuer. */
  readonly exchange: string;
  readonly client: string;
  readonly state: string;
  readonly role: string;
  readonly key: PrivateJwk;
}

const LIMITS = { bytesMax: 16_384, depthMax: 4, keysMax: 50, itemsMax: 10, stringLengthMax: 2_048 };

export function formatClientFile(file: ClientFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws {Refusal} malformed: no client file; its content is not repeated */
export function parseClientFile(text: string): ClientFile {
  const { value } = parseStrict(text, LIMITS);
  if (!isObject(value)) throw malformed();
  const { exchange, client, state, role, key } = value;
  if (
    typeof exchange !== "string" ||
    typeof client !== "string" ||
    typeof state !== "string" ||
    typeof role !== "string"
  )
    throw malformed();
  return { exchange, client, state, role, key: parsePrivateJwk(key) };
}

function malformed(): Refusal {
  return new Refusal("malformed", "This is not a client file: it has exchange, client, state, role and key.");
}
