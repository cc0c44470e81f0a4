-- Votes on answers. (tenant_id, subject) own a row: they see it, export it and erase it.
CREATE TABLE feedback (
    tenant_id   text        NOT NULL,
    subject     text        NOT NULL,
    feedback_id text        NOT NULL,  -- chosen by the client
    query_id    text        NOT NULL,
    vote        text        NOT NULL CHECK (vote IN ('up', 'down')),
    rating      smallint    NOT NULL CHECK (rating BETWEEN 0 AND 5),  -- 0 means none
    labels      text[]      NOT NULL,
    comment     text        NOT NULL,
    manifest_id text        NOT NULL,  -- empty where the client did not know it
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject, feedback_id)
);

CREATE INDEX feedback_by_answer ON feedback (tenant_id, query_id);
CREATE INDEX feedback_by_time ON feedback (tenant_id, received_at);
