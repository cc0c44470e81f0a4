-- Conversations. (tenant, subject) own a row: they see it and delete it. Times are seconds since the epoch.

CREATE TABLE conversations (
    tenant          TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    conversation_id TEXT    NOT NULL,
    title           TEXT    NOT NULL,  -- the beginning of its first question
    language        TEXT    NOT NULL,  -- ISO 639-1, of its latest question
    variant         TEXT    NOT NULL,  -- stable or canary, of its latest answer
    created_at      REAL    NOT NULL,
    updated_at      REAL    NOT NULL,
    last_seq        INTEGER NOT NULL,  -- of its latest turn
    summary         TEXT    NOT NULL DEFAULT '',  -- of its older turns
    summarised      INTEGER NOT NULL DEFAULT 0,   -- the last turn that the summary takes in
    PRIMARY KEY (tenant, subject, conversation_id)
);

CREATE INDEX conversations_by_use ON conversations (tenant, subject, updated_at, conversation_id);
CREATE INDEX conversations_by_age ON conversations (tenant, created_at);

CREATE TABLE turns (
    tenant          TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    conversation_id TEXT    NOT NULL,
    seq             INTEGER NOT NULL,  -- from 1
    query_id        TEXT    NOT NULL,
    question        TEXT    NOT NULL,
    standalone      TEXT    NOT NULL,  -- as it was searched for
    answer          TEXT    NOT NULL,
    finish          TEXT    NOT NULL,
    refusal_kind    TEXT    NOT NULL,  -- empty where it was not refused
    language        TEXT    NOT NULL,
    variant         TEXT    NOT NULL,
    manifest_id     TEXT    NOT NULL,
    sources         TEXT    NOT NULL,  -- JSON array of what the answer was offered
    citations       TEXT    NOT NULL,  -- JSON array of checked citations
    asked_at        REAL    NOT NULL,
    PRIMARY KEY (tenant, subject, conversation_id, seq),
    FOREIGN KEY (tenant, subject, conversation_id) REFERENCES conversations ON DELETE CASCADE
);

CREATE UNIQUE INDEX turns_by_answer ON turns (tenant, subject, query_id);
CREATE INDEX turns_by_age ON turns (tenant, asked_at);

-- What was deleted a short while ago: an answer that was under way then is not kept.
CREATE TABLE deleted_conversations (
    tenant          TEXT NOT NULL,
    subject         TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    deleted_at      REAL NOT NULL,
    PRIMARY KEY (tenant, subject, conversation_id)
);

-- What visitors asked to have remembered. It leaves with the conversation in which they said it.
CREATE TABLE facts (
    tenant          TEXT NOT NULL,
    subject         TEXT NOT NULL,
    fact_id         TEXT NOT NULL,  -- hash of its words
    conversation_id TEXT NOT NULL,
    text            TEXT NOT NULL,
    embedder        TEXT NOT NULL,  -- identity of what made the vector
    vector          BLOB NOT NULL,  -- little-endian float32
    stated_at       REAL NOT NULL,
    PRIMARY KEY (tenant, subject, fact_id),
    FOREIGN KEY (tenant, subject, conversation_id) REFERENCES conversations ON DELETE CASCADE
);

CREATE INDEX facts_by_conversation ON facts (tenant, subject, conversation_id);
CREATE INDEX facts_by_age ON facts (tenant, stated_at);
