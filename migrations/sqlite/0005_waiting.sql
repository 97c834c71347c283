-- What waits until so many contacts approved it. A contribution says how many it waits for (0: it does not wait), and when the
-- last approval came.
ALTER TABLE contribution ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contribution ADD COLUMN approved INTEGER;
CREATE INDEX contribution_waiting ON contribution (party) WHERE waits > 0;

-- A change of policy that waits, against the version that was in force when it was asked for.
CREATE TABLE policy_change (
  act TEXT PRIMARY KEY,
  party INTEGER NOT NULL,
  client TEXT NOT NULL,
  at INTEGER NOT NULL,
  base INTEGER NOT NULL,
  waits INTEGER NOT NULL,
  document TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE approval (
  act TEXT NOT NULL,
  client TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (act, client)
) WITHOUT ROWID;

-- What would be given to a party that holds what comes from its giver: held, taken or refused, and for which ceilings.
CREATE TABLE intake (
  party INTEGER NOT NULL,
  object INTEGER NOT NULL,
  giver TEXT NOT NULL,
  ceilings INTEGER NOT NULL,
  whole INTEGER NOT NULL,
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (party, object)
) WITHOUT ROWID;
CREATE INDEX intake_of_object ON intake (object);
