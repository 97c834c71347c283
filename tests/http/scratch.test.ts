import { it } from "vitest";
import { openStage, usual } from "./cast.ts";
import { routesOf } from "../../src/http/door.ts";
it("explores", async () => {
  const stage = await openStage({ KZ: usual(["TR"]), TR: usual(["UZ"]), UZ: usual([]) });
  for (const { method, path, caller } of routesOf(stage.host.app)) console.log(method, path, caller);
  await stage.close();
});
