-- Documents with their contents, the passages made from them, their vectors, and how far the ingest has come.
-- Times are seconds since the epoch.

CREATE TABLE documents (
    document_id       text COLLATE "C" PRIMARY KEY,
    tenant            text COLLATE "C" NOT NULL,
    source_id         text COLLATE "C" NOT NULL,
    uri               text COLLATE "C" NOT NULL,
    url               text             NOT NULL,
    title             text             NOT NULL DEFAULT '',
    content_type      text             NOT NULL,
    access            text             NOT NULL,  -- JSON array of tags, sorted
    updated_at        text             NOT NULL,  -- RFC 3339, as the source says
    read_access       text             NOT NULL DEFAULT '[]',  -- JSON array: the tags it was last read under
    given             text             NOT NULL DEFAULT '{}',  -- JSON: title, tags, language, product, version
    tags              text             NOT NULL DEFAULT '[]',  -- JSON array, sorted; the source's and its own
    language          text             NOT NULL DEFAULT '',  -- ISO 639-1, once read
    product           text             NOT NULL DEFAULT '',
    version           text             NOT NULL DEFAULT '',
    own_url           text             NOT NULL DEFAULT '',  -- named by the document, where its source names none
    own_updated_at    text             NOT NULL DEFAULT '',  -- likewise, RFC 3339 in UTC
    content_hash      text             NOT NULL,  -- SHA-256, hexadecimal; names the blob
    size_bytes        bigint           NOT NULL,
    state             text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'indexed', 'skipped', 'failed')),
    reason            text             NOT NULL DEFAULT '',
    reason_code       text             NOT NULL DEFAULT '',  -- the reason as one word
    retryable         smallint         NOT NULL DEFAULT 0,   -- trying again may help
    attempts          integer          NOT NULL DEFAULT 0,
    passages          integer          NOT NULL DEFAULT 0,
    waiting           smallint         NOT NULL DEFAULT 1,   -- to be read, now or at not_before
    parsed            smallint         NOT NULL DEFAULT 0,   -- its staged passages wait for their vectors
    compared          smallint         NOT NULL DEFAULT 1,   -- 0: what it resembles is to be found out
    revision          bigint           NOT NULL,  -- accepted revision of its last change
    pending_since     double precision NOT NULL,
    not_before        double precision NOT NULL DEFAULT 0,   -- earliest next attempt
    worker            text             NOT NULL DEFAULT '',  -- who claimed it last
    lease_until       double precision NOT NULL DEFAULT 0,   -- claimed until then
    last_seen_at      double precision NOT NULL,
    last_changed_at   double precision NOT NULL,
    duplicate_of      text COLLATE "C" NOT NULL DEFAULT '',  -- document with the same text
    near_duplicate_of text COLLATE "C" NOT NULL DEFAULT '',  -- document with nearly the same text
    similarity        double precision NOT NULL DEFAULT 0,   -- to either, 0 to 1
    UNIQUE (tenant, source_id, uri)
);

CREATE INDEX documents_by_uri ON documents (tenant, uri, document_id);
CREATE INDEX documents_by_state ON documents (tenant, state, uri, document_id);
CREATE INDEX documents_by_content ON documents (content_hash);
CREATE INDEX documents_pending ON documents (revision) WHERE state = 'pending';
CREATE INDEX documents_waiting ON documents (not_before, revision, document_id) WHERE waiting = 1;
CREATE INDEX documents_parsed ON documents (revision, document_id) WHERE parsed = 1;
CREATE INDEX documents_uncompared ON documents (revision, document_id) WHERE compared = 0;
CREATE INDEX documents_same ON documents (duplicate_of) WHERE duplicate_of <> '';
CREATE INDEX documents_alike ON documents (near_duplicate_of) WHERE near_duplicate_of <> '';

-- A document's staged passages (live = 0) replace its live ones in one step, once all have vectors.
CREATE TABLE passages (
    document_id  text COLLATE "C" NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
    live         smallint         NOT NULL,
    ordinal      integer          NOT NULL,
    passage_id   text             NOT NULL,
    heading_path text             NOT NULL,  -- JSON array, outermost first
    anchor       text             NOT NULL,
    text         text             NOT NULL,
    first        integer          NOT NULL,  -- characters into the parsed text
    past         integer          NOT NULL,
    text_hash    bytea            NOT NULL,  -- SHA-256 of what is embedded
    page         integer          NOT NULL DEFAULT 0,     -- from 1, where the source has pages or slides
    language     text             NOT NULL DEFAULT '',    -- ISO 639-1
    access       text             NOT NULL DEFAULT '[]',  -- JSON array: the tags it was read under
    PRIMARY KEY (document_id, live, ordinal)
);

CREATE INDEX passages_staged ON passages (text_hash) WHERE live = 0;
CREATE INDEX passages_by_text ON passages (text_hash);

CREATE TABLE vectors (
    embedder     text  NOT NULL,
    text_hash    bytea NOT NULL,
    vector       bytea NOT NULL,  -- float32, little-endian
    unused_since double precision,  -- no passage has had this text since then
    PRIMARY KEY (embedder, text_hash)
);

-- What a document says, in short.
CREATE TABLE document_digests (
    document_id text COLLATE "C" PRIMARY KEY REFERENCES documents (document_id) ON DELETE CASCADE,
    tenant      text COLLATE "C" NOT NULL,
    text_digest bytea            NOT NULL,  -- SHA-256 of its words
    signature   bytea            NOT NULL,  -- MinHash of its runs of words; empty where there are too few
    words       integer          NOT NULL,
    titled      smallint         NOT NULL,  -- it names a title itself
    links       text             NOT NULL,  -- JSON array: where it links to
    anchors     text             NOT NULL   -- JSON array: the fragments that lead into it
);

CREATE INDEX digests_by_text ON document_digests (tenant, text_digest);

-- Signatures cut into bands: documents with a band in common may be nearly the same.
CREATE TABLE document_bands (
    tenant      text COLLATE "C" NOT NULL,
    band        bytea            NOT NULL,
    document_id text COLLATE "C" NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
    PRIMARY KEY (tenant, band, document_id)
);

CREATE INDEX bands_of_document ON document_bands (document_id);

-- Contents, in parts: a value of 50 MiB would take five times as much memory on its way.
CREATE TABLE blobs (
    content_hash text             PRIMARY KEY,
    size_bytes   bigint           NOT NULL,
    kept_at      double precision NOT NULL  -- when it was last taken in
);

CREATE TABLE blob_parts (
    content_hash text    NOT NULL REFERENCES blobs (content_hash) ON DELETE CASCADE,
    part         integer NOT NULL,
    content      bytea   NOT NULL,
    PRIMARY KEY (content_hash, part)
);

CREATE TABLE tenant_revisions (
    tenant   text   PRIMARY KEY,
    revision bigint NOT NULL  -- accepted revision of the tenant's last change
);

CREATE TABLE workers (
    worker  text             PRIMARY KEY,
    phase   text             NOT NULL,
    done    bigint           NOT NULL,
    total   bigint           NOT NULL,
    rate    double precision NOT NULL,
    seen_at double precision NOT NULL
);

CREATE TABLE ingest_state (
    id                integer PRIMARY KEY CHECK (id = 1),
    accepted_revision bigint  NOT NULL,
    recipe            text    NOT NULL  -- what the passages were made with: parsers, chunker, embedder
);

INSERT INTO ingest_state (id, accepted_revision, recipe) VALUES (1, 0, '');
