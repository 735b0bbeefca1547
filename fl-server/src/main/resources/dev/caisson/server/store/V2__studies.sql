-- Digests are 32 bytes, times are UTC in ISO 8601. What is long stands last in its table.

-- A study, and where it stands. `head` is the state that the next round starts from; `previous_*`
-- say from which state and by which sum the head came, as long as sites may ask. `final_vector` is what
-- of the last state is the model's, once it is a candidate.
CREATE TABLE study (
  id                INTEGER PRIMARY KEY,
  name              TEXT    NOT NULL UNIQUE,
  title             TEXT    NOT NULL,
  submitter         TEXT    NOT NULL,
  request           BLOB    CHECK (length(request) = 16),
  state             TEXT    NOT NULL CHECK (state IN
                      ('waiting', 'training', 'paused', 'candidate', 'finished', 'failed', 'cancelled')),
  pause             TEXT    NOT NULL CHECK (pause IN ('none', 'asked', 'missing', 'trouble')),
  rounds_done       INTEGER NOT NULL,
  rounds_planned    INTEGER NOT NULL,
  attempts          INTEGER NOT NULL,
  model             BLOB    NOT NULL CHECK (length(model) = 32),
  initial_vector    BLOB    NOT NULL CHECK (length(initial_vector) = 32),
  head              BLOB    NOT NULL CHECK (length(head) = 32),
  previous_state    BLOB    CHECK (length(previous_state) = 32),
  previous_sum      BLOB    CHECK (length(previous_sum) = 32),
  final_vector      BLOB    CHECK (length(final_vector) = 32),
  created_at        TEXT    NOT NULL,
  updated_at        TEXT    NOT NULL,
  reason            TEXT    NOT NULL,
  previous_manifest BLOB,
  plan              TEXT    NOT NULL,
  parameters        BLOB    NOT NULL,
  UNIQUE (submitter, request),
  CHECK ((previous_state IS NULL) = (previous_sum IS NULL)),
  CHECK ((previous_state IS NULL) = (previous_manifest IS NULL))
) STRICT;

-- A round that came to a sum. Attempts are counted within the study, those without a sum too.
CREATE TABLE round (
  study        TEXT    NOT NULL REFERENCES study (name),
  attempt      INTEGER NOT NULL,
  number       INTEGER NOT NULL,
  purpose      TEXT    NOT NULL CHECK (purpose IN ('train', 'evaluate', 'audit')),
  name         TEXT    NOT NULL,
  manifest     BLOB    NOT NULL CHECK (length(manifest) = 32),
  transcript   BLOB    NOT NULL CHECK (length(transcript) = 32),
  state        BLOB    NOT NULL CHECK (length(state) = 32),
  milliseconds INTEGER NOT NULL,
  ended_at     TEXT    NOT NULL,
  PRIMARY KEY (study, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE round_site (
  study     TEXT    NOT NULL,
  attempt   INTEGER NOT NULL,
  site      TEXT    NOT NULL,
  survived  INTEGER NOT NULL CHECK (survived IN (0, 1)),
  bytes_out INTEGER NOT NULL,
  PRIMARY KEY (study, attempt, site),
  FOREIGN KEY (study, attempt) REFERENCES round (study, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE round_metric (
  study   TEXT    NOT NULL,
  attempt INTEGER NOT NULL,
  metric  TEXT    NOT NULL,
  value   REAL    NOT NULL,
  PRIMARY KEY (study, attempt, metric),
  FOREIGN KEY (study, attempt) REFERENCES round (study, attempt)
) STRICT, WITHOUT ROWID;

-- What happened, for those who watch. `attempt` names the round whose figures an event tells.
CREATE TABLE study_event (
  study    TEXT    NOT NULL REFERENCES study (name),
  sequence INTEGER NOT NULL,
  at       TEXT    NOT NULL,
  state    TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  round    INTEGER NOT NULL,
  attempt  INTEGER,
  trouble  INTEGER NOT NULL CHECK (trouble IN (0, 1)),
  PRIMARY KEY (study, sequence),
  FOREIGN KEY (study, attempt) REFERENCES round (study, attempt)
) STRICT, WITHOUT ROWID;

-- The round under way, or the last one that ended without a sum.
CREATE TABLE attempt (
  study      TEXT    PRIMARY KEY REFERENCES study (name),
  attempt    INTEGER NOT NULL,
  purpose    TEXT    NOT NULL CHECK (purpose IN ('train', 'evaluate', 'audit')),
  phase      TEXT    NOT NULL CHECK (phase IN ('collecting', 'answering', 'ended')),
  started_at TEXT    NOT NULL
) STRICT;

-- A state whose sum sites may have opened already: until its round is completed, it is summed over
-- exactly these sites.
CREATE TABLE pin (
  study   TEXT PRIMARY KEY REFERENCES study (name),
  purpose TEXT NOT NULL CHECK (purpose IN ('train', 'evaluate', 'audit')),
  state   BLOB NOT NULL CHECK (length(state) = 32)
) STRICT;

CREATE TABLE pinned_site (
  study TEXT NOT NULL REFERENCES pin (study),
  site  TEXT NOT NULL,
  PRIMARY KEY (study, site)
) STRICT, WITHOUT ROWID;

-- To which choice of held-out persons a site has committed itself.
CREATE TABLE hold_out (
  study      TEXT NOT NULL REFERENCES study (name),
  site       TEXT NOT NULL,
  commitment BLOB NOT NULL CHECK (length(commitment) = 32),
  PRIMARY KEY (study, site)
) STRICT, WITHOUT ROWID;

-- The last training round whose sum covers a site.
CREATE TABLE counted (
  study TEXT    NOT NULL REFERENCES study (name),
  site  TEXT    NOT NULL,
  round INTEGER NOT NULL,
  PRIMARY KEY (study, site)
) STRICT, WITHOUT ROWID;

-- Sites that broke a rule by their own doing.
CREATE TABLE exclusion (
  study TEXT NOT NULL REFERENCES study (name),
  site  TEXT NOT NULL,
  why   TEXT NOT NULL,
  PRIMARY KEY (study, site)
) STRICT, WITHOUT ROWID;

-- What sites fetch while they check the sum of an attempt.
CREATE TABLE check_content (
  study   TEXT    NOT NULL REFERENCES study (name),
  attempt INTEGER NOT NULL,
  digest  BLOB    NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (study, attempt, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX check_content_by_digest ON check_content (digest);
