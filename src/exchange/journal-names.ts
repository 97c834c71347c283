// Names of journals that every exchange has; an instance's own is its journal's.

/** Acts that change the exchange's state: the journal of turns. */
export const TURNS = "turns";
