// The routes of the matrix: what each answers to whom, a request that shows it, and the requests that name an object.

import { generateKey, publicJwk } from "../../src/auth/key.ts";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { malware, relationship, tlp } from "../harness/objects.ts";
import { type Ask, json, manifestPath, objectsPath, text } from "./cast.ts";
import { isCode, type Member, type Planted } from "./matrix-cast.ts";
import { matrix, statuses, one, send, termsText } from "./matrix-world.ts";

export const roles = ["contributor", "analyst", "steward", "secretariat", "secretariat analyst", "operator"] as const;
export type RoleName = (typeof roles)[number];
export const memberOf = (role: RoleName): Member =>
  matrix.member(role === "secretariat" || role === "secretariat analyst" || role === "operator" ? role : `TR ${role}`);

export interface Row {
  /** What each role is answered with; those that are not named get 403. `open`: no token is asked for. */
  readonly answers: Readonly<Partial<Record<RoleName, number>>> | "open";
  /** A request that succeeds for who may send it. */
  request(member: Member): Promise<Ask> | Ask;
  /** What is asked besides, of each planted object, by each member: answers are searched for what is hidden. */
  probes?(planted: Planted): readonly Ask[];
}

const everyone = Object.fromEntries(roles.map((role) => [role, 200]));
const readers = { contributor: 200, analyst: 200, "secretariat analyst": 200 } as const;
export const post = (path: string, body: Json): Ask => ({
  method: "POST",
  path,
  headers: json,
  body: JSON.stringify(body),
});
export const put = (path: string, body: Json): Ask => ({ ...post(path, body), method: "PUT" });
let fresh = 0x5000;
export const freshObject = (): JsonObject & { id: string } => malware((fresh += 1), "clear", { name: "Free" });
export const newId = (): string => `made-${(fresh += 1)}`;
const spare = [
  "BY",
  "BG",
  "BT",
  "NP",
  "LA",
  "MM",
  "AZ",
  "GE",
  "KG",
  "TJ",
  "TM",
  "AM",
  "MN",
  "PK",
  "IR",
  "IQ",
  "SA",
  "QA",
  "OM",
  "AE",
];

async function newClient(by: Member): Promise<JsonObject> {
  const role = by.role === "secretariat" ? "analyst" : "contributor";
  return { id: `${by.party}-${newId()}`, name: "Made", role, keys: [{ ...publicJwk(await generateKey("Ed25519")) }] };
}

/** A circle that who keeps circles opened; of one that nobody opened, the name. */
async function newCircle(by: Member): Promise<string> {
  const name = newId();
  if (by.role === "secretariat") await send(by, post("/v1/circles", { name, members: ["KZ"] }));
  return name;
}

/** The status of a contribution of the member's own; of one that cannot contribute, the contributor's of its state. */
async function statusOf(member: Member): Promise<string> {
  const writer = member.role === "contributor" ? member : matrix.member("TR contributor");
  const known = statuses.get(writer.name);
  if (known !== undefined) return known;
  const posted = await send(writer, {
    method: "POST",
    path: objectsPath,
    body: JSON.stringify({ objects: [freshObject()] }),
  });
  statuses.set(writer.name, text(posted.body, "id"));
  return text(posted.body, "id");
}

/** An object that every member was given by another state. */
async function receivedBy(member: Member): Promise<string> {
  const object = freshObject();
  const writer = matrix.member(member.party === "KZ" ? "TR contributor" : "KZ contributor");
  await send(writer, { method: "POST", path: objectsPath, body: JSON.stringify({ objects: [object] }) });
  return object.id;
}

const byQuery = (path: string, { id }: Planted): readonly Ask[] => [
  { path: `${path}?match[id]=${id}` },
  { path: `${path}?match[id]=${id}&match[version]=all` },
];

export const table: Readonly<Record<string, Row>> = {
  "GET /taxii2/": { answers: "open", request: () => ({ path: "/taxii2/" }) },
  "GET /api/": { answers: everyone, request: () => ({ path: "/api/" }) },
  "GET /api/status/:status/": {
    answers: { contributor: 200 },
    request: async (member) => ({ path: `/api/status/${await statusOf(member)}/` }),
    probes: ({ id }) => [{ path: `/api/status/${id.split("--")[1]}/` }],
  },
  "GET /api/collections/": { answers: everyone, request: () => ({ path: "/api/collections/" }) },
  "GET /api/collections/:collection/": {
    answers: everyone,
    request: () => ({ path: "/api/collections/threat-reports/" }),
    probes: ({ id }) => [{ path: `/api/collections/${id.split("--")[1]}/` }],
  },
  "GET /api/collections/:collection/manifest/": {
    answers: readers,
    request: () => ({ path: manifestPath }),
    probes: (planted) => byQuery(manifestPath, planted),
  },
  "GET /api/collections/:collection/objects/": {
    answers: readers,
    request: () => ({ path: objectsPath }),
    probes: (planted) => byQuery(objectsPath, planted),
  },
  "POST /api/collections/:collection/objects/": {
    answers: { contributor: 202 },
    request: () => ({ method: "POST", path: objectsPath, body: JSON.stringify({ objects: [freshObject()] }) }),
  },
  "GET /api/collections/:collection/objects/:object/": {
    answers: readers,
    request: () => ({ path: one(tlp.clear) }),
    probes: ({ id }) => [{ path: one(id) }, { path: `${one(id)}?match[version]=all` }],
  },
  "DELETE /api/collections/:collection/objects/:object/": {
    // By what can be read and written (TAXII 2.1 §5.7): neither is 404.
    answers: { contributor: 200, steward: 404, secretariat: 404, operator: 404 },
    async request(member) {
      const object = freshObject();
      if (member.role === "contributor")
        await send(member, { method: "POST", path: objectsPath, body: JSON.stringify({ objects: [object] }) });
      return { method: "DELETE", path: one(object.id) };
    },
  },
  "GET /api/collections/:collection/objects/:object/versions/": {
    answers: readers,
    request: () => ({ path: `${one(tlp.clear)}versions/` }),
    probes: ({ id }) => [{ path: `${one(id)}versions/` }],
  },
  "POST /oauth/token": {
    answers: "open",
    request: () => ({
      method: "POST",
      path: "/oauth/token",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials",
    }),
  },
  "GET /oauth/jwks": { answers: "open", request: () => ({ path: "/oauth/jwks" }) },
  "GET /.well-known/oauth-authorization-server": {
    answers: "open",
    request: () => ({ path: "/.well-known/oauth-authorization-server" }),
  },
  "GET /.well-known/oauth-protected-resource/api/": {
    answers: "open",
    request: () => ({ path: "/.well-known/oauth-protected-resource/api/" }),
  },
  "GET /log/checkpoint": { answers: everyone, request: () => ({ path: "/log/checkpoint" }) },
  "GET /log/key": { answers: everyone, request: () => ({ path: "/log/key" }) },
  "GET /log/tile/*": {
    answers: everyone,
    request: () => ({ path: "/log/tile/entries/000.p/100" }),
  },
  "GET /v1/receipts/:status": {
    // A receipt is the client's whose act it was; to others of the scope it is not there.
    answers: { contributor: 200, analyst: 404, steward: 404, "secretariat analyst": 404 },
    request: async (member) => ({ path: `/v1/receipts/${await statusOf(member)}` }),
    probes: ({ id }) => [{ path: `/v1/receipts/${id.split("--")[1]}` }],
  },
  "GET /v1/me": { answers: everyone, request: () => ({ path: "/v1/me" }) },
  "GET /v1/states": { answers: everyone, request: () => ({ path: "/v1/states" }) },
  "POST /v1/states": {
    answers: { secretariat: 201 },
    request: () => post("/v1/states", { code: spare.pop() ?? "", name: { en: "A", ru: "А", kk: "А" } }),
  },
  "POST /v1/states/:code/suspend": {
    answers: { secretariat: 200 },
    async request(member) {
      const code = spare.pop() ?? "";
      if (member.role === "secretariat")
        await send(member, post("/v1/states", { code, name: { en: "A", ru: "А", kk: "А" } }));
      return { method: "POST", path: `/v1/states/${code}/suspend` };
    },
  },
  "POST /v1/states/:code/readmit": {
    answers: { secretariat: 200 },
    async request(member) {
      if (member.role !== "secretariat") return { method: "POST", path: "/v1/states/TR/readmit" };
      const code = spare.pop() ?? "";
      await send(member, post("/v1/states", { code, name: { en: "A", ru: "А", kk: "А" } }));
      await send(member, { method: "POST", path: `/v1/states/${code}/suspend` });
      return { method: "POST", path: `/v1/states/${code}/readmit` };
    },
  },
  "PUT /v1/states/:code/networks": {
    answers: { secretariat: 200 },
    request: () => put("/v1/states/TR/networks", { networks: ["198.51.100.0/24"] }),
  },
  "GET /v1/circles": { answers: everyone, request: () => ({ path: "/v1/circles" }) },
  "POST /v1/circles": {
    answers: { secretariat: 201 },
    request: () => post("/v1/circles", { name: newId(), members: ["KZ"] }),
  },
  "POST /v1/circles/:name/members": {
    answers: { secretariat: 200 },
    request: async (member) => post(`/v1/circles/${await newCircle(member)}/members`, { join: ["TR"] }),
  },
  "PUT /v1/circles/:name/members": {
    answers: { secretariat: 200 },
    request: async (member) => put(`/v1/circles/${await newCircle(member)}/members`, { members: ["TR"] }),
  },
  "GET /v1/terms": { answers: everyone, request: () => ({ path: "/v1/terms" }) },
  "PUT /v1/terms": {
    answers: { secretariat: 200 },
    request: () => put("/v1/terms", { text: termsText(newId()) }),
  },
  "POST /v1/terms/signature": {
    answers: { steward: 201 },
    request: async (member) => post("/v1/terms/signature", { signature: await member.client.signature(member.party) }),
  },
  "GET /v1/clients": { answers: { steward: 200, secretariat: 200 }, request: () => ({ path: "/v1/clients" }) },
  "POST /v1/clients": {
    answers: { steward: 201, secretariat: 201 },
    request: async (member) => post("/v1/clients", await newClient(member)),
  },
  "POST /v1/clients/:id/revoke": {
    answers: { steward: 200, secretariat: 200 },
    async request(member) {
      const client = await newClient(member);
      await send(member, post("/v1/clients", client));
      return { method: "POST", path: `/v1/clients/${text(client, "id")}/revoke` };
    },
  },
  "GET /v1/policy": { answers: { contributor: 200, steward: 200 }, request: () => ({ path: "/v1/policy" }) },
  "PUT /v1/policy": {
    answers: { steward: 200 },
    async request(member) {
      const shown = await send(
        matrix.member(`${member.party === "secretariat" || member.party === "exchange" ? "TR" : member.party} steward`),
        { path: "/v1/policy" },
      );
      return { method: "PUT", path: "/v1/policy", headers: json, body: JSON.stringify(shown.body["document"]) };
    },
  },
  "POST /v1/policy/simulate": {
    answers: { steward: 200 },
    request: () => post("/v1/policy/simulate", { unmarked: "green", rules: [] }),
  },
  "GET /v1/policy/confirmations": {
    answers: { contributor: 200, steward: 200 },
    request: () => ({ path: "/v1/policy/confirmations" }),
  },
  "POST /v1/policy/confirmations": {
    answers: { steward: 201 },
    request: () => post("/v1/policy/confirmations", { state: "KZ" }),
  },
  "POST /v1/policy/prove": {
    answers: { steward: 200 },
    request: () => post("/v1/policy/prove", { claim: "UZ never receives anything" }),
  },
  "GET /v1/policy/versions": {
    answers: { contributor: 200, steward: 200 },
    request: () => ({ path: "/v1/policy/versions" }),
  },
  "GET /v1/collections": { answers: everyone, request: () => ({ path: "/v1/collections" }) },
  "POST /v1/collections": {
    answers: { secretariat: 201 },
    request: () => post("/v1/collections", { alias: newId(), title: newId() }),
  },
  "POST /v1/contributions": {
    answers: { contributor: 202 },
    request: () => post("/v1/contributions", { collection: "threat-reports", objects: [freshObject()] }),
  },
  "POST /v1/explain": {
    answers: { contributor: 200, steward: 200 },
    request: () => post("/v1/explain", { collection: "threat-reports", objects: [freshObject()] }),
    probes: ({ id }) => [
      post("/v1/explain", {
        collection: "threat-reports",
        objects: [relationship(0x4000, id, malware(0x4001, null).id, "clear")],
      }),
    ],
  },
  "POST /v1/preview": {
    answers: { contributor: 200, steward: 200 },
    request: () => post("/v1/preview", { collection: "threat-reports", objects: [freshObject()] }),
    probes: ({ id }) => [
      post("/v1/preview", {
        collection: "threat-reports",
        objects: [relationship(0x4000, id, malware(0x4001, null).id, "clear")],
      }),
    ],
  },
  "GET /v1/objects/:id/audience": {
    answers: { contributor: 200, steward: 200 },
    async request(member) {
      const object = freshObject();
      const writer = matrix.member(isCode(member.party) ? `${member.party} contributor` : "TR contributor");
      await send(writer, { method: "POST", path: objectsPath, body: JSON.stringify({ objects: [object] }) });
      return { path: `/v1/objects/${object.id}/audience` };
    },
    probes: ({ id }) => [{ path: `/v1/objects/${id}/audience` }],
  },
  "GET /v1/intake": { answers: { contributor: 200, steward: 200 }, request: () => ({ path: "/v1/intake" }) },
  // Nothing is held here: tests/stories/intake.test.ts takes and refuses.
  "POST /v1/intake/:id": {
    answers: { contributor: 404, steward: 404 },
    request: () => post(`/v1/intake/${crypto.randomUUID()}`, { verdict: "take" }),
    probes: ({ id }) => [post(`/v1/intake/${id}`, { verdict: "take" })],
  },
  // Nothing waits here: the rules of this stage ask for no approval. tests/stories/approval.test.ts approves.
  "GET /v1/contributions": {
    answers: { contributor: 200, steward: 200 },
    request: () => ({ path: "/v1/contributions?waiting" }),
  },
  ...Object.fromEntries(
    ["contributions/:id", "policy/changes/:id"].flatMap((path) =>
      ["approval", "withdrawal"].map((act): [string, Row] => [
        `POST /v1/${path}/${act}`,
        {
          answers: { contributor: 404, steward: 404 },
          request: async (member) => post(`/v1/${path.replace(":id", await statusOf(member))}/${act}`, {}),
          probes: ({ id }) => [post(`/v1/${path.replace(":id", id.split("--")[1] ?? "")}/${act}`, {})],
        },
      ]),
    ),
  ),
  "POST /v1/objects/:id/recall": {
    answers: { contributor: 200 },
    async request(member) {
      const object = freshObject();
      if (member.role === "contributor")
        await send(member, { method: "POST", path: objectsPath, body: JSON.stringify({ objects: [object] }) });
      return post(`/v1/objects/${object.id}/recall`, { reason: "posted-in-error" });
    },
  },
  "POST /v1/objects/:id/acknowledgement": {
    // Nothing of another's is there for the steward's or the secretariat's reader: it is 404 as for what is not there.
    answers: { contributor: 200, analyst: 200, steward: 200, "secretariat analyst": 404 },
    request: async (member) => post(`/v1/objects/${await receivedBy(member)}/acknowledgement`, {}),
    probes: ({ id }) => [post(`/v1/objects/${id}/acknowledgement`, {})],
  },
  "POST /v1/objects/:id/attestation": {
    // It stands: there is nothing to attest.
    answers: { contributor: 409, analyst: 409, steward: 409, "secretariat analyst": 404 },
    request: async (member) => post(`/v1/objects/${await receivedBy(member)}/attestation`, {}),
    probes: ({ id }) => [post(`/v1/objects/${id}/attestation`, {})],
  },
  "GET /v1/objects/:id/deliveries": {
    answers: { contributor: 200, steward: 200 },
    async request(member) {
      const object = freshObject();
      const writer = matrix.member(isCode(member.party) ? `${member.party} contributor` : "TR contributor");
      await send(writer, { method: "POST", path: objectsPath, body: JSON.stringify({ objects: [object] }) });
      return { path: `/v1/objects/${object.id}/deliveries` };
    },
    probes: ({ id }) => [{ path: `/v1/objects/${id}/deliveries` }],
  },
  "GET /health": { answers: "open", request: () => ({ path: "/health" }) },
};
