-- Conversations. (tenant, subject) own a row: they see it and delete it. Times are seconds since the epoch.

CREATE TABLE conversations (
    tenant          text COLLATE "C"  NOT NULL,
    subject         text COLLATE "C"  NOT NULL,
    conversation_id text COLLATE "C"  NOT NULL,
    title           text              NOT NULL,  -- the beginning of its first question
    language        text              NOT NULL,  -- ISO 639-1, of its latest question
    variant         text              NOT NULL,  -- stable or canary, of its latest answer
    created_at      double precision  NOT NULL,
    updated_at      double precision  NOT NULL,
    last_seq        integer           NOT NULL,  -- of its latest turn
    summary         text              NOT NULL DEFAULT '',  -- of its older turns
    summarised      integer           NOT NULL DEFAULT 0,   -- the last turn that the summary takes in
    PRIMARY KEY (tenant, subject, conversation_id)
);

CREATE INDEX conversations_by_use ON conversations (tenant, subject, updated_at, conversation_id);
CREATE INDEX conversations_by_age ON conversations (tenant, created_at);

CREATE TABLE turns (
    tenant          text COLLATE "C"  NOT NULL,
    subject         text COLLATE "C"  NOT NULL,
    conversation_id text COLLATE "C"  NOT NULL,
    seq             integer           NOT NULL,  -- from 1
    query_id        text COLLATE "C"  NOT NULL,
    question        text              NOT NULL,
    standalone      text              NOT NULL,  -- as it was searched for
    answer          text              NOT NULL,
    finish          text              NOT NULL,
    refusal_kind    text              NOT NULL,  -- empty where it was not refused
    language        text              NOT NULL,
    variant         text              NOT NULL,
    manifest_id     text              NOT NULL,
    sources         text              NOT NULL,  -- JSON array of what the answer was offered
    citations       text              NOT NULL,  -- JSON array of checked citations
    asked_at        double precision  NOT NULL,
    PRIMARY KEY (tenant, subject, conversation_id, seq),
    FOREIGN KEY (tenant, subject, conversation_id) REFERENCES conversations ON DELETE CASCADE
);

CREATE UNIQUE INDEX turns_by_answer ON turns (tenant, subject, query_id);
CREATE INDEX turns_by_age ON turns (tenant, asked_at);

-- What was deleted a short while ago: an answer that was under way then is not kept.
CREATE TABLE deleted_conversations (
    tenant          text COLLATE "C"  NOT NULL,
    subject         text COLLATE "C"  NOT NULL,
    conversation_id text COLLATE "C"  NOT NULL,
    deleted_at      double precision  NOT NULL,
    PRIMARY KEY (tenant, subject, conversation_id)
);

-- What visitors asked to have remembered. It leaves with the conversation in which they said it.
CREATE TABLE facts (
    tenant          text COLLATE "C"  NOT NULL,
    subject         text COLLATE "C"  NOT NULL,
    fact_id         text COLLATE "C"  NOT NULL,  -- hash of its words
    conversation_id text COLLATE "C"  NOT NULL,
    text            text              NOT NULL,
    embedder        text              NOT NULL,  -- identity of what made the vector
    vector          bytea             NOT NULL,  -- little-endian float32
    stated_at       double precision  NOT NULL,
    PRIMARY KEY (tenant, subject, fact_id),
    FOREIGN KEY (tenant, subject, conversation_id) REFERENCES conversations ON DELETE CASCADE
);

CREATE INDEX facts_by_conversation ON facts (tenant, subject, conversation_id);
CREATE INDEX facts_by_age ON facts (tenant, stated_at);
