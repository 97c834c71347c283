// The objects and callers of the matrix: three states, each pair in both directions, five levels, five stages of life, with
// canaries in every field; and what each caller may see of them, said once more in a few lines that know no policy code.
import type { Reach, Role } from "../../src/directory/client.ts";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { formatMicros } from "../../src/encoding/timestamp.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import type { TestClient, TestExchange } from "../harness/exchange.ts";
import { type TlpLevel, tlp } from "../harness/objects.ts";
import { addClientOf, contribute, openStage, remove, type Stage } from "./cast.ts";

export const codes = ["KZ", "TR", "UZ"] as const;
export type Code = (typeof codes)[number];
/** Each state has one friend: of the six ordered pairs three are friends and three are not. */
export const friendOf = { KZ: "TR", TR: "UZ", UZ: "KZ" } as const;

export const levels = ["clear", "green", "amber", "amber+strict", "red"] as const satisfies readonly TlpLevel[];
export const stages = ["fresh", "superseded", "recalled", "expired", "embargoed"] as const;
export type LifeStage = (typeof stages)[number];

export interface Planted {
  readonly owner: Code;
  readonly level: TlpLevel;
  readonly stage: LifeStage;
  readonly id: string;
  /** The versions that stand or stood, oldest first. */
  readonly versions: readonly JsonObject[];
  /** Texts that only who may see it may meet. */
  readonly canaries: readonly string[];
}

export interface Member {
  readonly name: string;
  /** Code of its state, or `secretariat` or `exchange`. */
  readonly party: string;
  readonly role: Role;
  readonly cleared: boolean;
  readonly reach: Reach;
  readonly client: TestClient;
}

export interface Matrix {
  readonly stage: Stage;
  readonly host: TestExchange;
  readonly planted: readonly Planted[];
  readonly members: readonly Member[];
  member(name: string): Member;
}

const reachMax = { organisation: 4, customers: 2, community: 1, public: 0 } as const satisfies Record<Reach, number>;

/** Whether a member's client may see an object now. */
export function maySee(member: Member, { owner, level, stage }: Planted): boolean {
  if (!reads(member) || stage === "recalled") return false;
  const rank = levels.indexOf(level);
  if (rank > reachMax[member.reach] || (level === "red" && !member.cleared)) return false;
  if (member.party === owner) return true;
  if (!isCode(member.party) || stage === "expired" || stage === "embargoed") return false;
  return rank <= 1 || member.party === friendOf[owner];
}

export const reads = (member: Member): boolean => ["contributor", "analyst"].includes(member.role);

export const isCode = (party: string): party is Code => codes.some((code) => code === party);

/** What a policy's own texts look like: they are nobody else's. */
export const policyCanary = (code: Code): string => `canary-policy-${code.toLowerCase()}`;

function policyOf(code: Code): Json {
  const group = policyCanary(code);
  return {
    unmarked: "red",
    groups: { [group]: [friendOf[code]] },
    rules: [
      { name: `${group}-all`, share: ["all"], when: { tlp: "green" } },
      { name: `${group}-friends`, share: [`group:${group}`], when: { tlp: ["amber", "amber+strict"] } },
      { name: `${group}-named`, share: ["named"], when: { tlp: "red" } },
    ],
  };
}

const hour = 3_600_000_000;

/** Sets the stage: contributes everything, recalls, and lets time pass so that what expires has expired. */
export async function openMatrix(): Promise<Matrix> {
  const stage = await openStage(Object.fromEntries(codes.map((code) => [code, policyOf(code)])));
  const { host } = stage;
  const members = await membersOf(stage);
  const planted = codes.flatMap((owner) =>
    levels.flatMap((level) => [...stages.map((life) => plant(stage, owner, level, life)), observable(owner, level)]),
  );
  for (const owner of codes) {
    const writer = stage.state(owner).contributor;
    const mine = planted.filter((one) => one.owner === owner);
    for (const one of mine) {
      const instruction = {
        ...(one.level === "red" ? { to: [friendOf[owner]] } : {}),
        ...(one.stage === "expired" ? { until: "PT1H" } : {}),
        ...(one.stage === "embargoed" ? { after: "P30D" } : {}),
      };
      const status = await contribute(host, writer, one.versions, instruction);
      if (status.body["failure_count"] !== 0) throw new TypeError(status.text);
    }
    for (const one of mine.filter(({ stage: life }) => life === "recalled")) {
      const gone = await remove(host, writer, `/api/collections/threat-reports/objects/${one.id}/`);
      if (gone.status !== 200) throw new TypeError(gone.text);
    }
  }
  host.clock.advance(2 * hour);
  const member = (name: string): Member => {
    const found = members.find((one) => one.name === name);
    if (found === undefined) throw new TypeError(`There is no member ${name}.`);
    return found;
  };
  return { stage, host, planted, members, member };
}

async function membersOf(stage: Stage): Promise<readonly Member[]> {
  const { host } = stage;
  const members: Member[] = [];
  const usual = { cleared: false, reach: "organisation" } as const;
  for (const party of codes) {
    const state = stage.state(party);
    for (const role of ["contributor", "analyst", "steward"] as const)
      members.push({ name: `${party} ${role}`, party, role, ...usual, client: state[role] });
    const more = [
      { kind: "cleared", role: "analyst", cleared: true, reach: "organisation" },
      { kind: "cleared-contributor", role: "contributor", cleared: true, reach: "organisation" },
      { kind: "customers", role: "analyst", cleared: false, reach: "customers" },
      { kind: "community", role: "analyst", cleared: true, reach: "community" },
      { kind: "public", role: "analyst", cleared: true, reach: "public" },
    ] as const;
    for (const { kind, ...registration } of more) {
      const client = await host.addClient(state.steward, `${party.toLowerCase()}-canary-client-${kind}`, registration);
      members.push({ name: `${party} ${kind}`, party, ...registration, client });
    }
  }
  const analyst = await host.addClient(host.secretariat, "secretariat-analyst", { role: "analyst", cleared: true });
  members.push(
    { name: "secretariat", party: "secretariat", role: "secretariat", ...usual, client: host.secretariat },
    { name: "secretariat analyst", party: "secretariat", role: "analyst", ...usual, cleared: true, client: analyst },
    {
      name: "operator",
      party: "exchange",
      role: "operator",
      ...usual,
      client: await addClientOf(host, "exchange", "operator", "exchange-operator"),
    },
  );
  return members;
}

function plant(stage: Stage, owner: Code, level: TlpLevel, life: LifeStage): Planted {
  const canary = `canary-${owner}-${level}-${life}`.toLowerCase().replaceAll("+", "-");
  const uuid = crypto.randomUUID();
  const id = `malware--${uuid}`;
  const at = stage.host.clock.now() - hour;
  const version = (n: number): JsonObject => ({
    type: "malware",
    spec_version: "2.1",
    id,
    created_by_ref: stage.state(owner).identity,
    created: `${formatMicros(at).slice(0, 23)}Z`,
    modified: `${formatMicros(at + n * 1_000_000).slice(0, 23)}Z`,
    object_marking_refs: [tlp[level]],
    is_family: true,
    name: `${canary} name ${n}`,
    description: `${canary} description ${n}`,
    aliases: [`${canary} alias`],
    labels: [`${canary}-label`],
    malware_types: [`${canary}-type`],
    external_references: [{ source_name: `${canary} source`, url: `https://${canary}.example/`, external_id: canary }],
    x_canary: { [`${canary}-key`]: [`${canary} value`] },
  });
  const versions = life === "superseded" ? [version(0), version(1)] : [version(0)];
  return { owner, level, stage: life, id, versions, canaries: [canary, uuid] };
}

/** An observable proves itself by its id, which anybody who knows its value can compute: the id is a canary all the same. */
function observable(owner: Code, level: TlpLevel): Planted {
  const value = `canary-sco-${owner}-${level}.example`.toLowerCase().replaceAll("+", "-");
  const id = scoId({ type: "domain-name", value }) ?? "";
  const object = { type: "domain-name", spec_version: "2.1", id, value, object_marking_refs: [tlp[level]] };
  return { owner, level, stage: "fresh", id, versions: [object], canaries: [value, id.slice("domain-name--".length)] };
}
