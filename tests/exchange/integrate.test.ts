import { engineKinds, openTestEngine } from "../harness/engines.ts";
import { integrateTests } from "./integrate.ts";

for (const kind of engineKinds) integrateTests(kind, () => openTestEngine(kind));
