-- The books of one exchange. Times are integer microseconds since 1970; audiences are sets of parties by ceiling, as hexadecimal bits by party number.

-- Turns: the one row whose lock orders every act that changes state.
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  turn INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  edition INTEGER NOT NULL,
  narrowed INTEGER NOT NULL
);
INSERT INTO head (id, turn, clock, edition, narrowed) VALUES (1, 0, 0, 1, 0);

CREATE TABLE turn (
  n INTEGER PRIMARY KEY,
  act TEXT NOT NULL UNIQUE,
  edition INTEGER NOT NULL,
  base INTEGER NOT NULL,
  fields TEXT NOT NULL
);

-- Who takes part.
CREATE TABLE party (
  n INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  not_before INTEGER
);
CREATE TABLE membership (
  party INTEGER NOT NULL,
  from_added INTEGER NOT NULL,
  until_added INTEGER,
  PRIMARY KEY (party, from_added)
) WITHOUT ROWID;
CREATE TABLE identity (
  id TEXT PRIMARY KEY,
  party INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE client (
  id TEXT PRIMARY KEY,
  party INTEGER NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  cleared INTEGER NOT NULL,
  reach TEXT NOT NULL,
  keys TEXT NOT NULL,
  not_before INTEGER,
  revoked INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE policy (
  party INTEGER NOT NULL,
  version INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (party, version)
) WITHOUT ROWID;
CREATE TABLE collection (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  alias TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL UNIQUE,
  description TEXT
);

-- What was contributed.
CREATE TABLE contribution (
  n INTEGER PRIMARY KEY,
  party INTEGER NOT NULL,
  client TEXT NOT NULL,
  collection INTEGER NOT NULL,
  at INTEGER NOT NULL,
  facts TEXT NOT NULL
);
CREATE TABLE object (
  n INTEGER PRIMARY KEY,
  contribution INTEGER NOT NULL,
  contributor INTEGER NOT NULL,
  collection INTEGER NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  version_key TEXT NOT NULL,
  type TEXT NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  facts TEXT NOT NULL,
  refs TEXT NOT NULL,
  audience TEXT NOT NULL,
  had TEXT NOT NULL,
  mac TEXT NOT NULL,
  recalled INTEGER NOT NULL DEFAULT 0,
  UNIQUE (id, contributor, version_key, collection)
);
CREATE INDEX object_by_contributor ON object (contributor, n);
CREATE TABLE rendition (
  n INTEGER PRIMARY KEY,
  object INTEGER NOT NULL,
  recipient INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX rendition_of_object ON rendition (object);

-- What is available to whom: feed 0 is everyone, the others are one party's own.
CREATE TABLE release (
  feed INTEGER NOT NULL,
  collection INTEGER NOT NULL,
  last INTEGER NOT NULL,
  added INTEGER NOT NULL,
  rendition INTEGER NOT NULL,
  ceilings INTEGER NOT NULL,
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  PRIMARY KEY (feed, collection, last, added)
) WITHOUT ROWID;
CREATE INDEX release_of_rendition ON release (rendition);
CREATE TABLE ended (
  feed INTEGER NOT NULL,
  collection INTEGER NOT NULL,
  added INTEGER NOT NULL,
  rendition INTEGER NOT NULL,
  ceilings INTEGER NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (feed, collection, added, ceilings)
) WITHOUT ROWID;
CREATE INDEX ended_of_rendition ON ended (rendition);

-- Objects that wait: for a reference that some recipient lacks, or for a time.
CREATE TABLE waiting (
  ref TEXT NOT NULL,
  object INTEGER NOT NULL,
  PRIMARY KEY (ref, object)
) WITHOUT ROWID;
CREATE INDEX waiting_object ON waiting (object);
CREATE TABLE due (
  at INTEGER NOT NULL,
  object INTEGER NOT NULL,
  PRIMARY KEY (at, object)
) WITHOUT ROWID;

-- Ids that objects of a contributor refer to without their being its own, for what it posts of them later.
CREATE TABLE refers (
  contributor INTEGER NOT NULL,
  ref TEXT NOT NULL,
  PRIMARY KEY (contributor, ref)
) WITHOUT ROWID;

CREATE TABLE status (
  id TEXT PRIMARY KEY,
  client TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;

-- Journals of instances that keep theirs here, and counts that become one entry an hour.
CREATE TABLE journal (
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  fields TEXT NOT NULL,
  PRIMARY KEY (name, n)
) WITHOUT ROWID;
CREATE TABLE tally (
  name TEXT NOT NULL,
  hour INTEGER NOT NULL,
  subject TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (name, hour, subject)
) WITHOUT ROWID;

-- The log: which entries stand where, and what was derived from them.
CREATE TABLE run (
  position INTEGER PRIMARY KEY,
  journal TEXT NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL
);
CREATE INDEX run_by_journal ON run (journal, first);
CREATE TABLE leaf (
  position INTEGER PRIMARY KEY,
  entry TEXT NOT NULL
);
CREATE TABLE tile (
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  hashes TEXT NOT NULL,
  PRIMARY KEY (level, n)
) WITHOUT ROWID;
CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  note TEXT NOT NULL
);
CREATE TABLE period (
  month TEXT PRIMARY KEY,
  key TEXT NOT NULL
) WITHOUT ROWID;

-- Identifiers of assertions that were used, until they expire.
CREATE TABLE replay (
  jti TEXT PRIMARY KEY,
  until_second INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX replay_until ON replay (until_second);
