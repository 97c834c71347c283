// Changes who belongs to a circle. What the owners gave whose policies name it is decided again in the same turn: who leaves loses
// what it had by the circle, who joins gets nothing that was contributed before (decision 0008), but where `grow` says so.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { type Circle, type CircleChange, circleMembersMax, membersAt, withMembers } from "../directory/circle.ts";
import { findParty } from "../directory/directory.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { Policy } from "../policy/policy.ts";
import { draftCircleMembers } from "../store/conference.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { ownersWhose, redecide } from "./redecide.ts";
import { stillStands } from "./still-stands.ts";

/**
 * @throws {Refusal} forbidden without the scope · not-found: no such circle · invalid: a state that takes no part · conflict:
 * nothing would change · limit
 */
export async function changeCircle(
  exchange: Exchange,
  caller: Caller,
  name: string,
  change: CircleChange,
): Promise<Circle> {
  requireScope(caller, "circles");
  const committed = await exchange.store.commit<Circle>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const before = directory.circles.find((circle) => circle.name === name);
      if (before === undefined) throw new Refusal("not-found", "There is no such circle.");
      const members = membersAt(before, turn.base);
      const wanted = wantedMembers(members, change);
      if (wanted.length > circleMembersMax)
        throw new Refusal("limit", `A circle has at most ${circleMembersMax} members.`, {
          subject: "circleMembersMax",
        });
      const numberOf = memberNumbers(directory, [...members, ...wanted], pointerOf(change));
      const joined = wanted.filter((code) => !members.includes(code));
      const left = members.filter((code) => !wanted.includes(code));
      if (joined.length === 0 && left.length === 0)
        throw new Refusal("conflict", `The members of the circle ${name} are these already.`);
      const circle = withMembers(before, wanted, turn.base);
      const circles = directory.circles.map((one) => (one.n === circle.n ? circle : one));
      const owners = ownersWhose(directory, (policy) => namesCircle(policy, name));
      const { settled, count, root } = await redecide(exchange, { ...directory, circles }, turn, owners, "circle");
      return {
        early: [],
        late: [...draftCircleMembers(before, circle, numberOf), ...settled.late],
        fields: fieldsText({
          kind: "circle",
          time: formatMicros(turn.base),
          actor: caller.client,
          object: { circle: name, joined, left },
          edition: turn.edition + 1,
          count,
          outcome: "changed",
          root,
        }),
        width: settled.width,
        bump: true,
        narrows: settled.narrows,
        footprint: settled.footprint,
        result: circle,
      };
    },
  });
  return committed.result;
}

function wantedMembers(members: readonly string[], change: CircleChange): readonly string[] {
  if (change.kind === "set") return [...change.members].sort();
  const stay = members.filter((code) => !change.leave.includes(code));
  return [...new Set([...stay, ...change.join])].sort();
}

const pointerOf = (change: CircleChange): string => (change.kind === "set" ? "/members" : "/join");

/** Whether a rule names the circle: then its owner's objects hang on who belongs to it. */
function namesCircle({ rules }: Policy, name: string): boolean {
  return rules.some(({ parties, except }) =>
    [...parties, ...except].some((ref) => ref.kind === "circle" && ref.name === name),
  );
}

/** Numbers of states by their codes. @throws {Refusal} invalid: one of these takes no part */
export function memberNumbers(
  directory: DirectorySnapshot,
  codes: readonly string[],
  pointer: string,
): (code: string) => number {
  const numbers = new Map<string, number>();
  for (const code of codes) {
    const party = findParty(directory, code);
    if (party === null || party.kind !== "state")
      throw new Refusal("invalid", `${code} takes no part in this exchange.`, {
        pointer,
        rule: "state-code",
        subject: code,
      });
    numbers.set(code, party.n);
  }
  return (code) => numbers.get(code) ?? 0;
}
