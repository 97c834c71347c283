import { engineKinds, openTestEngine } from "../harness/engines.ts";
import { commitTests } from "./commit.ts";

for (const kind of engineKinds) commitTests(kind, () => openTestEngine(kind));
