// Recommendations about names that others registered (numbers 271 to 277): media types, protocols, elements of IPFIX, header
// fields, options of sockets, keys of PDF, countries. The lists are data of schemas/registries with source and date.

import { isObject, type Json } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Advised } from "./advice.ts";
import type { Recommendation } from "./advice-options.ts";
import { keysOf, namesIn } from "./advice-parts.ts";
import {
  countries,
  formerCountries,
  ipfixElements,
  laterMediaTypes,
  mediaTypes,
  pdfInformation,
  protocolNames,
  requestHeaders,
  socketOptions,
} from "./registries.generated.ts";

/** Names of protocols in common use that are no service of IANA's: the specification's examples use them. */
const moreProtocols: ReadonlySet<Json> = new Set(["ipv4", "ipv6", "ssl", "tls", "dns"]);
/** Media types are compared without case (RFC 6838 §4.2); the OASIS validator compares them as they stand. */
const lowerMediaTypes: ReadonlySet<string> = new Set(
  [...mediaTypes, ...laterMediaTypes].map((name) => name.toLowerCase()),
);

interface Dictionary {
  readonly rule: Recommendation;
  readonly path: readonly string[];
  readonly names: ReadonlySet<string>;
}

const dictionaries: Readonly<Record<string, readonly Dictionary[]>> = {
  "network-traffic": [
    { rule: "ipfix", path: ["ipfix"], names: ipfixElements },
    {
      rule: "http-request-headers",
      path: ["extensions", "http-request-ext", "request_header"],
      names: requestHeaders,
    },
    { rule: "socket-options", path: ["extensions", "socket-ext", "options"], names: socketOptions },
  ],
  file: [{ rule: "pdf-doc-info", path: ["extensions", "pdf-ext", "document_info_dict"], names: pdfInformation }],
};

/** Tells which names are not registered. */
export function adviseRegistries(advised: Advised): void {
  const { type, object } = advised;
  switch (type) {
    case "file":
      if (advised.wants("mime-type") && !isMediaType(object["mime_type"], advised.oasis)) {
        advised.tell("mime-type", "/mime_type");
      }
      break;
    case "artifact":
      // The OASIS validator makes a MUST of it.
      if (advised.oasis) {
        if (!isMediaType(object["mime_type"], true)) advised.tell("oasis-media-type", "/mime_type");
      } else if (advised.wants("mime-type") && !isMediaType(object["mime_type"], false)) {
        advised.tell("mime-type", "/mime_type");
      }
      break;
    case "location":
      if (advised.wants("countries")) adviseCountry(advised);
      break;
    case "network-traffic":
      if (advised.wants("protocols")) adviseProtocols(advised);
      break;
    // no default: other types name nothing that is registered
  }
  if (Object.hasOwn(dictionaries, type)) adviseDictionaries(advised);
}

function isMediaType(value: Json | undefined, oasis: boolean): boolean {
  if (typeof value !== "string") return value === undefined || !oasis;
  if (oasis) return mediaTypes.has(value);
  return lowerMediaTypes.has(value.toLowerCase());
}

function adviseCountry(advised: Advised): void {
  const { country } = advised.object;
  if (typeof country !== "string") return;
  const code = advised.oasis ? country.toUpperCase() : country;
  if (countries.has(code) || (advised.oasis && formerCountries.has(code))) return;
  advised.tell("countries", "/country");
}

function adviseProtocols(advised: Advised): void {
  const { protocols } = advised.object;
  keysOf(protocols).forEach((name, i) => {
    if (typeof name === "string" && (protocolNames.has(name) || moreProtocols.has(name))) return;
    advised.tell("protocols", Array.isArray(protocols) ? `/protocols/${i}` : "/protocols");
  });
}

function adviseDictionaries(advised: Advised): void {
  for (const { rule, path, names } of dictionaries[advised.type] ?? []) {
    if (!advised.wants(rule)) continue;
    const dictionary = namesIn(advised.object, path);
    for (const key of keysOf(dictionary)) {
      if (typeof key === "string" && names.has(key)) continue;
      advised.tell(rule, formatPointer(isObject(dictionary) ? [...path, String(key)] : path));
    }
  }
}
