// The log as a member reads it: over HTTP with its token, verified whole with the key that was handed to it.
import { type Checkpoint, openCheckpoint } from "../../src/audit/checkpoint.ts";
import { parseLogProof, verifyLogProof } from "../../src/audit/log-proof.ts";
import { noteVerifier } from "../../src/audit/note-key.ts";
import { parseNote } from "../../src/audit/note.ts";
import { openReceipt, type Receipt } from "../../src/audit/receipt.ts";
import { type Tile, tilePath } from "../../src/audit/tile.ts";
import { type LogReport, verifyLog } from "../../src/audit/verify.ts";
import type { TestClient } from "./exchange.ts";

/** The newest checkpoint, its signature checked. @param key the log's verifier key */
export async function servedCheckpoint(client: TestClient, key: string): Promise<Checkpoint> {
  return (await openCheckpoint(parseNote(await get(client, "checkpoint")), await trust(key))).checkpoint;
}

/** Fetches checkpoint, bundles and tiles, and proves all of it, and that it continues the log of a trusted checkpoint. */
export async function verifyServedLog(client: TestClient, key: string, trusted?: Checkpoint): Promise<LogReport> {
  const read = (tiles: readonly Tile[]): Promise<readonly Uint8Array[]> =>
    Promise.all(tiles.map((tile) => get(client, tilePath(tile))));
  return verifyLog(await servedCheckpoint(client, key), { readTiles: read, readBundles: read }, trusted);
}

/** Fetches the receipt of a contribution and holds its proof against its promise. */
export async function verifyServedReceipt(client: TestClient, key: string, status: string): Promise<Receipt> {
  const { body } = await client.json("GET", `/v1/receipts/${status}`);
  const policy = await trust(key);
  const receipt = await openReceipt(body.promise, policy.logKeys);
  if (body.proof === null) throw new Error("The entry is not in the log.");
  await verifyLogProof(parseLogProof(body.proof), receipt.leaf, policy);
  return receipt;
}

async function get(client: TestClient, path: string): Promise<Uint8Array> {
  const response = await client.request(`/log/${path}`);
  if (response.status !== 200) throw new Error(`No ${path}: ${response.status} ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function trust(key: string) {
  const verifier = await noteVerifier(key);
  return { origin: verifier.name, logKeys: [verifier], witnesses: [], quorum: 0 };
}
