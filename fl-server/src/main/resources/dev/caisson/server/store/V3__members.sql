-- What this federation is called, and how long its certificates are good.
CREATE TABLE federation (
  only_row         INTEGER PRIMARY KEY CHECK (only_row = 1),
  name             TEXT NOT NULL,
  certificate_days INTEGER NOT NULL CHECK (certificate_days BETWEEN 1 AND 825)
) STRICT;

-- Every identity that was ever enrolled. One that has ended never comes back.
CREATE TABLE member (
  identity_digest BLOB PRIMARY KEY CHECK (length(identity_digest) = 32),
  identity        BLOB NOT NULL,
  name            TEXT NOT NULL,
  role            TEXT NOT NULL,
  enrolled_at     TEXT NOT NULL,
  ended_at        TEXT,
  reason          TEXT
) STRICT;
CREATE UNIQUE INDEX member_of_a_name ON member (name) WHERE ended_at IS NULL;

-- Certificates that were issued here and have not ended long ago.
CREATE TABLE certificate (
  serial     TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  issued_at  TEXT NOT NULL,
  ends_at    TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
CREATE INDEX certificate_of_a_name ON certificate (name);

-- Names that were revoked once: a certificate of such a name is good only if it is listed above.
CREATE TABLE revoked_name (
  name       TEXT PRIMARY KEY,
  revoked_at TEXT NOT NULL,
  reason     TEXT NOT NULL
) STRICT;

-- One token for each name. `request` and `certificate` tell for what it was used.
CREATE TABLE token (
  handle      TEXT PRIMARY KEY CHECK (length(handle) = 16),
  hash        BLOB NOT NULL CHECK (length(hash) = 32),
  name        TEXT NOT NULL UNIQUE,
  role        TEXT NOT NULL,
  already     TEXT NOT NULL CHECK (already IN ('refuse', 'same-identity', 'renew-identity')),
  expires_at  INTEGER NOT NULL,
  request     BLOB,
  certificate BLOB
) STRICT;
