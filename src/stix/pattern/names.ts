// The object types and properties that STIX itself defines for cyber-observable objects (STIX 2.1 §6), to tell a pattern's
// names apart. Pattern checks rely on it; matching does not, for any name may be one of an extension.

const common = "type id spec_version object_marking_refs granular_markings defanged extensions";

const own: Readonly<Record<string, string>> = {
  artifact: "mime_type payload_bin url hashes encryption_algorithm decryption_key",
  "autonomous-system": "number name rir",
  directory: "path path_enc ctime mtime atime contains_refs",
  "domain-name": "value resolves_to_refs",
  "email-addr": "value display_name belongs_to_ref",
  "email-message":
    "is_multipart date content_type from_ref sender_ref to_refs cc_refs bcc_refs message_id subject received_lines additional_header_fields body body_multipart raw_email_ref",
  file: "hashes size name name_enc magic_number_hex mime_type ctime mtime atime parent_directory_ref contains_refs content_ref",
  "ipv4-addr": "value resolves_to_refs belongs_to_refs",
  "ipv6-addr": "value resolves_to_refs belongs_to_refs",
  "mac-addr": "value",
  mutex: "name",
  "network-traffic":
    "protocols start end is_active src_ref dst_ref src_port dst_port src_byte_count dst_byte_count src_packets dst_packets ipfix src_payload_ref dst_payload_ref encapsulates_refs encapsulated_by_ref",
  process:
    "is_hidden pid created_time cwd command_line environment_variables opened_connection_refs creator_user_ref image_ref parent_ref child_refs",
  software: "name cpe swid languages vendor version",
  url: "value",
  "user-account":
    "user_id credential account_login account_type display_name is_service_account is_privileged can_escalate_privs is_disabled account_created account_expires credential_last_changed account_first_login account_last_login",
  "windows-registry-key": "key values modified_time creator_user_ref number_of_subkeys",
  "x509-certificate":
    "is_self_signed hashes version serial_number signature_algorithm issuer validity_not_before validity_not_after subject subject_public_key_algorithm subject_public_key_modulus subject_public_key_exponent x509_v3_extensions",
};

const properties: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(own).map(([type, names]) => [type, new Set([...common.split(" "), ...names.split(" ")])]),
);

export function isObservableType(type: string): boolean {
  return properties.has(type);
}

/** Whether STIX defines the property for the type; false for every type that it does not define. */
export function definesProperty(type: string, property: string): boolean {
  return properties.get(type)?.has(property) ?? false;
}

/** Lower-case letters, digits and single hyphens between them, 3 to 250 of them (STIX 2.1 §3.1); a hyphen at either end is let through, as the OASIS validator does. */
export function isTypeName(name: string): boolean {
  if (name.length < 3 || name.length > 250 || /[^a-z0-9-]/.test(name)) return false;
  const body = name.slice(name.startsWith("-") ? 1 : 0, name.endsWith("-") ? -1 : undefined);
  return body !== "" && !body.startsWith("-") && !body.endsWith("-") && !body.includes("--");
}

/** Lower-case letters, digits and underscores, 3 to 250 of them (§3.1). */
export function isPropertyName(name: string): boolean {
  return name.length >= 3 && name.length <= 250 && !/[^a-z0-9_]/.test(name);
}

/** Objects that are not observed but said; an observation expression never begins at one (STIX 2.1 §9.5). */
const told: ReadonlySet<string> = new Set(
  [
    "attack-pattern campaign course-of-action grouping identity incident indicator infrastructure intrusion-set location",
    "malware malware-analysis note observed-data opinion report threat-actor tool vulnerability relationship sighting",
    "bundle extension-definition language-content marking-definition",
  ].flatMap((line) => line.split(" ")),
);

export function isObserved(type: string): boolean {
  return !told.has(type);
}
