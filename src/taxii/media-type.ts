// Media types of TAXII 2.1 (§1.6.8, §3.1) and their negotiation (RFC 9110 §12.5.1, §8.3). Liberal where real clients
// differ: version=2.1 with or without a space, quoted or not, any case, or left out. Relied on by http/negotiate.

/** What every answer under an API root is labelled with: media type and version, on errors too (§3.1). */
export const taxiiMediaType = "application/taxii+json;version=2.1";

/** The media type of STIX 2.1, as collections list it and as bundles are posted (§5.2.1). */
export const stixMediaType = "application/stix+json;version=2.1";

/** Characters of an Accept header that are looked at; a browser's has about 150. A longer one is not acceptable. */
export const ACCEPT_LENGTH_MAX = 2_048;

/** Characters of a Content-Type header that are looked at; a longer one is not accepted. */
export const CONTENT_TYPE_LENGTH_MAX = 256;

/**
 * Whether an answer of type `taxiiMediaType` may be sent to who sent this Accept header. False means 406.
 *
 * The most specific media range that covers the answer decides by its weight (RFC 9110 §12.5.1). A missing or empty
 * header accepts everything. `application/stix+json` stands for the answer too: the standard prints it as the Accept of
 * the manifest (§5.3), and posters of bundles send it. Elements that are not media ranges are passed over.
 */
export function acceptable(acceptHeader: string | null): boolean {
  if (acceptHeader === null || acceptHeader.trim() === "") return true;
  if (acceptHeader.length > ACCEPT_LENGTH_MAX) return false;
  let decidedBy = 0;
  let weight = 0;
  for (const range of mediaRanges(acceptHeader)) {
    const specificity = specificityOf(range);
    if (specificity === 0 || specificity < decidedBy) continue;
    // Not wanting STIX says nothing about TAXII, so such a range with weight 0 decides nothing.
    if (range.name === "application/stix+json" && range.weight === 0) continue;
    weight = specificity > decidedBy ? range.weight : Math.max(weight, range.weight);
    decidedBy = specificity;
  }
  return weight > 0;
}

/**
 * Whether a request body of this Content-Type is read. False means 415. Accepted are `application/taxii+json` with
 * version 2.1 or none (a client that leaves it out means the one that is served), and `application/stix+json` with
 * version 2.1, under which bundles are posted; a charset, where given, is UTF-8 (RFC 8259 §8.1).
 */
export function contentTypeAccepted(contentTypeHeader: string | null): boolean {
  if (contentTypeHeader === null || contentTypeHeader.length > CONTENT_TYPE_LENGTH_MAX) return false;
  const reader: Reader = { source: contentTypeHeader, at: 0 };
  const type = readMediaRange(reader);
  if (type === null || reader.at !== contentTypeHeader.length) return false;
  if (type.charset !== null && type.charset.toLowerCase() !== "utf-8") return false;
  if (type.name === "application/taxii+json") return type.version === null || type.version === "2.1";
  return type.name === "application/stix+json" && type.version === "2.1";
}

interface MediaRange {
  /** Type and subtype in lower case. */
  readonly name: string;
  readonly version: string | null;
  readonly charset: string | null;
  /** 0 to 1; 1 where the header gives none. */
  readonly weight: number;
}

interface Reader {
  readonly source: string;
  at: number;
}

// How closely a range names the answer; 0 where it does not cover it. A version other than 2.1 covers nothing.
function specificityOf(range: MediaRange): number {
  if (range.version !== null && range.version !== "2.1") return 0;
  const versioned = range.version === null ? 0 : 1;
  switch (range.name) {
    case "application/taxii+json":
      return 5 + versioned;
    case "application/stix+json":
      return 3 + versioned;
    case "application/*":
      return 2;
    // `*` alone is no media range, but Java's HttpURLConnection has sent it in its default header for decades.
    case "*/*":
    case "*":
      return 1;
    default:
      return 0;
  }
}

// The list of RFC 9110 §5.6.1: empty elements are ignored, and here broken ones as well, up to their comma.
function* mediaRanges(header: string): Generator<MediaRange> {
  const reader: Reader = { source: header, at: 0 };
  while (reader.at < header.length) {
    const range = readMediaRange(reader);
    if (range !== null && (reader.at === header.length || header.charAt(reader.at) === ",")) yield range;
    const comma = header.indexOf(",", reader.at);
    if (comma === -1) return;
    reader.at = comma + 1;
  }
}

// Each expression is sticky and its alternatives begin with different characters, so reading is linear in the header.
const name = /[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+(?:\/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?)[ \t]*/y;
const parameter =
  /;[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)|"((?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*)"))?[ \t]*/y;
// Any number of decimals, and none before the point (`q=.2`, again Java): stricter readings refuse those who said yes.
const weightForm = /^(?:0(?:\.[0-9]*)?|\.[0-9]+|1(?:\.0*)?)$/;

// One media range with its parameters; null where there is none, or where a parameter is twice there or not readable.
function readMediaRange(reader: Reader): MediaRange | null {
  name.lastIndex = reader.at;
  const named = name.exec(reader.source);
  const spelled = named?.[1];
  if (named === null || spelled === undefined) return null;
  reader.at = name.lastIndex;
  const parameters = new Map<string, string>();
  let sound = true;
  for (;;) {
    parameter.lastIndex = reader.at;
    const found = parameter.exec(reader.source);
    if (found === null) break;
    reader.at = parameter.lastIndex;
    const key = found[1]?.toLowerCase();
    // `;` with nothing after it is allowed (RFC 9110 §5.6.6).
    if (key === undefined) continue;
    // Two versions would let two readers see two types.
    if (parameters.has(key)) sound = false;
    parameters.set(key, found[2] ?? (found[3] ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  const weight = parameters.get("q") ?? "1";
  if (!sound || !weightForm.test(weight)) return null;
  return {
    name: spelled.toLowerCase(),
    version: parameters.get("version") ?? null,
    charset: parameters.get("charset") ?? null,
    weight: Number(weight),
  };
}
