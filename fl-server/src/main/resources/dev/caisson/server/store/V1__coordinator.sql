-- Who this database belongs to; a row is written when the coordinator first runs.
CREATE TABLE coordinator (
  only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
  created_at TEXT NOT NULL
) STRICT;
