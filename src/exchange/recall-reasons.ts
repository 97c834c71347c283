// Why something is recalled: fixed phrases, so that a reason is nobody's own text and tells nothing that it should not.
import { formatMessage, messagesIn } from "../messages/messages.ts";
import { Refusal } from "../refusal.ts";

/** Those that a contributor chooses from. */
export const recallReasons = [
  "false-positive",
  "posted-in-error",
  "wrong-marking",
  "personal-data",
  "superseded",
  "at-the-request-of-the-source",
  "no-reason-given",
] as const;

/** `revoked`: a revocation that does not reach who had what it revokes. */
export type RecallReason = (typeof recallReasons)[number] | "revoked";

/** @throws {Refusal} invalid, `reason` */
export function parseRecallReason(value: unknown): RecallReason {
  const reason = recallReasons.find((one) => one === value);
  if (reason !== undefined) return reason;
  throw new Refusal("invalid", `The reason is one of ${recallReasons.join(", ")}.`, {
    pointer: "/reason",
    rule: "reason",
  });
}

/** What a notice says: the same sentences to everybody, and the versions that its reader had. */
export function noticeText(
  reason: RecallReason,
  versions: readonly string[],
): { readonly abstract: string; readonly content: string } {
  const why = formatMessage(messagesIn("en"), `recall.${reason}`, {});
  const head = reason === "revoked" ? "Revoked" : "Recalled";
  return {
    abstract: `${head}. ${why}`,
    content: `${head} by its contributor. ${why} You were given: ${versions.join(", ")}. Delete what you hold of it, and attest to the exchange that you did.`,
  };
}
