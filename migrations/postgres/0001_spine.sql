-- The books of one exchange. Times are integer microseconds since 1970; audiences are sets of parties by ceiling, as hexadecimal bits by party number.

-- Turns: the one row whose lock orders every act that changes state.
CREATE TABLE head (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  turn BIGINT NOT NULL,
  clock BIGINT NOT NULL,
  edition BIGINT NOT NULL,
  narrowed BIGINT NOT NULL
);
INSERT INTO head (id, turn, clock, edition, narrowed) VALUES (1, 0, 0, 1, 0);

CREATE TABLE turn (
  n BIGINT PRIMARY KEY,
  act TEXT NOT NULL UNIQUE,
  edition BIGINT NOT NULL,
  base BIGINT NOT NULL,
  fields TEXT NOT NULL
);

-- Who takes part.
CREATE TABLE party (
  n BIGINT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  not_before BIGINT
);
CREATE TABLE membership (
  party BIGINT NOT NULL,
  from_added BIGINT NOT NULL,
  until_added BIGINT,
  PRIMARY KEY (party, from_added)
);
CREATE TABLE identity (
  id TEXT PRIMARY KEY,
  party BIGINT NOT NULL
);
CREATE TABLE client (
  id TEXT PRIMARY KEY,
  party BIGINT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  cleared BIGINT NOT NULL,
  reach TEXT NOT NULL,
  keys TEXT NOT NULL,
  not_before BIGINT,
  revoked BIGINT NOT NULL
);
CREATE TABLE policy (
  party BIGINT NOT NULL,
  version BIGINT NOT NULL,
  turn BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (party, version)
);
CREATE TABLE collection (
  n BIGINT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  alias TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL UNIQUE,
  description TEXT
);

-- What was contributed.
CREATE TABLE contribution (
  n BIGINT PRIMARY KEY,
  party BIGINT NOT NULL,
  client TEXT NOT NULL,
  collection BIGINT NOT NULL,
  at BIGINT NOT NULL,
  facts TEXT NOT NULL
);
CREATE TABLE object (
  n BIGINT PRIMARY KEY,
  contribution BIGINT NOT NULL,
  contributor BIGINT NOT NULL,
  collection BIGINT NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  version_key TEXT NOT NULL,
  type TEXT NOT NULL,
  digest TEXT NOT NULL,
  size BIGINT NOT NULL,
  facts TEXT NOT NULL,
  refs TEXT NOT NULL,
  audience TEXT NOT NULL,
  had TEXT NOT NULL,
  mac TEXT NOT NULL,
  recalled BIGINT NOT NULL DEFAULT 0,
  UNIQUE (id, contributor, version_key, collection)
);
CREATE INDEX object_by_contributor ON object (contributor, n);
CREATE TABLE rendition (
  n BIGINT PRIMARY KEY,
  object BIGINT NOT NULL,
  recipient BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX rendition_of_object ON rendition (object);

-- What is available to whom: feed 0 is everyone, the others are one party's own.
CREATE TABLE release (
  feed BIGINT NOT NULL,
  collection BIGINT NOT NULL,
  last BIGINT NOT NULL,
  added BIGINT NOT NULL,
  rendition BIGINT NOT NULL,
  ceilings BIGINT NOT NULL,
  size BIGINT NOT NULL,
  type TEXT NOT NULL,
  PRIMARY KEY (feed, collection, last, added)
);
CREATE INDEX release_of_rendition ON release (rendition);
CREATE TABLE ended (
  feed BIGINT NOT NULL,
  collection BIGINT NOT NULL,
  added BIGINT NOT NULL,
  rendition BIGINT NOT NULL,
  ceilings BIGINT NOT NULL,
  at BIGINT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (feed, collection, added, ceilings)
);
CREATE INDEX ended_of_rendition ON ended (rendition);

-- Objects that wait: for a reference that some recipient lacks, or for a time.
CREATE TABLE waiting (
  ref TEXT NOT NULL,
  object BIGINT NOT NULL,
  PRIMARY KEY (ref, object)
);
CREATE INDEX waiting_object ON waiting (object);
CREATE TABLE due (
  at BIGINT NOT NULL,
  object BIGINT NOT NULL,
  PRIMARY KEY (at, object)
);

-- Ids that objects of a contributor refer to without their being its own, for what it posts of them later.
CREATE TABLE refers (
  contributor BIGINT NOT NULL,
  ref TEXT NOT NULL,
  PRIMARY KEY (contributor, ref)
);

CREATE TABLE status (
  id TEXT PRIMARY KEY,
  client TEXT NOT NULL,
  at BIGINT NOT NULL,
  body TEXT NOT NULL
);

-- Journals of instances that keep theirs here, and counts that become one entry an hour.
CREATE TABLE journal (
  name TEXT NOT NULL,
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  fields TEXT NOT NULL,
  PRIMARY KEY (name, n)
);
CREATE TABLE tally (
  name TEXT NOT NULL,
  hour BIGINT NOT NULL,
  subject TEXT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (name, hour, subject)
);

-- The log: which entries stand where, and what was derived from them.
CREATE TABLE run (
  position BIGINT PRIMARY KEY,
  journal TEXT NOT NULL,
  first BIGINT NOT NULL,
  count BIGINT NOT NULL
);
CREATE INDEX run_by_journal ON run (journal, first);
CREATE TABLE leaf (
  position BIGINT PRIMARY KEY,
  entry TEXT NOT NULL
);
CREATE TABLE tile (
  level BIGINT NOT NULL,
  n BIGINT NOT NULL,
  hashes TEXT NOT NULL,
  PRIMARY KEY (level, n)
);
CREATE TABLE checkpoint (
  size BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  note TEXT NOT NULL
);
CREATE TABLE period (
  month TEXT PRIMARY KEY,
  key TEXT NOT NULL
);

-- Identifiers of assertions that were used, until they expire.
CREATE TABLE replay (
  jti TEXT PRIMARY KEY,
  until_second BIGINT NOT NULL
);
CREATE INDEX replay_until ON replay (until_second);
