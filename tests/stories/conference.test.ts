import { engineKinds, openTestEngine } from "../harness/engines.ts";
import { conferenceStories } from "./conference.ts";

for (const kind of engineKinds) conferenceStories(kind, () => openTestEngine(kind));
