// The proof cases of transparency-dev/merkle, where they are at hand: most must fail, and all verdicts must agree.

import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { verifyConsistency, verifyInclusion } from "../../src/audit/proof.ts";
import type { Hash } from "../../src/audit/tree.ts";

interface InclusionCase {
  readonly case: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyCase {
  readonly case: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const folder = new URL("../../../shared/data/merkle/", import.meta.url);

// The cases spell hashes of wrong lengths and their own kind of nothing, so that bytes are read leniently here.
const bytes = (base64: string | null): Hash => new Uint8Array(Buffer.from(base64 ?? "", "base64"));

function casesOf<Case>(file: string): Case[] | undefined {
  if (!existsSync(folder)) {
    console.warn(`SKIPPED: ../shared/data/merkle is absent, so ${file} was not read.`);
    return undefined;
  }
  // Trusted lines of a known form.
  return readFileSync(new URL(file, folder), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Case);
}

it("agrees with every inclusion case", () => {
  const cases = casesOf<InclusionCase>("inclusion.jsonl");
  const disagreements = (cases ?? []).filter(({ leafIdx, treeSize, leafHash, proof, root, wantErr }) => {
    return verifyInclusion(leafIdx, treeSize, bytes(leafHash), (proof ?? []).map(bytes), bytes(root)) === wantErr;
  });
  expect(disagreements.map((item) => item.case)).toEqual([]);
  if (cases !== undefined) expect(cases.length).toBeGreaterThan(0);
});

it("agrees with every consistency case", () => {
  const cases = casesOf<ConsistencyCase>("consistency.jsonl");
  const disagreements = (cases ?? []).filter(({ size1, size2, root1, root2, proof, wantErr }) => {
    return verifyConsistency(size1, size2, bytes(root1), bytes(root2), (proof ?? []).map(bytes)) === wantErr;
  });
  expect(disagreements.map((item) => item.case)).toEqual([]);
  if (cases !== undefined) expect(cases.length).toBeGreaterThan(0);
});
