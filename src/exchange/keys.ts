// The exchange's own keys, made at the first start and kept by the runtime (a file of mode 0600, a secret of the edge). Each
// has one purpose, so that none can be made to speak for another.
import { formatSigningKey, noteSigner, parseSigningKey } from "../audit/note-key.ts";
import { generateKey, importSigningKey, importVerifyingKey, parsePrivateJwk, publicJwk } from "../auth/key.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { isObject, parseStrict } from "../encoding/json.ts";
import { prepareHmac } from "../encoding/sha256.ts";
import { Refusal } from "../refusal.ts";
import type { Keys } from "./exchange.ts";

const SECRET_BYTES = 32;
const LIMITS = { bytesMax: 65_536, depthMax: 8, keysMax: 200, itemsMax: 50, stringLengthMax: 4_096 };

/**
 * New keys as the text that is kept.
 * @param origin names the log for ever: the exchange's host and path, without a scheme
 */
export async function makeKeys(origin: string, random: (bytes: number) => Uint8Array): Promise<string> {
  return `${JSON.stringify(
    {
      version: 1,
      token: [await generateKey("ES256")],
      log: await formatSigningKey({ name: origin, seed: random(SECRET_BYTES) }),
      audience: formatBase64(random(SECRET_BYTES)),
      cursor: formatBase64(random(SECRET_BYTES)),
    },
    null,
    2,
  )}\n`;
}

/**
 * Reads such a text. No part of it is repeated in a refusal.
 * @throws {Refusal} malformed: not the keys of an exchange
 */
export async function openKeys(text: string): Promise<Keys> {
  const { value } = parseStrict(text, LIMITS);
  const malformed = (name: string): Refusal =>
    new Refusal("malformed", `The exchange's keys have no readable member "${name}".`, { subject: name });
  if (!isObject(value) || value["version"] !== 1) throw malformed("version");
  const { token, log, audience, cursor } = value;
  if (!Array.isArray(token) || token.length === 0) throw malformed("token");
  if (typeof log !== "string") throw malformed("log");
  const secret = (name: string, encoded: unknown): Uint8Array => {
    const bytes = typeof encoded === "string" ? parseBase64(encoded) : new Uint8Array(0);
    if (bytes.length !== SECRET_BYTES) throw malformed(name);
    return bytes;
  };
  const tokens = token.map((jwk: unknown) => parsePrivateJwk(jwk));
  const [current] = tokens;
  if (current === undefined) throw malformed("token");
  return {
    token: await importSigningKey(current),
    retired: tokens.slice(1).map(publicJwk),
    tokenVerifiers: await Promise.all(tokens.map((jwk) => importVerifyingKey(jwk))),
    log: await noteSigner(await parseSigningKey(log)),
    audience: prepareHmac(secret("audience", audience)),
    cursor: secret("cursor", cursor),
  };
}
