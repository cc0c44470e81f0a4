-- A document belongs to its source: two sources may hold the same uri. A queue for several workers, what a
-- document says in short (for duplicates and the content report), and what each worker is doing.

CREATE TABLE new_documents (
    document_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    source_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    content_type TEXT NOT NULL,
    access TEXT NOT NULL,                       -- JSON array of tags, sorted
    updated_at TEXT NOT NULL,                   -- RFC 3339, as the source says
    read_access TEXT NOT NULL DEFAULT '[]',     -- JSON array: the tags it was last read under
    given TEXT NOT NULL DEFAULT '{}',           -- JSON: title, tags, language, product, version of the header
    tags TEXT NOT NULL DEFAULT '[]',            -- JSON array, sorted; the source's and its own, once read
    language TEXT NOT NULL DEFAULT '',          -- ISO 639-1, once read
    product TEXT NOT NULL DEFAULT '',
    version TEXT NOT NULL DEFAULT '',
    own_url TEXT NOT NULL DEFAULT '',           -- address that the document names, where its source names none
    own_updated_at TEXT NOT NULL DEFAULT '',    -- likewise, RFC 3339 in UTC
    content_hash TEXT NOT NULL,                 -- SHA-256, hexadecimal; names the blob
    size_bytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'indexed', 'skipped', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    reason_code TEXT NOT NULL DEFAULT '',       -- the reason as one word
    retryable INTEGER NOT NULL DEFAULT 0,       -- trying again may help
    attempts INTEGER NOT NULL DEFAULT 0,
    passages INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 1,         -- to be read, now or at not_before
    parsed INTEGER NOT NULL DEFAULT 0,          -- its staged passages wait for their vectors
    compared INTEGER NOT NULL DEFAULT 1,        -- 0: what it resembles is to be found out
    revision INTEGER NOT NULL,                  -- accepted revision of its last change
    pending_since REAL NOT NULL,                -- seconds since the epoch, like all times here
    not_before REAL NOT NULL DEFAULT 0,         -- earliest next attempt
    worker TEXT NOT NULL DEFAULT '',            -- who claimed it last
    lease_until REAL NOT NULL DEFAULT 0,        -- claimed until then
    last_seen_at REAL NOT NULL,
    last_changed_at REAL NOT NULL,
    duplicate_of TEXT NOT NULL DEFAULT '',      -- document with the same text
    near_duplicate_of TEXT NOT NULL DEFAULT '', -- document with nearly the same text
    similarity REAL NOT NULL DEFAULT 0,         -- to either, 0 to 1
    UNIQUE (tenant, source_id, uri)
) STRICT;

INSERT INTO new_documents (
    document_id, tenant, source_id, uri, url, title, content_type, access, updated_at, read_access, given, tags, language,
    product, version, own_url, own_updated_at, content_hash, size_bytes, state, reason, reason_code,
    retryable, attempts, passages, waiting, parsed, revision, pending_since, not_before, last_seen_at,
    last_changed_at
)
SELECT
    document_id, tenant, source_id, uri, url, title, content_type, access, updated_at, read_access, given, tags, language,
    product, version, own_url, own_updated_at, content_hash, size_bytes, state, reason, reason_code,
    retryable, attempts, passages, state = 'pending' AND parsed = 0, parsed, revision, last_changed_at,
    not_before, last_seen_at, last_changed_at
FROM documents;

CREATE TABLE new_passages (
    document_id TEXT NOT NULL REFERENCES new_documents (document_id) ON DELETE CASCADE,
    live INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    passage_id TEXT NOT NULL,
    heading_path TEXT NOT NULL,                 -- JSON array, outermost first
    anchor TEXT NOT NULL,
    text TEXT NOT NULL,
    first INTEGER NOT NULL,                     -- characters into the parsed text
    past INTEGER NOT NULL,
    text_hash BLOB NOT NULL,                    -- SHA-256 of what is embedded
    page INTEGER NOT NULL DEFAULT 0,            -- from 1, where the source has pages or slides
    language TEXT NOT NULL DEFAULT '',          -- ISO 639-1
    -- JSON array: the tags it was read under. A passage is shown to those who meet these and the document's present ones.
    access TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (document_id, live, ordinal)
) STRICT;

INSERT INTO new_passages (
    document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past, text_hash, page, language,
    access
)
SELECT
    document_id, live, ordinal, passage_id, heading_path, anchor, text, first, past, text_hash, page, language,
    access
FROM passages;

DROP TABLE passages;
DROP TABLE documents;
ALTER TABLE new_documents RENAME TO documents;
ALTER TABLE new_passages RENAME TO passages;

CREATE INDEX documents_by_uri ON documents (tenant, uri, document_id);
CREATE INDEX documents_by_state ON documents (tenant, state, uri, document_id);
CREATE INDEX documents_by_content ON documents (content_hash);
CREATE INDEX documents_pending ON documents (revision) WHERE state = 'pending';
CREATE INDEX documents_waiting ON documents (not_before, revision, document_id) WHERE waiting = 1;
CREATE INDEX documents_parsed ON documents (revision, document_id) WHERE parsed = 1;
CREATE INDEX documents_uncompared ON documents (revision, document_id) WHERE compared = 0;
CREATE INDEX documents_same ON documents (duplicate_of) WHERE duplicate_of <> '';
CREATE INDEX documents_alike ON documents (near_duplicate_of) WHERE near_duplicate_of <> '';
CREATE INDEX passages_staged ON passages (text_hash) WHERE live = 0;
CREATE INDEX passages_by_text ON passages (text_hash);

-- What a document says, in short.
CREATE TABLE document_digests (
    document_id TEXT PRIMARY KEY REFERENCES documents (document_id) ON DELETE CASCADE,
    tenant TEXT NOT NULL,
    text_digest BLOB NOT NULL,                  -- SHA-256 of its words
    signature BLOB NOT NULL,                    -- MinHash of its runs of words; empty where there are too few
    words INTEGER NOT NULL,
    titled INTEGER NOT NULL,                    -- it names a title itself
    links TEXT NOT NULL,                        -- JSON array: where it links to
    anchors TEXT NOT NULL                       -- JSON array: the fragments that lead into it
) STRICT;

CREATE INDEX digests_by_text ON document_digests (tenant, text_digest);

-- Signatures cut into bands: documents with a band in common may be nearly the same.
CREATE TABLE document_bands (
    tenant TEXT NOT NULL,
    band BLOB NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
    PRIMARY KEY (tenant, band, document_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bands_of_document ON document_bands (document_id);

CREATE TABLE workers (
    worker TEXT PRIMARY KEY,
    phase TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    rate REAL NOT NULL,
    seen_at REAL NOT NULL
) STRICT;

CREATE TABLE new_ingest_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    accepted_revision INTEGER NOT NULL,
    recipe TEXT NOT NULL                        -- what the passages were made with: parsers, chunker, embedder
) STRICT;

INSERT INTO new_ingest_state (id, accepted_revision, recipe)
SELECT id, accepted_revision, recipe FROM ingest_state;

DROP TABLE ingest_state;
ALTER TABLE new_ingest_state RENAME TO ingest_state;
