// The Worker with a database as far away as one in production can be: each trip takes DISTANCE milliseconds. On one machine
// answers come so fast that what the platform does to requests that wait for each other is hardly ever seen.
import worker from "../../src/edge/worker.ts";
import type { EdgeEnvironment } from "../../src/edge/settings.ts";
import type { Lifetime } from "../../src/edge/share.ts";
import type { D1 } from "../../src/store/engines/d1.ts";

const DISTANCE = 15;

type Prepared = ReturnType<D1["prepare"]>;

function far(database: D1): D1 {
  const near = new WeakMap<Prepared, Prepared>();
  const travel = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, DISTANCE));
  const wrap = (statement: Prepared): Prepared => {
    const wrapped: Prepared = {
      bind: (...values) => wrap(statement.bind(...values)),
      async all<T>() {
        await travel();
        return statement.all<T>();
      },
    };
    near.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (text) => wrap(database.prepare(text)),
    async batch(statements) {
      await travel();
      return database.batch(statements.map((statement) => near.get(statement) ?? statement));
    },
  };
}

const farAway = (env: EdgeEnvironment): EdgeEnvironment => ({ ...env, DB: far(env["DB"] as D1) }); // bound by the test

export default {
  fetch: (request: Request, env: EdgeEnvironment, lifetime: Lifetime) => worker.fetch(request, farAway(env), lifetime),
  scheduled: (event: unknown, env: EdgeEnvironment, lifetime: Lifetime) =>
    worker.scheduled(event, farAway(env), lifetime),
};
