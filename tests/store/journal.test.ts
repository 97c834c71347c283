import { engineKinds, openTestEngine } from "../harness/engines.ts";
import { journalTests } from "./journal.ts";

for (const kind of engineKinds) journalTests(kind, () => openTestEngine(kind));
