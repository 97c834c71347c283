// The exchange that the matrix asks, who asks it, and what each of them may meet in no answer.
import { expect } from "vitest";
import { integrate } from "../../src/exchange/integrate.ts";
import { type Answer, type Ask, ask, objectsPath, taxii } from "./cast.ts";
import {
  codes,
  isCode,
  type Matrix,
  maySee,
  type Member,
  openMatrix,
  type Planted,
  policyCanary,
} from "./matrix-cast.ts";

export let matrix: Matrix;
/** A status of each contributor's, by the contributor's name. */
export const statuses = new Map<string, string>();
/** Every answer that a caller got in this file is searched. */
let searched = 0;
export const searchedAnswers = (): number => searched;

export const one = (id: string): string => `${objectsPath}${id}/`;
export const absentOf = (id: string): string => `${id.split("--")[0]}--ffffffff-ffff-4fff-8fff-ffffffffffff`;

/** Texts that a member may meet in no answer, those that it sent itself aside. */
export function hiddenFrom(member: Member): readonly string[] {
  const known = hidden.get(member);
  if (known !== undefined) return known;
  const objects = matrix.planted
    .filter((planted) => !maySee(member, planted) && !(mayExplain(member) && member.party === planted.owner))
    // Who had what was recalled is told so, by its id.
    .flatMap((planted) => planted.canaries.slice(0, isTold(member, planted) ? 1 : undefined));
  const policies = codes.filter((code) => code !== member.party || !mayExplain(member)).map(policyCanary);
  const clients = codes
    .filter((code) => code !== member.party)
    .flatMap((code) => [`${code.toLowerCase()}-canary-client`, `"${code}-analyst"`, `"${code}-contributor"`]);
  const circles = circleMembers.some((party) => party === member.party) ? [] : [circleCanary];
  const all = [...objects, ...policies, ...clients, ...circles];
  hidden.set(member, all);
  return all;
}

const hidden = new Map<Member, readonly string[]>();

/** A circle is known to its members and who keeps it. */
export const circleCanary = "canary-circle";
const circleMembers = ["KZ", "UZ", "secretariat"];

/** Whether a notice of its recall names it to the member: it had it before. */
const isTold = (member: Member, planted: Planted): boolean =>
  planted.stage === "recalled" && member.party !== planted.owner && maySee(member, { ...planted, stage: "fresh" });

/** Its own objects are explained to these, whatever their clearance: by id, level and rule, never by content. */
export const mayExplain = (member: Member): boolean =>
  ["contributor", "steward"].includes(member.role) && isCode(member.party);

export async function send(member: Member, request: Ask): Promise<Answer> {
  const answer = await ask(matrix.host.app, { headers: taxii, ...request, as: member.client });
  const sent = `${request.path} ${typeof request.body === "string" ? request.body : ""}`;
  const found = hiddenFrom(member).filter((canary) => answer.wire.includes(canary) && !sent.includes(canary));
  expect({ member: member.name, request: `${request.method ?? "GET"} ${request.path}`, found }).toEqual({
    member: member.name,
    request: `${request.method ?? "GET"} ${request.path}`,
    found: [],
  });
  searched += 1;
  return answer;
}

export async function openWorld(): Promise<void> {
  matrix = await openMatrix();
  const { secretariat } = matrix.host;
  await secretariat.json("POST", "/v1/circles", { name: circleCanary, members: ["KZ", "UZ"] });
  await secretariat.json("PUT", "/v1/terms", { text: termsText("Terms") });
  await integrate(matrix.host.exchange);
}

export const termsText = (name: string): string => `# ${name}\n\n## Organisation\n\n## Clients\n\n## Community\n`;
