import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type TrustPolicy,
} from "../../src/audit/checkpoint.ts";
import { cosignatureSeconds, cosignatureVerifier, cosigner } from "../../src/audit/cosignature.ts";
import { formatLogProof, parseLogProof, proofPathMax, verifyLogProof } from "../../src/audit/log-proof.ts";
import { formatNote, type NoteSigner, parseNote, signNote } from "../../src/audit/note.ts";
import { noteSigner, noteVerifier } from "../../src/audit/note-key.ts";
import { emptyRoot, leafHash } from "../../src/audit/tree.ts";
import { formatBase64 } from "../../src/encoding/base64.ts";
import { concat, parseHex, utf8 } from "../../src/encoding/bytes.ts";
import { refusalOf } from "../encoding/refusal-of.ts";
import vectors from "../vectors/audit/checkpoint.json" with { type: "json" };

const root64 = formatBase64(leafHash("a"));
const logKey = await noteVerifier(vectors.logKey);
const witness = await cosignatureVerifier(vectors.witnessKey);
const policy: TrustPolicy = { origin: "log.example/serai", logKeys: [logKey], witnesses: [witness], quorum: 1 };
const logSigner = await noteSigner({ name: "log.example/serai", seed: Uint8Array.from({ length: 32 }, (_, i) => i) });

describe("checkpoints (C2SP tlog-checkpoint)", () => {
  it("are origin, size and root, each on a line", () => {
    const checkpoint = parseCheckpoint(vectors.checkpoint);
    expect(checkpoint).toMatchObject({ origin: "log.example/serai", size: 70_000, extensions: [] });
    expect(formatCheckpoint(checkpoint)).toBe(vectors.checkpoint);
  });

  it("are read back as they were written", () => {
    const lines = fc.string({ unit: "grapheme", minLength: 1 }).filter((line) => !/[\u0000-\u001f]/.test(line));
    const checkpoints = fc.record({
      origin: lines,
      size: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Uint8Array.from(bytes)),
      extensions: fc.array(lines, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(checkpoints, (checkpoint) => {
        expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
      }),
    );
    const empty: Checkpoint = { origin: "o", size: 0, root: emptyRoot(), extensions: [] };
    expect(parseCheckpoint(formatCheckpoint(empty))).toEqual(empty);
  });

  it.each([
    ["", "empty"],
    [`o\n5\n${root64}`, "no newline at the end"],
    [`o\n5\n`, "no root"],
    [`\n5\n${root64}\n`, "no origin"],
    [`o\n\n${root64}\n`, "no size"],
    [`o\n5\n\n${root64}\n`, "an empty line"],
    [`o\n5\n${root64}\n\n`, "an empty line at the end"],
    [`o\n5\n${root64}\n\nx\n`, "an empty extension line"],
    [`o\n05\n${root64}\n`, "a leading zero"],
    [`o\n-5\n${root64}\n`, "a sign"],
    [`o\n+5\n${root64}\n`, "a sign"],
    [`o\n5 \n${root64}\n`, "a space"],
    [`o\n0x5\n${root64}\n`, "hexadecimal"],
    [`o\n9007199254740992\n${root64}\n`, "a size beyond 2^53−1"],
    [`o\n5\n${root64.slice(0, -1)}\n`, "base64 without padding"],
    [`o\n5\n${formatBase64(new Uint8Array(31))}\n`, "a root of 31 bytes"],
    [`o\n5\n${formatBase64(new Uint8Array(33))}\n`, "a root of 33 bytes"],
    [`o\n5\n${formatBase64(new Uint8Array(0))}\n`, "a root of no bytes"],
    [`o\r\n5\r\n${root64}\r\n`, "carriage returns"],
    [`o\n5\n${root64}\nx\ty\n`, "a tab in an extension line"],
  ])("are refused: %j (%s)", (text) => {
    expect(refusalOf(() => parseCheckpoint(text))).toMatchObject({ code: "malformed" });
  });

  it("of an empty log have the empty tree's root and no other", () => {
    expect(refusalOf(() => parseCheckpoint(`o\n0\n${root64}\n`))).toMatchObject({
      code: "invalid",
      rule: "empty-root",
    });
  });

  it("are not written with lines that could not be read", () => {
    const good: Checkpoint = { origin: "o", size: 1, root: leafHash("a"), extensions: [] };
    for (const part of [
      { origin: "" },
      { origin: "a\nb" },
      { size: -1 },
      { size: 1.5 },
      { root: new Uint8Array(31) },
      { extensions: [""] },
    ]) {
      expect(() => formatCheckpoint({ ...good, ...part })).toThrow(TypeError);
    }
  });
});

describe("opening a checkpoint", () => {
  it("finds it final when enough witnesses have cosigned", async () => {
    const note = parseNote(vectors.cosigned);
    expect(await openCheckpoint(note, policy)).toMatchObject({ isFinal: true, witnesses: ["witness.example/w1"] });
    expect(await openCheckpoint(note, { ...policy, quorum: 2 })).toMatchObject({ isFinal: false });
    expect(await openCheckpoint(note, { ...policy, witnesses: [], quorum: 1 })).toMatchObject({
      isFinal: false,
      witnesses: [],
    });
    expect(await openCheckpoint(note, { ...policy, witnesses: [], quorum: 0 })).toMatchObject({ isFinal: true });
  });

  it("refuses another log's, and one that the log has not signed, however many witnesses have", async () => {
    const note = parseNote(vectors.cosigned);
    await expect(openCheckpoint(note, { ...policy, origin: "log.example" })).rejects.toMatchObject({ rule: "origin" });
    const unsigned = { ...note, signatures: note.signatures.filter(({ name }) => name !== policy.origin) };
    await expect(openCheckpoint(unsigned, policy)).rejects.toMatchObject({ rule: "unsigned" });
  });

  it("refuses a wrong cosignature of a known witness", async () => {
    const note = parseNote(vectors.cosigned);
    const signatures = note.signatures.map((signature) =>
      signature.name === "witness.example/w1"
        ? { ...signature, signature: signature.signature.with(71, 0xff) }
        : signature,
    );
    await expect(openCheckpoint({ ...note, signatures }, policy)).rejects.toMatchObject({ rule: "signature" });
  });

  it("counts a witness with two keys once", async () => {
    const keys = [1, 2].map((fill) => ({ name: "w.example", seed: new Uint8Array(32).fill(fill) }));
    const signers: NoteSigner[] = [logSigner];
    const witnesses = [];
    for (const key of keys) {
      const signer = await cosigner(key, () => 1);
      signers.push(signer);
      witnesses.push(await cosignatureVerifier(signer.verifierKey));
    }
    const note = await signNote(vectors.checkpoint, signers);
    const opened = await openCheckpoint(note, { ...policy, witnesses, quorum: 2 });
    expect(opened).toMatchObject({ isFinal: false, witnesses: ["w.example"] });
  });
});

describe("cosignatures (C2SP tlog-cosignature)", () => {
  it("are those that another implementation makes", async () => {
    const signer = await cosigner(
      { name: "witness.example/w1", seed: parseHex(vectors.witnessSeed) },
      () => vectors.seconds,
    );
    expect(signer.verifierKey).toBe(vectors.witnessKey);
    const log = parseNote(vectors.cosigned).signatures.filter(({ name }) => name === policy.origin);
    const { signatures } = await signNote(vectors.checkpoint, [signer]);
    expect(formatNote({ text: vectors.checkpoint, signatures: [...log, ...signatures] })).toBe(vectors.cosigned);
    expect(signatures.map(({ signature }) => cosignatureSeconds(signature))).toEqual([vectors.seconds]);
  });

  it("bind the second and every bit of the checkpoint", async () => {
    const [, { signature } = { signature: new Uint8Array(0) }] = parseNote(vectors.cosigned).signatures;
    expect(await witness.verify(vectors.checkpoint, signature)).toBe(true);
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const broken = signature.with(bit >> 3, (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
      expect(await witness.verify(vectors.checkpoint, broken)).toBe(false);
    }
    expect(await witness.verify(vectors.checkpoint.replace("70000", "70001"), signature)).toBe(false);
    expect(await witness.verify(`${vectors.checkpoint}more\n`, signature)).toBe(false);
    expect(await witness.verify(vectors.checkpoint, signature.subarray(8))).toBe(false);
    expect(await witness.verify(vectors.checkpoint, concat(signature, Uint8Array.of(0)))).toBe(false);
  });

  it("are made and accepted on checkpoints only", async () => {
    const signer = await cosigner({ name: "w", seed: new Uint8Array(32) }, () => 1);
    await expect(signer.sign("some text\n")).rejects.toThrow(TypeError);
    const verifier = await cosignatureVerifier(signer.verifierKey);
    expect(await verifier.verify("some text\n", new Uint8Array(72))).toBe(false);
    expect(refusalOf(() => cosignatureSeconds(new Uint8Array(64)))).toMatchObject({ code: "malformed" });
    expect(refusalOf(() => cosignatureSeconds(new Uint8Array(72).fill(0xff)))).toMatchObject({ code: "malformed" });
    await expect(cosignatureVerifier(vectors.logKey)).rejects.toMatchObject({ code: "unsupported" });
  });

  it("are not the log's own kind of signature, though the key be one", async () => {
    const key = { name: "one.example", seed: new Uint8Array(32).fill(5) };
    const note = await noteSigner(key);
    const witnessing = await cosigner(key, () => 7);
    const checkpoint = `one.example\n1\n${root64}\n`;
    const signature = await witnessing.sign(checkpoint);
    const noteCheck = await noteVerifier(note.verifierKey);
    expect(witnessing.keyId).not.toBe(note.keyId);
    expect(await noteCheck.verify(checkpoint, signature.subarray(8))).toBe(false);
    expect(await noteCheck.verify(`cosignature/v1\ntime 7\n${checkpoint}`, signature.subarray(8))).toBe(true);
  });
});

describe("proofs that stand alone (C2SP tlog-proof)", () => {
  it("are read and written as another implementation writes them, and verify", async () => {
    const proof = parseLogProof(vectors.proof);
    expect(formatLogProof(proof)).toBe(vectors.proof);
    expect(proof).toMatchObject({ index: 12_345 });
    const { checkpoint } = await verifyLogProof(proof, leafHash(vectors.entry), policy);
    expect(checkpoint.size).toBe(70_000);
  });

  it("do not verify for another entry, index, root or with too few witnesses", async () => {
    const proof = parseLogProof(vectors.proof);
    const leaf = leafHash(vectors.entry);
    await expect(verifyLogProof(proof, leafHash("entry 12346"), policy)).rejects.toMatchObject({ rule: "inclusion" });
    await expect(verifyLogProof({ ...proof, index: 12_344 }, leaf, policy)).rejects.toMatchObject({
      rule: "inclusion",
    });
    await expect(verifyLogProof({ ...proof, path: proof.path.slice(1) }, leaf, policy)).rejects.toMatchObject({
      rule: "inclusion",
    });
    await expect(verifyLogProof(proof, leaf, { ...policy, quorum: 2 })).rejects.toMatchObject({ rule: "quorum" });
    await expect(verifyLogProof(proof, leaf, { ...policy, origin: "x" })).rejects.toMatchObject({ rule: "origin" });
    const forged = formatCheckpoint({ origin: policy.origin, size: 1, root: leaf, extensions: [] });
    const other = await noteSigner({ name: policy.origin, seed: new Uint8Array(32) });
    const forgery = { index: 0, path: [], checkpoint: await signNote(forged, [other]) };
    await expect(verifyLogProof(forgery, leaf, policy)).rejects.toMatchObject({ rule: "unsigned" });
  });

  it("carry extra bytes, an empty path and index 0", async () => {
    const text = formatCheckpoint({ origin: policy.origin, size: 1, root: leafHash("a"), extensions: [] });
    const checkpoint = await signNote(text, [logSigner]);
    for (const extra of [utf8("some bytes"), new Uint8Array(0)]) {
      const proof = { extra, index: 0, path: [], checkpoint };
      expect(parseLogProof(formatLogProof(proof))).toEqual(proof);
    }
    const proof = parseLogProof(formatLogProof({ index: 0, path: [], checkpoint }));
    expect(proof.extra).toBeUndefined();
    await expect(verifyLogProof(proof, leafHash("a"), { ...policy, quorum: 0 })).resolves.toMatchObject({
      isFinal: true,
    });
  });

  const [head = "", ...rest] = vectors.proof.split("\n\n");
  const tail = rest.join("\n\n");
  const lines = head.split("\n");
  const edit = (change: (copy: string[]) => void): string => {
    const copy = [...lines];
    change(copy);
    return `${copy.join("\n")}\n\n${tail}`;
  };
  it.each([
    ["nothing", ""],
    ["no header", edit((copy) => void copy.shift())],
    ["another version", vectors.proof.replace("@v1", "@v2")],
    ["no index", edit((copy) => void copy.splice(1, 1))],
    ["an index with a leading zero", vectors.proof.replace("index 12345", "index 012345")],
    ["a negative index", vectors.proof.replace("index 12345", "index -1")],
    ["an index beyond 2^53−1", vectors.proof.replace("index 12345", "index 9007199254740992")],
    ["index before extra", edit((copy) => void copy.splice(2, 0, "extra AAAA"))],
    ["extra that is not base64", edit((copy) => void copy.splice(1, 0, "extra AA*A"))],
    ["a hash of 31 bytes", edit((copy) => void copy.splice(2, 1, formatBase64(new Uint8Array(31))))],
    ["a line that is no hash", edit((copy) => void copy.splice(2, 0, "hello"))],
    [
      "a path longer than any tree's",
      edit((copy) => void copy.splice(2, 0, ...Array.from({ length: proofPathMax }, () => root64))),
    ],
    ["no empty line", vectors.proof.replace("\n\n", "\n")],
    ["carriage returns", vectors.proof.replaceAll("\n", "\r\n")],
    ["no signature", `${vectors.proof.split("\n\n").slice(0, 2).join("\n\n")}\n\n`],
  ])("are refused with %s", (_, text) => {
    expect(refusalOf(() => parseLogProof(text))).toMatchObject({ code: "malformed" });
  });
});
