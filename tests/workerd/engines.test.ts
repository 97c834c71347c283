// What Node's tests ask of its engines is asked of D1 in workerd: the same functions.
import { integrateTests } from "../exchange/integrate.ts";
import { commitTests } from "../store/commit.ts";
import { journalTests } from "../store/journal.ts";
import { conferenceStories } from "../stories/conference.ts";
import { spineStories } from "../stories/spine.ts";
import { openTestD1 } from "./engine.ts";

commitTests("D1", openTestD1);
journalTests("D1", openTestD1);
integrateTests("D1", openTestD1);
spineStories("D1", openTestD1);
conferenceStories("D1", openTestD1);
