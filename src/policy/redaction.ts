// What `redact` takes away: JSON pointers with `*`, and the named profiles (policy.md, The document). A profile says by type
// which properties of the standard it means; docs/policies.md has the same table. Mirrored keys of a language-content count as
// what they mirror.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer, parsePointer } from "../encoding/pointer.ts";
import { typeOf } from "../stix/object.ts";
import { isCompanion } from "./companion.ts";
import { foreignPlaces } from "./foreign.ts";
import { childrenOf, placesOf } from "./places.ts";

interface Profile {
  /** Pointers by type. */
  readonly of: Readonly<Record<string, readonly string[]>>;
  /** Members that the standard does not define and whose names hold one of these words. */
  readonly words: readonly string[];
}

/** What a type of object speaks of that another object is about: where the text of one stands in the other. */
interface Spoken {
  readonly type: string;
  /** Null where it is not at hand: then what depends on it goes. */
  readonly object: JsonObject | null;
}

const recipients = [
  "/to_refs",
  "/cc_refs",
  "/bcc_refs",
  "/received_lines",
  "/additional_header_fields",
  "/raw_email_ref",
];

export const profiles: Readonly<Record<string, Profile>> = {
  /** Who was hit, and where. What a relationship says of it is in `conditional`. */
  victim: {
    of: {
      identity: ["/name"],
      sighting: ["/where_sighted_refs"],
      location: [
        "/name",
        "/description",
        "/latitude",
        "/longitude",
        "/precision",
        "/administrative_area",
        "/city",
        "/street_address",
        "/postal_code",
      ],
      "email-message": recipients,
    },
    words: ["victim", "target", "affected", "impacted"],
  },
  /** Labels, custom properties and extensions (all that is foreign, see below), comments. */
  internal: {
    of: {
      "*": ["/labels"],
      note: ["/abstract", "/content"],
      opinion: ["/explanation"],
      file: ["/extensions/archive-ext/comment"],
    },
    words: [""],
  },
  /** How to reach somebody. */
  contacts: {
    of: { identity: ["/contact_information"] },
    words: ["contact", "phone", "email", "e_mail"],
  },
  /** Of persons: names, addresses, accounts and what is recorded with them. */
  personal: {
    of: {
      identity: ["/contact_information"],
      note: ["/authors"],
      opinion: ["/authors"],
      "email-addr": ["/value", "/display_name", "/belongs_to_ref"],
      "email-message": [...recipients, "/from_ref", "/sender_ref", "/message_id"],
      "user-account": [
        "/user_id",
        "/credential",
        "/account_login",
        "/display_name",
        "/extensions/unix-account-ext/home_dir",
      ],
      process: ["/environment_variables", "/creator_user_ref", "/extensions/windows-process-ext/owner_sid"],
      "windows-registry-key": ["/creator_user_ref"],
      file: [
        "/extensions/ntfs-ext/sid",
        "/extensions/pdf-ext/document_info_dict",
        "/extensions/raster-image-ext/exif_tags",
      ],
      "network-traffic": ["/extensions/http-request-ext/request_header"],
    },
    words: ["person", "author", "email", "e_mail", "phone", "passport", "birth"],
  },
};

/**
 * The places that redactions mean in an object: those of its own, of the observables in a deprecated container, and, in a
 * language-content, of the texts that mirror another object.
 * @param redact pointers and names of profiles, as `readRedact` returns them
 * @param personal pointers to personal data that was found in this object's texts; the profile `personal` takes them, too
 * @param target what a language-content speaks of, where it is at hand
 */
export function redactedPlaces(
  object: JsonObject,
  redact: readonly string[],
  personal: readonly string[],
  target: JsonObject | null,
): readonly string[] {
  const type = typeOf(object);
  const places: string[] = [];
  for (const redaction of redact) {
    const profile = Object.hasOwn(profiles, redaction) ? profiles[redaction] : undefined;
    if (profile !== undefined) {
      if (redaction === "personal") places.push(...personal);
      for (const part of partsIn(object, type, target)) places.push(...profilePlaces(redaction, profile, part));
      continue;
    }
    places.push(...placesOf(object, redaction));
    if (type === "language-content") places.push(...placesOf(object, `/contents/*${redaction}`));
  }
  return places;
}

/** Signatures over content that is no longer there: they prove nothing, and whoever guesses the content can test the guess. */
export function signaturePlaces(object: JsonObject): readonly string[] {
  return wordPlaces(object, foreignPlaces(object, typeOf(object)), ["signature"]);
}

/** A body of properties and what it speaks of. */
interface Part {
  readonly place: string;
  readonly body: JsonObject;
  readonly spoken: Spoken;
}

function partsIn(object: JsonObject, type: string, target: JsonObject | null): readonly Part[] {
  // What a marking or an extension says of others is theirs, and no profile means it.
  if (isCompanion(type)) return [];
  const parts: Part[] = [{ place: "", body: object, spoken: { type, object } }];
  if (type === "language-content") {
    const { object_ref: ref, contents = null } = object;
    const spoken = { type: typeof ref === "string" ? ref.slice(0, ref.indexOf("--")) : "", object: target };
    if (isCompanion(spoken.type)) return parts;
    for (const [language, body] of childrenOf(contents))
      if (isObject(body)) parts.push({ place: formatPointer(["contents", language]), body, spoken });
  }
  if (type === "observed-data") {
    for (const [key, body] of childrenOf(object["objects"] ?? null))
      if (isObject(body))
        parts.push({ place: formatPointer(["objects", key]), body, spoken: { type: typeOf(body), object: body } });
  }
  return parts;
}

function profilePlaces(name: string, { of, words }: Profile, { place, body, spoken }: Part): readonly string[] {
  const foreign = foreignPlaces(body, spoken.type);
  const pointers = [...(of["*"] ?? []), ...(Object.hasOwn(of, spoken.type) ? (of[spoken.type] ?? []) : [])];
  return [
    ...pointers,
    ...conditional(name, spoken).flatMap((pointer) => placesOf(body, pointer)),
    ...wordPlaces(body, foreign, words),
  ].map((inner) => place + inner);
}

/** What a profile means only where the object says something else, too. */
function conditional(profile: string, { type, object }: Spoken): readonly string[] {
  if (profile === "personal" && type === "identity") {
    return object === null || object["identity_class"] === "individual" ? ["/name"] : [];
  }
  if (profile === "victim" && type === "relationship" && object !== null) {
    const { relationship_type: kind, target_ref: target } = object;
    const hits = kind === "targets" || kind === "compromises";
    return hits && /^(?:identity|location|infrastructure)--/.test(String(target)) ? ["/target_ref"] : [];
  }
  return [];
}

/** Of foreign places those, or what is in them, whose name holds one of the words. */
function wordPlaces(root: JsonObject, foreign: readonly string[], words: readonly string[]): readonly string[] {
  const found: string[] = [];
  const look = (value: Json, place: string): void => {
    const name = (parsePointer(place).at(-1) ?? "").toLowerCase();
    if (words.some((word) => name.includes(word))) found.push(place);
    else for (const [step, part] of childrenOf(value)) look(part, place + formatPointer([step]));
  };
  for (const place of foreign) for (const at of placesOf(root, place)) look(valueIn(root, at), at);
  return found;
}

function valueIn(root: Json, place: string): Json {
  return parsePointer(place).reduce<Json>((value, step) => new Map(childrenOf(value)).get(step) ?? null, root);
}
