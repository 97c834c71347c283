import { engineKinds, openTestEngine } from "../harness/engines.ts";
import { spineStories } from "./spine.ts";

for (const kind of engineKinds) spineStories(kind, () => openTestEngine(kind));
