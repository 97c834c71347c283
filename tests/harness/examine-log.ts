// What must hold after a fault, asked of the log as a member proves it. Returns what it found wrong.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditVerified } from "../../src/cli/audit.ts";
import { type } from "./commands.ts";
import { pause } from "./random.ts";

/** How long an entry may take into the log before it is a finding, in milliseconds; the promise is five seconds. */
const TAKEN_IN_WITHIN = 8_000;

/** `serai audit verify` with every receipt that was ever given, and the last checkpoint that anybody saw before. */
export async function examineLog(
  clientFile: string,
  receipts: readonly string[],
  folder: string,
  trusted: string | null,
): Promise<readonly string[]> {
  const path = join(folder, "receipts");
  writeFileSync(path, receipts.join("\n"));
  const args = ["audit", "verify", "--json", ...(receipts.length === 0 ? [] : ["--receipt", path])];
  if (trusted !== null) {
    const file = join(folder, "trusted");
    writeFileSync(file, trusted);
    args.push("--trusted", file);
  }
  const until = Date.now() + TAKEN_IN_WITHIN;
  for (;;) {
    const { code, out, err } = await type(args, clientFile);
    if (out === "") return [`audit verify ended with ${code}: ${err}`];
    const done = JSON.parse(out) as AuditVerified; // printed by the command
    const open = done.receipts.filter((receipt) => receipt.result !== "included");
    if (done.receipts.length !== receipts.length)
      return [`audit verify read ${done.receipts.length} receipts of ${receipts.length}`];
    const waits = done.findings.length === 0 && open.every((receipt) => receipt.result === "not-due");
    if (open.length > 0 && waits && Date.now() < until) {
      await pause(200);
      continue;
    }
    const findings = done.findings.map((finding) => `the log: ${JSON.stringify(finding)}`);
    if (trusted !== null && done.continues === null)
      findings.push("the log does not continue the checkpoint seen before");
    for (const one of open.slice(0, 3)) findings.push(`the receipt of ${one.journal} ${one.n} is ${one.result}`);
    if (code !== 0 && findings.length === 0) findings.push(`audit verify ended with ${code}: ${err}`);
    return findings;
  }
}
