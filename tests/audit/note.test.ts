import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatNote,
  formatSignatureLine,
  isKeyName,
  keyIdOf,
  type Note,
  noteSignaturesMax,
  noteBytesMax,
  openNote,
  parseNote,
  parseSignatureLine,
  signNote,
} from "../../src/audit/note.ts";
import {
  formatSigningKey,
  formatVerifierKey,
  noteSigner,
  noteVerifier,
  parseSigningKey,
  parseVerifierKey,
} from "../../src/audit/note-key.ts";
import { formatBase64 } from "../../src/encoding/base64.ts";
import { concat, utf8 } from "../../src/encoding/bytes.ts";
import { Refusal } from "../../src/refusal.ts";
import vectors from "../vectors/audit/note.json" with { type: "json" };
import { refusalOf } from "../encoding/refusal-of.ts";

const signingKey = await parseSigningKey(vectors.signingKey);
const signer = await noteSigner(signingKey);
const verifier = await noteVerifier(vectors.verifierKey);
const other = await noteSigner({ name: "other.example", seed: new Uint8Array(32).fill(9) });
const otherVerifier = await noteVerifier(other.verifierKey);

// What opening a note as it was sent comes to: the note, or the refusal.
async function opened(note: string | Uint8Array): Promise<Awaited<ReturnType<typeof openNote>> | Refusal> {
  try {
    return await openNote(parseNote(note), [verifier]);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

describe("signed notes (C2SP signed-note)", () => {
  it.each(vectors.signed)("of $text are signed as x/mod signs them", async ({ text, note }) => {
    expect(formatNote(await signNote(text, [signer]))).toBe(note);
    expect(parseNote(note).text).toBe(text);
    expect((await openNote(parseNote(utf8(note)), [verifier])).text).toBe(text);
  });

  it.each(vectors.cases)("with $why open as x/mod opens them: $opens", async (vector) => {
    const result = await opened(vector.note);
    expect(result instanceof Refusal).toBe(!vector.opens);
    if (!(result instanceof Refusal)) {
      expect({ verified: result.verified.length, unknown: result.unknown.length }).toEqual({
        verified: vector.verified,
        unknown: vector.unknown,
      });
    }
  });

  it("verify as the specification's example does, and by its key alone", async () => {
    const vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const note =
      "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    const { text, verified } = await openNote(parseNote(note), [await noteVerifier(vkey)]);
    expect(text).toBe("This is an example message.\n");
    expect(verified).toMatchObject([{ name: "example.com/foo", keyId: 0x530d903a }]);
    expect(await opened(note)).toMatchObject({ code: "invalid", rule: "unsigned" });
  });

  it("are read back as they were written, with any text and any signatures", () => {
    const texts = fc
      .string({ unit: "grapheme", maxLength: 60 })
      .map((text) => `${text.replaceAll(/[\u0000-\u0009\u000b-\u001f]/g, "")}\n`);
    const signatures = fc.array(
      fc.record({
        name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter(isKeyName),
        keyId: fc.nat(0xffff_ffff),
        signature: fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Uint8Array.from(bytes)),
      }),
      { minLength: 1, maxLength: 16 },
    );
    fc.assert(
      fc.property(texts, signatures, (text, list) => {
        const note: Note = { text, signatures: list };
        expect(parseNote(formatNote(note))).toEqual(note);
        expect(formatNote(parseNote(utf8(formatNote(note))))).toBe(formatNote(note));
      }),
    );
  });

  it("do not open when any bit of text or signature is flipped", async () => {
    const note = await signNote("origin\n5\nroot\n", [signer]);
    const text = utf8(note.text);
    const signature = note.signatures[0]?.signature ?? new Uint8Array(0);
    expect(signature).toHaveLength(64);
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const broken = signature.with(bit >> 3, (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
      expect(await verifier.verify(note.text, broken)).toBe(false);
    }
    for (let bit = 0; bit < text.length * 8; bit++) {
      const bytes = utf8(formatNote(note));
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await opened(bytes)).toBeInstanceOf(Refusal);
    }
  });

  it("do not open with a signature of another length", async () => {
    const { text, signatures } = await signNote("text\n", [signer]);
    const [{ signature, ...key } = { signature: new Uint8Array(0), name: "", keyId: 0 }] = signatures;
    for (const broken of [signature.subarray(0, 63), concat(signature, Uint8Array.of(0)), Uint8Array.of(1)]) {
      expect(await opened(formatNote({ text, signatures: [{ ...key, signature: broken }] }))).toMatchObject({
        rule: "signature",
      });
    }
  });

  it("keep other keys' signatures when a key signs anew", async () => {
    const first = await signNote("text\n", [signer, other]);
    const again = await signNote("text\n", [signer], first.signatures);
    expect(again.signatures.map(({ name }) => name)).toEqual([signer.name, other.name]);
    const { verified, unknown } = await openNote(again, [verifier, otherVerifier]);
    expect(verified).toHaveLength(2);
    expect(unknown).toEqual([]);
  });

  it("are condemned by one wrong signature of a known key, although another key's holds", async () => {
    const { text, signatures } = await signNote("text\n", [signer]);
    const wrong = { name: other.name, keyId: other.keyId, signature: new Uint8Array(64) };
    const note = { text, signatures: [...signatures, wrong] };
    await expect(openNote(note, [verifier, otherVerifier])).rejects.toMatchObject({ rule: "signature" });
    expect((await openNote(note, [verifier])).unknown).toEqual([wrong]);
  });

  it("may have 100 signatures, and no more", async () => {
    const { text, signatures } = await signNote("text\n", [signer]);
    const filler = { name: "x", keyId: 1, signature: new Uint8Array(64) };
    const many = [...signatures, ...Array.from({ length: noteSignaturesMax - 1 }, () => filler)];
    expect((await openNote(parseNote(formatNote({ text, signatures: many })), [verifier])).verified).toHaveLength(1);
    expect(refusalOf(() => parseNote(formatNote({ text, signatures: [...many, filler] })))).toMatchObject({
      code: "limit",
      subject: "noteSignaturesMax",
    });
    expect(refusalOf(() => parseNote("x".repeat(noteBytesMax + 1)))).toMatchObject({ code: "limit" });
  });

  it("are refused when they are not UTF-8 or hold lone surrogates", async () => {
    const bytes = concat(Uint8Array.of(0xff), utf8(formatNote(await signNote("text\n", [signer]))));
    expect(refusalOf(() => parseNote(bytes))).toMatchObject({ code: "malformed" });
    expect(refusalOf(() => parseNote("\ud800\n\n\u2014 a AAAAAAA=\n"))).toMatchObject({ code: "malformed" });
  });

  it("are refused with tail bits that are not zero in a signature's base64", () => {
    expect(refusalOf(() => parseSignatureLine("\u2014 a AAAAAAB="))).toMatchObject({ code: "malformed" });
    expect(formatSignatureLine(parseSignatureLine("\u2014 a AAAAAAA="))).toBe("\u2014 a AAAAAAA=\n");
  });

  it("are not made of a text that no note can have", async () => {
    for (const text of ["", "no newline", "tab\t\n", "nul\0\n", "return\r\n", "\ud800\n"]) {
      await expect(signNote(text, [signer])).rejects.toThrow(TypeError);
    }
  });

  it("cannot be opened with two trusted keys of one name and ID", async () => {
    const note = await signNote("text\n", [signer]);
    await expect(openNote(note, [verifier, verifier])).rejects.toThrow(TypeError);
  });
});

describe("keys of signed notes", () => {
  it("are the same as x/mod's, in both forms", async () => {
    expect(signer.verifierKey).toBe(vectors.verifierKey);
    expect(await formatSigningKey(signingKey)).toBe(vectors.signingKey);
    expect(signingKey).toEqual({ name: vectors.name, seed: Uint8Array.from({ length: 32 }, (_, i) => i) });
    const { name, keyId, type, publicKey } = parseVerifierKey(vectors.verifierKey);
    expect(formatVerifierKey(name, type, publicKey)).toBe(vectors.verifierKey);
    expect(keyIdOf(name, type, publicKey)).toBe(keyId);
    expect(type).toBe(1);
  });

  it("have another ID for another type, name or key", () => {
    const key = new Uint8Array(32);
    const ids = [keyIdOf("a", 1, key), keyIdOf("a", 4, key), keyIdOf("b", 1, key), keyIdOf("a", 1, key.with(0, 1))];
    expect(new Set(ids).size).toBe(4);
  });

  const [name = "", id = "", material = ""] = vectors.verifierKey.split("+");
  it.each([
    ["", "empty"],
    [`${name}+${id}`, "without material"],
    [`${name}+${id}+`, "with empty material"],
    [`+${id}+${material}`, "without a name"],
    [`${name}+${id.toUpperCase()}+${material}`, "with an upper-case ID"],
    [`${name}+${id.slice(1)}+${material}`, "with a short ID"],
    [`${name}+00000000+${material}`, "with another ID"],
    [`${name}x+${id}+${material}`, "with another name"],
    [`${name} +${id}+${material}`, "with a space in the name"],
    [`${name}+${id}+${material.slice(0, -1)}`, "with base64 cut"],
    [`${name}+${id}+${material}\n`, "with a line feed"],
    [`${name}+${id}+${material.replaceAll("/", "_")}`, "with base64url"],
  ])("are refused: %s (%s)", (vkey) => {
    expect(refusalOf(() => parseVerifierKey(vkey))).toMatchObject({ code: "malformed" });
  });

  it("of another type are read but do not check notes; an Ed25519 key of another length is none", async () => {
    const cosignature = formatVerifierKey("w.example", 4, new Uint8Array(32));
    expect(parseVerifierKey(cosignature).type).toBe(4);
    await expect(noteVerifier(cosignature)).rejects.toMatchObject({ code: "unsupported", rule: "key-type" });
    await expect(noteVerifier(formatVerifierKey("w.example", 1, new Uint8Array(31)))).rejects.toMatchObject({
      code: "malformed",
    });
  });

  it("that sign are refused without being repeated", async () => {
    const secret = vectors.signingKey;
    const short = `PRIVATE+KEY+${name}+${id}+${formatBase64(new Uint8Array(32).fill(1))}`;
    for (const broken of [
      "",
      secret.slice(1),
      secret.replace(id, "00000000"),
      secret.replace("log.", "lag."),
      short,
      `${secret} `,
    ]) {
      const refusal = await parseSigningKey(broken).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refusal).toMatchObject({ code: "malformed" });
      expect(String(refusal)).not.toContain(secret.slice(-20, -4));
    }
  });

  it.each([
    "",
    " ",
    "a b",
    "a+b",
    "a\u00a0b",
    "a\u2003b",
    "a\u3000",
    "a\u2028",
    "a\u0085",
    "a\n",
    "a\t",
    "a\0",
    "\ud800",
  ])("are not named %j", (candidate) => {
    expect(isKeyName(candidate)).toBe(false);
    expect(() => formatVerifierKey(candidate, 1, new Uint8Array(32))).toThrow(TypeError);
  });

  it.each(["a", "example.com/log-2", "жур", "a\u200bb", "😀"])("may be named %j", (candidate) => {
    expect(isKeyName(candidate)).toBe(true);
  });
});
