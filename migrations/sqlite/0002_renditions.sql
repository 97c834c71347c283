-- Renditions that are not whole. An object says who may have it reduced and who ever knew it by its own id; a derived
-- rendition is a version of the id by which one recipient knows the object.
ALTER TABLE object ADD COLUMN reduced TEXT NOT NULL DEFAULT '';
ALTER TABLE object ADD COLUMN known TEXT NOT NULL DEFAULT '';
UPDATE object SET known = had;

CREATE TABLE derived (
  n INTEGER PRIMARY KEY,
  object INTEGER NOT NULL,
  recipient INTEGER NOT NULL,
  class INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  version_key TEXT NOT NULL,
  ceilings INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  mac TEXT NOT NULL
);
CREATE INDEX derived_by_id ON derived (id);
CREATE INDEX derived_of_object ON derived (object);
