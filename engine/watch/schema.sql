-- Times are milliseconds since 1970; 0 is never.
CREATE TABLE tenant (
  id       TEXT PRIMARY KEY,
  live     TEXT NOT NULL,
  name     TEXT NOT NULL,
  labels   TEXT NOT NULL,              -- JSON
  read     TEXT NOT NULL DEFAULT '',   -- how much, at the last look
  looked   INTEGER NOT NULL DEFAULT 0, -- when the last look began
  success  INTEGER NOT NULL DEFAULT 0, -- when the last one began that read everything
  took     INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0,
  gone     INTEGER NOT NULL DEFAULT 0  -- since when no manifest has it
) STRICT;

CREATE TABLE kind (
  tenant  TEXT NOT NULL REFERENCES tenant ON DELETE CASCADE,
  kind    TEXT NOT NULL,
  place   INTEGER NOT NULL, -- among the kinds of the tenant
  title   TEXT NOT NULL,    -- JSON
  objects INTEGER NOT NULL,
  read    TEXT NOT NULL,
  error   TEXT NOT NULL,
  PRIMARY KEY (tenant, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE look (
  seq      INTEGER PRIMARY KEY,
  tenant   TEXT NOT NULL REFERENCES tenant ON DELETE CASCADE,
  at       INTEGER NOT NULL,
  took     INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  read     TEXT NOT NULL,
  error    TEXT NOT NULL,
  open     INTEGER NOT NULL
) STRICT;
CREATE INDEX look_tenant ON look (tenant, seq);

CREATE TABLE finding (
  id      TEXT PRIMARY KEY,
  tenant  TEXT NOT NULL REFERENCES tenant ON DELETE CASCADE,
  kind    TEXT NOT NULL,
  class   TEXT NOT NULL,
  rank    INTEGER NOT NULL, -- the smaller the worse
  digest  TEXT NOT NULL,
  body    TEXT NOT NULL,    -- JSON
  opened  INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  seen    INTEGER NOT NULL,
  closed  INTEGER NOT NULL DEFAULT 0,
  ack     TEXT NOT NULL DEFAULT '', -- JSON
  until   INTEGER NOT NULL DEFAULT 0 -- when the acknowledgement ends
) STRICT;
CREATE INDEX finding_tenant ON finding (tenant, closed);
CREATE INDEX finding_until ON finding (until) WHERE until > 0;

CREATE TABLE history (
  seq     INTEGER PRIMARY KEY,
  finding TEXT NOT NULL REFERENCES finding ON DELETE CASCADE,
  at      INTEGER NOT NULL,
  what    TEXT NOT NULL,
  body    TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX history_finding ON history (finding, seq);

CREATE TABLE event (
  seq  INTEGER PRIMARY KEY AUTOINCREMENT,
  at   INTEGER NOT NULL,
  body TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE channel (
  name     TEXT PRIMARY KEY,
  told     INTEGER NOT NULL,           -- up to this event all was sent
  message  INTEGER NOT NULL DEFAULT 0, -- up to this event goes the message that is being sent
  next     INTEGER NOT NULL DEFAULT 0, -- not before this time
  failures INTEGER NOT NULL DEFAULT 0, -- in a row
  error    TEXT NOT NULL DEFAULT ''
) STRICT;
