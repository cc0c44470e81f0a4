-- Documents, the passages made from them, their vectors, and how far the ingest has come.

CREATE TABLE documents (
    document_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    uri TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    content_type TEXT NOT NULL,
    source_id TEXT NOT NULL,
    access TEXT NOT NULL,                       -- JSON array of tags, sorted
    updated_at TEXT NOT NULL,                   -- RFC 3339, as the source says
    content_hash TEXT NOT NULL,                 -- SHA-256, hexadecimal; names the blob
    size_bytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'indexed', 'skipped', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    retryable INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    passages INTEGER NOT NULL DEFAULT 0,
    parsed INTEGER NOT NULL DEFAULT 0,          -- its staged passages wait for their vectors
    revision INTEGER NOT NULL,                  -- accepted revision of its last change
    not_before REAL NOT NULL DEFAULT 0,         -- earliest next attempt, seconds since the epoch
    lease_until REAL NOT NULL DEFAULT 0,        -- claimed by a worker until then
    last_seen_at REAL NOT NULL,
    last_changed_at REAL NOT NULL,
    UNIQUE (tenant, uri)
) STRICT;

CREATE INDEX documents_of_source ON documents (tenant, source_id);
CREATE INDEX documents_by_content ON documents (content_hash);
CREATE INDEX documents_by_state ON documents (tenant, state, uri);
CREATE INDEX documents_waiting ON documents (revision) WHERE state = 'pending';
CREATE INDEX documents_retried ON documents (not_before) WHERE state = 'failed' AND retryable = 1;

-- A document's staged passages (live = 0) replace its live ones in one step, once all have vectors.
CREATE TABLE passages (
    document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
    live INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    passage_id TEXT NOT NULL,
    heading_path TEXT NOT NULL,                 -- JSON array, outermost first
    anchor TEXT NOT NULL,
    text TEXT NOT NULL,
    first INTEGER NOT NULL,                     -- characters into the parsed text
    past INTEGER NOT NULL,
    text_hash BLOB NOT NULL,                    -- SHA-256 of what is embedded
    PRIMARY KEY (document_id, live, ordinal)
) STRICT;

CREATE INDEX passages_staged ON passages (text_hash) WHERE live = 0;
CREATE INDEX passages_by_text ON passages (text_hash);

CREATE TABLE vectors (
    embedder TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    vector BLOB NOT NULL,                       -- float32, little-endian
    unused_since REAL,                          -- no passage has had this text since then
    PRIMARY KEY (embedder, text_hash)
) STRICT;

CREATE TABLE tenant_revisions (
    tenant TEXT PRIMARY KEY,
    revision INTEGER NOT NULL                   -- accepted revision of the tenant's last change
) STRICT;

CREATE TABLE ingest_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    accepted_revision INTEGER NOT NULL,
    recipe TEXT NOT NULL,                       -- what the passages were made with: parsers, chunker, embedder
    phase TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    rate REAL NOT NULL
) STRICT;

INSERT INTO ingest_state (id, accepted_revision, recipe, phase, done, total, rate)
VALUES (1, 0, '', '', 0, 0, 0);
