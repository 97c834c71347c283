-- What decisions know of the conference: published networks, circles, whom an owner confirmed, and the terms with who signed them.
CREATE TABLE network (
  block TEXT PRIMARY KEY,
  party INTEGER NOT NULL
) WITHOUT ROWID;

-- Named apart from the geometric type of PostgreSQL.
CREATE TABLE circle_name (
  n INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL
);
CREATE TABLE circle_member (
  circle INTEGER NOT NULL,
  party INTEGER NOT NULL,
  from_added INTEGER NOT NULL,
  until_added INTEGER,
  PRIMARY KEY (circle, party, from_added)
) WITHOUT ROWID;

-- An owner's confirmations of a state, each with its time.
CREATE TABLE confirmation (
  party INTEGER NOT NULL,
  state INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (party, state, at)
) WITHOUT ROWID;

CREATE TABLE terms (
  version INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  digest TEXT NOT NULL,
  text TEXT NOT NULL
);
-- What a state's steward signed with the key of its client, as it was sent.
CREATE TABLE signature (
  party INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  client TEXT NOT NULL,
  jws TEXT NOT NULL,
  PRIMARY KEY (party, version)
) WITHOUT ROWID;
