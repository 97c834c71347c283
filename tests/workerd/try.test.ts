import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { it, expect } from "vitest";
import { openD1 } from "../../src/store/engines/d1.ts";
import { openTestExchange } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";
it("x", async () => {
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  console.log(performance.timeOrigin, performance.now(), Date.now());
  try { new Function("return 1")(); console.log("eval allowed"); } catch (e) { console.log(String(e)); }
  const host = await openTestExchange(openD1(env.DB));
  const kz = await host.addState("KZ", { rules: [{ name: "all", share: ["all"] }] });
  console.log(await kz.contributor.post("threat-reports", [indicator(1, "green")]));
});
