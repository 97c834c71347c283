// What the exchange publishes about itself for OAuth clients: authorization server metadata (RFC 8414), protected resource
// metadata (RFC 9728), its public keys (RFC 7517 §5), and the addresses where they stand. http/oauth serves them.

import { Refusal } from "../refusal.ts";
import { keyAlgorithms, publicJwk } from "./key.ts";
import type { PublicJwk } from "./key.ts";
import { scopes } from "./scope.ts";

export const tokenPath = "/oauth/token";
export const jwksPath = "/oauth/jwks";

/** Longest issuer or resource URL, in characters. */
export const identifierLengthMax = 200;

/**
 * An issuer or resource identifier, unchanged: it is compared character by character for ever after, so only one spelling
 * of it is accepted.
 * @throws {Refusal} invalid: not an https URL (http on a loopback address will do), with a query, a fragment or a user, not
 * in the form that URL parsers give it, or an issuer that ends in a slash
 */
export function parseIdentifier(text: string, kind: "issuer" | "resource"): string {
  const url = text.length <= identifierLengthMax ? URL.parse(text) : null;
  const loopback = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const plain = url !== null && !text.includes("?") && !text.includes("#") && url.username + url.password === "";
  // A URL without a path gains a slash when it is parsed; issuers are written without.
  const canonical = url !== null && (url.href === text || url.href === `${text}/`);
  const closed = kind === "resource" || !text.endsWith("/");
  if (plain && canonical && closed && (url.protocol === "https:" || (url.protocol === "http:" && loopback)))
    return text;
  throw new Refusal(
    "invalid",
    `The ${kind} is an https URL in canonical form without query and fragment${kind === "issuer" ? " or slash at its end" : ""}.`,
    { rule: "identifier", subject: kind },
  );
}

export interface AuthorizationServerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly scopes_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly token_endpoint_auth_signing_alg_values_supported: readonly string[];
  readonly protected_resources: readonly string[];
}

/**
 * RFC 8414 §2. `response_types_supported` is left out though §2 requires it: there is no authorization endpoint whose
 * response types it could list, and §3.2 forbids an empty list.
 */
export function authorizationServerMetadata(issuer: string, resource: string): AuthorizationServerMetadata {
  return {
    issuer,
    token_endpoint: issuer + tokenPath,
    jwks_uri: issuer + jwksPath,
    scopes_supported: scopes,
    grant_types_supported: ["client_credentials"],
    token_endpoint_auth_methods_supported: ["private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: keyAlgorithms,
    protected_resources: [resource],
  };
}

export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly resource_name: string;
}

/** RFC 9728 §2. */
export function protectedResourceMetadata(resource: string, issuer: string, name: string): ProtectedResourceMetadata {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ["header"],
    resource_name: name,
  };
}

/** Where the metadata of an issuer stands: the well-known path goes between host and path (RFC 8414 §3.1). */
export function authorizationServerMetadataUrl(issuer: string): string {
  return wellKnownUrl(issuer, "oauth-authorization-server");
}

/** Where the metadata of a resource stands: as above, and a slash at the end of a path is kept (RFC 9728 §3.1). */
export function protectedResourceMetadataUrl(resource: string): string {
  return wellKnownUrl(resource, "oauth-protected-resource");
}

export interface JsonWebKeySet {
  readonly keys: readonly PublicJwk[];
}

/** RFC 7517 §5: the keys that count, and the next one a day before its use. Only public members can get in. */
export function jwks(keys: readonly PublicJwk[]): JsonWebKeySet {
  return { keys: keys.map(publicJwk) };
}

function wellKnownUrl(identifier: string, name: string): string {
  const { origin, pathname } = new URL(identifier);
  return `${origin}/.well-known/${name}${pathname === "/" ? "" : pathname}`;
}
