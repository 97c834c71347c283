// Opens a circle. No policy can name it yet, so nothing is decided again.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { type Circle, type CircleRegistration, circlesMax, withMembers } from "../directory/circle.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftCircle, draftCircleMembers } from "../store/conference.ts";
import { memberNumbers } from "./change-circle.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/** @throws {Refusal} forbidden without the scope · conflict: the name is taken · invalid: a state that takes no part · limit */
export async function addCircle(exchange: Exchange, caller: Caller, wanted: CircleRegistration): Promise<Circle> {
  requireScope(caller, "circles");
  const committed = await exchange.store.commit<Circle>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      if (directory.circles.some(({ name }) => name === wanted.name))
        throw new Refusal("conflict", `There is a circle ${wanted.name} already.`, { pointer: "/name" });
      if (directory.circles.length >= circlesMax)
        throw new Refusal("limit", `There are ${circlesMax} circles already.`, { subject: "circlesMax" });
      const n = Math.max(0, ...directory.circles.map((one) => one.n)) + 1;
      const empty: Circle = { n, name: wanted.name, description: wanted.description, members: new Map() };
      const numberOf = memberNumbers(directory, wanted.members, "/members");
      const circle = withMembers(empty, wanted.members, turn.base);
      return {
        early: [],
        late: [...draftCircle(circle), ...draftCircleMembers(empty, circle, numberOf)],
        fields: fieldsText({
          kind: "circle",
          time: formatMicros(turn.base),
          actor: caller.client,
          object: { circle: circle.name, joined: [...wanted.members].sort(), left: [] },
          outcome: "opened",
        }),
        width: 0,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: circle,
      };
    },
  });
  return committed.result;
}
