// Someone else's program is our client: oauth4webapi discovers, asks for a token, checks it and calls, with our functions
// behind its fetch and no server between.

import * as oauth from "oauth4webapi";
import { describe, expect, it } from "vitest";
import { signAccessToken, verifyAccessToken } from "../../src/auth/access-token.ts";
import { challengeOf, formatChallenge, parseAuthorization } from "../../src/auth/authorization.ts";
import { verifyAssertion } from "../../src/auth/client-assertion.ts";
import type { AssertionChecks } from "../../src/auth/client-assertion.ts";
import {
  generateKey,
  importSigningKey,
  importVerifyingKey,
  keyAlgorithms,
  parsePublicJwk,
  publicJwk,
} from "../../src/auth/key.ts";
import type { PrivateJwk } from "../../src/auth/key.ts";
import {
  authorizationServerMetadata,
  authorizationServerMetadataUrl,
  jwks,
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
} from "../../src/auth/metadata.ts";
import { grantScopes, requireScope } from "../../src/auth/scope.ts";
import { chooseResource, parseTokenRequest } from "../../src/auth/token-request.ts";
import { tokenErrorResponse, tokenResponse } from "../../src/auth/token-response.ts";
import { Refusal } from "../../src/refusal.ts";

const issuer = "https://exchange.example";
const resource = "https://exchange.example/taxii2/exchange/";
const client: oauth.Client = { client_id: "KZ-analyst" };

/** The exchange as far as this room is the exchange, for one client with these keys. */
async function exchangeWith(clientJwk: PrivateJwk, exchangeJwk: PrivateJwk) {
  const signing = await importSigningKey(exchangeJwk);
  const keys = [await importVerifyingKey(exchangeJwk)];
  const seen = new Set<string>();
  const checksAt = (now: number): AssertionChecks => ({
    issuer,
    now,
    findKeys: (clientId) => (clientId === client.client_id ? [publicJwk(clientJwk)] : []),
    remember: (id) => !seen.has(id) && seen.add(id) !== undefined,
  });

  async function issue(request: Request): Promise<Response> {
    const now = Date.now() * 1000;
    try {
      const { headers } = request;
      const asked = parseTokenRequest({
        contentType: headers.get("content-type"),
        authorization: headers.get("authorization"),
        body: new Uint8Array(await request.arrayBuffer()),
      });
      const checks = asked.clientId === undefined ? checksAt(now) : { ...checksAt(now), clientId: asked.clientId };
      const { clientId } = await verifyAssertion(asked.clientAssertion, checks);
      const scopes = grantScopes("analyst", asked.scope);
      const audience = chooseResource(asked.resource, resource);
      const jti = crypto.randomUUID();
      const issued = await signAccessToken(signing, {
        issuer,
        audience,
        clientId,
        state: "KZ",
        role: "analyst",
        scopes,
        jti,
        now,
      });
      return Response.json(tokenResponse(issued, scopes, now), { headers: { "cache-control": "no-store" } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return Response.json(tokenErrorResponse(error), { status: error.code === "invalid-client" ? 401 : 400 });
    }
  }

  async function call(request: Request): Promise<Response> {
    try {
      const { token } = parseAuthorization(request.headers.get("authorization"));
      const claims = await verifyAccessToken(token, { keys, issuer, audience: resource, now: Date.now() * 1000 });
      requireScope(claims, request.method === "GET" ? "taxii:read" : "taxii:write");
      return new Response(claims.clientId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const challenge = challengeOf(error, protectedResourceMetadataUrl(resource));
      const headers = challenge === null ? {} : { "www-authenticate": formatChallenge(challenge) };
      return new Response(null, { status: error.code === "forbidden" ? 403 : 401, headers });
    }
  }

  async function fetch(
    url: string,
    init: { readonly method: string; readonly headers?: HeadersInit; readonly body?: unknown },
  ) {
    const request = new Request(url, init as RequestInit);
    switch (request.url) {
      case authorizationServerMetadataUrl(issuer):
        return Response.json(authorizationServerMetadata(issuer, resource));
      case protectedResourceMetadataUrl(resource):
        return Response.json(protectedResourceMetadata(resource, issuer, "Serai"));
      case `${issuer}/oauth/jwks`:
        return Response.json(jwks([exchangeJwk]));
      case `${issuer}/oauth/token`:
        return issue(request);
      default:
        return call(request);
    }
  }

  return { [oauth.customFetch]: fetch };
}

async function discover(exchange: Awaited<ReturnType<typeof exchangeWith>>): Promise<oauth.AuthorizationServer> {
  const asked = await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2", ...exchange });
  return await oauth.processDiscoveryResponse(new URL(issuer), asked);
}

/** oauth4webapi's own import of the key: its client authentication has nothing of ours but the numbers and the kid. */
async function authenticationWith(
  jwk: PrivateJwk,
  modify?: (header: Record<string, unknown>, payload: Record<string, unknown>) => void,
) {
  const { kid, use: _, alg, ...numbers } = jwk;
  const algorithm = alg === "ES256" ? { name: "ECDSA", namedCurve: "P-256" } : { name: "Ed25519" };
  const key = await crypto.subtle.importKey("jwk", { ...numbers }, algorithm, false, ["sign"]);
  return oauth.PrivateKeyJwt({ key, kid }, modify === undefined ? {} : { [oauth.modifyAssertion]: modify });
}

describe.each(keyAlgorithms)("oauth4webapi with a client key for %s", (alg) => {
  it.each(keyAlgorithms)(
    "discovers, gets a token that it can check, and calls; the exchange signs with %s",
    async (exchangeAlg) => {
      const jwk = await generateKey(alg);
      const exchange = await exchangeWith(jwk, await generateKey(exchangeAlg));
      const server = await discover(exchange);
      const asked = await oauth.resourceDiscoveryRequest(new URL(resource), exchange);
      const described = await oauth.processResourceDiscoveryResponse(new URL(resource), asked);
      expect(described.authorization_servers).toEqual([server.issuer]);

      const parameters = { scope: "taxii:read", resource };
      const answer = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        await authenticationWith(jwk),
        parameters,
        exchange,
      );
      const token = await oauth.processClientCredentialsResponse(server, client, answer);
      expect(token).toMatchObject({ token_type: "bearer", scope: "taxii:read" });
      expect(token.expires_in).toBe(300);

      const presented = new Request(resource, { headers: { authorization: `Bearer ${token.access_token}` } });
      const claims = await oauth.validateJwtAccessToken(server, presented, resource, exchange);
      expect(claims).toMatchObject({ client_id: "KZ-analyst", state: "KZ", role: "analyst", scope: "taxii:read" });

      const called = await oauth.protectedResourceRequest(
        token.access_token,
        "GET",
        new URL(resource),
        new Headers(),
        null,
        exchange,
      );
      expect([called.status, await called.text()]).toEqual([200, "KZ-analyst"]);
    },
  );

  it("is told invalid_client when it replays its assertion", async () => {
    const jwk = await generateKey(alg);
    const exchange = await exchangeWith(jwk, await generateKey("ES256"));
    const server = await discover(exchange);
    const authenticate = await authenticationWith(jwk, (_, payload) => {
      payload["jti"] = "always the same";
    });
    const ask = async () =>
      oauth.processClientCredentialsResponse(
        server,
        client,
        await oauth.clientCredentialsGrantRequest(server, client, authenticate, {}, exchange),
      );
    await expect(ask()).resolves.toBeDefined();
    await expect(ask()).rejects.toMatchObject({ error: "invalid_client", status: 401 });
  });

  it.each([
    ["invalid_client", "another key", {}, true],
    ["invalid_scope", "a scope of another role", { scope: "policy" }, false],
    ["invalid_target", "another resource", { resource: "https://other.example/" }, false],
  ] as const)("is told %s for %s", async (error, _, parameters, stranger) => {
    const jwk = await generateKey(alg);
    const exchange = await exchangeWith(jwk, await generateKey("ES256"));
    const server = await discover(exchange);
    const authenticate = await authenticationWith(stranger ? await generateKey(alg) : jwk);
    const answer = await oauth.clientCredentialsGrantRequest(server, client, authenticate, parameters, exchange);
    await expect(oauth.processClientCredentialsResponse(server, client, answer)).rejects.toMatchObject({ error });
  });
});

describe("oauth4webapi", () => {
  it("is told unsupported_grant_type for a refresh token", async () => {
    const jwk = await generateKey("ES256");
    const exchange = await exchangeWith(jwk, await generateKey("ES256"));
    const server = await discover(exchange);
    const answer = await oauth.refreshTokenGrantRequest(server, client, await authenticationWith(jwk), "x", exchange);
    await expect(oauth.processRefreshTokenResponse(server, client, answer)).rejects.toMatchObject({
      error: "unsupported_grant_type",
    });
  });

  it("is told invalid_client with a secret instead of a key", async () => {
    const exchange = await exchangeWith(await generateKey("ES256"), await generateKey("ES256"));
    const server = await discover(exchange);
    for (const authenticate of [oauth.ClientSecretPost("x"), oauth.ClientSecretBasic("x"), oauth.None()]) {
      const answer = await oauth.clientCredentialsGrantRequest(server, client, authenticate, {}, exchange);
      await expect(oauth.processClientCredentialsResponse(server, client, answer)).rejects.toMatchObject({
        error: "invalid_client",
      });
    }
  });

  it("reads our challenges: which scope is missing, and where the metadata is", async () => {
    const jwk = await generateKey("Ed25519");
    const exchange = await exchangeWith(jwk, await generateKey("ES256"));
    const server = await discover(exchange);
    const answer = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      await authenticationWith(jwk),
      {},
      exchange,
    );
    const { access_token } = await oauth.processClientCredentialsResponse(server, client, answer);
    const refused = oauth.protectedResourceRequest(
      access_token,
      "POST",
      new URL(resource),
      new Headers(),
      null,
      exchange,
    );
    const resource_metadata = protectedResourceMetadataUrl(resource);
    await expect(refused).rejects.toMatchObject({
      status: 403,
      cause: [
        { scheme: "bearer", parameters: { error: "insufficient_scope", scope: "taxii:write", resource_metadata } },
      ],
    });
    const altered = oauth.protectedResourceRequest(
      `${access_token}A`,
      "GET",
      new URL(resource),
      new Headers(),
      null,
      exchange,
    );
    await expect(altered).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: "bearer", parameters: { error: "invalid_token", resource_metadata } }],
    });
  });

  it.each(["ES256", "Ed25519"])("makes a key for %s that we accept", async (alg) => {
    const { publicKey } = await oauth.generateKeyPair(alg, { extractable: true });
    const jwk = parsePublicJwk(await crypto.subtle.exportKey("jwk", publicKey));
    await expect(importVerifyingKey(jwk)).resolves.toMatchObject({ alg });
  });
});
