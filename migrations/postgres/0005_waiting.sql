-- What waits until so many contacts approved it. A contribution says how many it waits for (0: it does not wait), and when the
-- last approval came.
ALTER TABLE contribution ADD COLUMN waits BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contribution ADD COLUMN approved BIGINT;
CREATE INDEX contribution_waiting ON contribution (party) WHERE waits > 0;

-- A change of policy that waits, against the version that was in force when it was asked for.
CREATE TABLE policy_change (
  act TEXT PRIMARY KEY,
  party BIGINT NOT NULL,
  client TEXT NOT NULL,
  at BIGINT NOT NULL,
  base BIGINT NOT NULL,
  waits BIGINT NOT NULL,
  document TEXT NOT NULL
);
CREATE TABLE approval (
  act TEXT NOT NULL,
  client TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (act, client)
);

-- What would be given to a party that holds what comes from its giver: held, taken or refused, and for which ceilings.
CREATE TABLE intake (
  party BIGINT NOT NULL,
  object BIGINT NOT NULL,
  giver TEXT NOT NULL,
  ceilings BIGINT NOT NULL,
  whole BIGINT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (party, object)
);
CREATE INDEX intake_of_object ON intake (object);
