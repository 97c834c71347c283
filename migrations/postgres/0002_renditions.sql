-- Renditions that are not whole. An object says who may have it reduced and who ever knew it by its own id; a derived
-- rendition is a version of the id by which one recipient knows the object.
ALTER TABLE object ADD COLUMN reduced TEXT NOT NULL DEFAULT '';
ALTER TABLE object ADD COLUMN known TEXT NOT NULL DEFAULT '';
UPDATE object SET known = had;

CREATE TABLE derived (
  n BIGINT PRIMARY KEY,
  object BIGINT NOT NULL,
  recipient BIGINT NOT NULL,
  class BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  version_key TEXT NOT NULL,
  ceilings BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  digest TEXT NOT NULL,
  size BIGINT NOT NULL,
  mac TEXT NOT NULL
);
CREATE INDEX derived_by_id ON derived (id);
CREATE INDEX derived_of_object ON derived (object);
