// The token door (RFC 6749 §4.4 with private_key_jwt) and what the exchange publishes about itself for OAuth clients.
import type { Hono } from "hono";
import {
  authorizationServerMetadata,
  authorizationServerMetadataUrl,
  jwks,
  jwksPath,
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
  tokenPath,
} from "../auth/metadata.ts";
import { publicJwk } from "../auth/key.ts";
import { tokenRequestBytesMax } from "../auth/token-request.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { issueToken } from "../exchange/issue-token.ts";
import { answerJson } from "./answer.ts";
import { mount } from "./door.ts";
import { readBody } from "./limits.ts";

export function oauth(app: Hono, exchange: Exchange): void {
  const open = { face: "problem", caller: "none" } as const;
  mount(
    app,
    exchange,
    tokenPath,
    { face: "oauth", caller: "none" },
    {
      POST: async ({ request }) =>
        answerJson(
          await issueToken(exchange, {
            contentType: request.headers.get("content-type"),
            authorization: request.headers.get("authorization"),
            body: await readBody(request, tokenRequestBytesMax, "tokenRequestBytesMax"),
          }),
        ),
    },
  );
  const keys = [exchange.keys.token.publicJwk, ...exchange.keys.retired];
  mount(app, exchange, jwksPath, open, { GET: async () => answerJson(jwks(keys.map(publicJwk))) });
  mount(app, exchange, pathOf(authorizationServerMetadataUrl(exchange.url)), open, {
    GET: async () => answerJson(authorizationServerMetadata(exchange.url, exchange.apiRoot)),
  });
  mount(app, exchange, pathOf(protectedResourceMetadataUrl(exchange.apiRoot)), open, {
    GET: async () => answerJson(protectedResourceMetadata(exchange.apiRoot, exchange.url, exchange.title)),
  });
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}
