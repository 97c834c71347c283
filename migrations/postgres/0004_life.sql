-- The life of a contribution after it is in the books: notices of recalls, what recipients answered, what pulls passed.
CREATE TABLE notice (
  n BIGINT PRIMARY KEY,
  recipient BIGINT NOT NULL,
  collection BIGINT NOT NULL,
  about TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX notice_about ON notice (about);

-- When a version was recalled, and why.
CREATE TABLE recall (
  object BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL
);

-- What a version was due for is found by the version, too: one that is erased is due for nothing.
CREATE INDEX due_object ON due (object);

-- That a recipient acknowledged a version, or attested that it deleted it.
CREATE TABLE answered (
  object BIGINT NOT NULL,
  party BIGINT NOT NULL,
  kind TEXT NOT NULL,
  client TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (object, party, kind)
);

-- Which turns the pulls of a party's clients have passed in a collection, and when: derived from pulls, written behind them.
CREATE TABLE passed (
  party BIGINT NOT NULL,
  collection BIGINT NOT NULL,
  ceiling BIGINT NOT NULL,
  turn BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (party, collection, ceiling, turn)
);
CREATE INDEX turn_by_base ON turn (base);
