// The one expected error. Anything else that is thrown is a bug: it rises, answers 500 and says nothing.
// Every room relies on this file; the table from code to HTTP status is in http/answer.ts and is exhaustive.

/** Stable names of every expected "no". Never renamed: programs match on them. */
export type RefusalCode =
  // what was sent
  | "malformed" // not the form that was asked for (JSON, parameter, header)
  | "limit" // larger, deeper or more than a named limit
  | "invalid" // well-formed, but breaks a rule; `pointer` and `rule` say which
  | "unsupported" // a feature, version or media type that is not served
  | "media-type" // Content-Type that is not accepted (415)
  | "not-acceptable" // Accept that cannot be met (406)
  | "method" // a method that the path does not know (405)
  // who is calling
  | "unauthenticated" // no credential, or one that does not hold
  | "forbidden" // known caller without the right
  | "invalid-client" // RFC 6749 §5.2 invalid_client
  | "invalid-grant" // RFC 6749 §5.2 invalid_grant
  | "invalid-scope" // RFC 6749 §5.2 invalid_scope
  | "unsupported-grant" // RFC 6749 §5.2 unsupported_grant_type
  | "invalid-request" // RFC 6749 §5.2 invalid_request
  // what is there
  | "not-found" // absent, or not for this caller: the same answer
  | "conflict" // contradicts what is there (immutable, recalled, taken)
  // the exchange itself
  | "busy" // try again later
  | "unavailable"; // a part that the act needs does not answer

export interface RefusalDetails {
  /** RFC 6901 pointer into what was sent; "" is the whole. */
  readonly pointer?: string;
  /** Name of the rule that was broken, as the documents name it. */
  readonly rule?: string;
  /** Name of the offending thing: a parameter, a STIX id, a limit. */
  readonly subject?: string;
  readonly cause?: unknown;
}

/** An expected failure: a code for programs and one sentence for people, which never holds a secret or foreign content. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly pointer: string | undefined;
  readonly rule: string | undefined;
  readonly subject: string | undefined;

  constructor(code: RefusalCode, sentence: string, details: RefusalDetails = {}) {
    super(sentence, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.pointer = details.pointer;
    this.rule = details.rule;
    this.subject = details.subject;
  }
}
