import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseCheckpoint } from "../../src/audit/checkpoint.ts";
import { noteSigner, noteVerifier } from "../../src/audit/note-key.ts";
import { formatReceipt, openReceipt, parseReceipt, type Receipt, signReceipt } from "../../src/audit/receipt.ts";
import { leafHash } from "../../src/audit/tree.ts";
import { formatBase64 } from "../../src/encoding/base64.ts";
import { Refusal } from "../../src/refusal.ts";
import { refusalOf } from "../encoding/refusal-of.ts";

const receipt: Receipt = {
  origin: "log.example/serai",
  journal: "node-1",
  n: 42,
  leaf: leafHash("entry"),
  time: 1_795_509_491_123_456,
  due: 1_795_509_492_123_456,
};
const text = `serai-receipt/v1
origin log.example/serai
journal node-1
n 42
leaf ${formatBase64(receipt.leaf)}
time 2026-11-24T08:38:11.123456Z
due 2026-11-24T08:38:12.123456Z
`;

it("is a header and six labelled lines", () => {
  expect(formatReceipt(receipt)).toBe(text);
  expect(parseReceipt(text)).toEqual(receipt);
});

it("is read back as it was written", () => {
  const receipts = fc.record({
    origin: fc.constantFrom("o", "log.example/serai", "журнал", "a b"),
    journal: fc.constantFrom("turn", "node-1/pull", "a".repeat(64)),
    n: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    leaf: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Uint8Array.from(bytes)),
    time: fc.maxSafeNat(),
    due: fc.maxSafeNat(),
  });
  fc.assert(
    fc.property(receipts, (value) => {
      expect(parseReceipt(formatReceipt(value))).toEqual(value);
    }),
  );
});

it("is opened by the log's key alone, and by no altered text", async () => {
  const signer = await noteSigner({ name: "log.example/serai", seed: new Uint8Array(32).fill(1) });
  const other = await noteSigner({ name: "log.example/serai", seed: new Uint8Array(32).fill(2) });
  const keys = [await noteVerifier(signer.verifierKey)];
  const note = await signReceipt(receipt, signer);
  expect(await openReceipt(note, keys)).toEqual(receipt);
  await expect(openReceipt(await signReceipt(receipt, other), keys)).rejects.toMatchObject({ rule: "unsigned" });
  await expect(openReceipt(note.replace("n 42", "n 43"), keys)).rejects.toMatchObject({ rule: "signature" });
  await expect(openReceipt(note.replace("11.123456", "11.123457"), keys)).rejects.toBeInstanceOf(Refusal);
});

it("cannot be read as a checkpoint, nor a checkpoint as a receipt, since one key signs both", () => {
  expect(refusalOf(() => parseCheckpoint(text))).toMatchObject({ code: "malformed" });
  expect(refusalOf(() => parseReceipt(`log.example/serai\n5\n${"A".repeat(43)}=\n`))).toMatchObject({
    code: "malformed",
  });
});

it.each([
  ["nothing", ""],
  ["another header", text.replace("/v1", "/v2")],
  ["no newline at the end", text.slice(0, -1)],
  ["a line too many", `${text}more\n`],
  ["an empty line", text.replace("\nn ", "\n\nn ")],
  ["lines in another order", text.replace(/(journal .*\n)(n .*\n)/, "$2$1")],
  ["another label", text.replace("\nn ", "\nN ")],
  ["number 0", text.replace("n 42", "n 0")],
  ["a number with a leading zero", text.replace("n 42", "n 042")],
  ["a number with an exponent", text.replace("n 42", "n 4e1")],
  ["a negative number", text.replace("n 42", "n -42")],
  ["a journal that has no name", text.replace("node-1", "node 1")],
  ["no origin", text.replace("log.example/serai", "")],
  ["a leaf of 31 bytes", text.replace(/leaf .*/, `leaf ${formatBase64(new Uint8Array(31))}`)],
  ["a time without microseconds", text.replace("11.123456Z", "11Z")],
  ["a time of no calendar", text.replace("2026-11-24", "2026-11-31")],
  ["carriage returns", text.replaceAll("\n", "\r\n")],
])("is refused with %s", (_, altered) => {
  expect(altered).not.toBe(text);
  expect(refusalOf(() => parseReceipt(altered))).toMatchObject({ code: "malformed" });
});

it("is not written with parts that could not be read", () => {
  for (const part of [
    { origin: "" },
    { origin: "a\nb" },
    { journal: "" },
    { journal: "a b" },
    { n: 0 },
    { n: 1.5 },
    { leaf: new Uint8Array(31) },
  ]) {
    expect(() => formatReceipt({ ...receipt, ...part })).toThrow(TypeError);
  }
});
