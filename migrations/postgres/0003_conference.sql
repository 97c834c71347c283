-- What decisions know of the conference: published networks, circles, whom an owner confirmed, and the terms with who signed them.
CREATE TABLE network (
  block TEXT PRIMARY KEY,
  party BIGINT NOT NULL
);

-- Named apart from the geometric type of PostgreSQL.
CREATE TABLE circle_name (
  n BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL
);
CREATE TABLE circle_member (
  circle BIGINT NOT NULL,
  party BIGINT NOT NULL,
  from_added BIGINT NOT NULL,
  until_added BIGINT,
  PRIMARY KEY (circle, party, from_added)
);

-- An owner's confirmations of a state, each with its time.
CREATE TABLE confirmation (
  party BIGINT NOT NULL,
  state BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (party, state, at)
);

CREATE TABLE terms (
  version BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  text TEXT NOT NULL
);
-- What a state's steward signed with the key of its client, as it was sent.
CREATE TABLE signature (
  party BIGINT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  client TEXT NOT NULL,
  jws TEXT NOT NULL,
  PRIMARY KEY (party, version)
);
