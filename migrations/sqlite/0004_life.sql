-- The life of a contribution after it is in the books: notices of recalls, what recipients answered, what pulls passed.
CREATE TABLE notice (
  n INTEGER PRIMARY KEY,
  recipient INTEGER NOT NULL,
  collection INTEGER NOT NULL,
  about TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX notice_about ON notice (about);

-- When a version was recalled, and why.
CREATE TABLE recall (
  object INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL
);

-- What a version was due for is found by the version, too: one that is erased is due for nothing.
CREATE INDEX due_object ON due (object);

-- That a recipient acknowledged a version, or attested that it deleted it.
CREATE TABLE answered (
  object INTEGER NOT NULL,
  party INTEGER NOT NULL,
  kind TEXT NOT NULL,
  client TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (object, party, kind)
) WITHOUT ROWID;

-- Which turns the pulls of a party's clients have passed in a collection, and when: derived from pulls, written behind them.
CREATE TABLE passed (
  party INTEGER NOT NULL,
  collection INTEGER NOT NULL,
  ceiling INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (party, collection, ceiling, turn)
) WITHOUT ROWID;
CREATE INDEX turn_by_base ON turn (base);
