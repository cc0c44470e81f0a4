-- Votes on answers. (tenant_id, subject) own a row: they see it, export it and erase it.
CREATE TABLE feedback (
    tenant_id   TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    feedback_id TEXT    NOT NULL,  -- chosen by the client
    query_id    TEXT    NOT NULL,
    vote        TEXT    NOT NULL CHECK (vote IN ('up', 'down')),
    rating      INTEGER NOT NULL CHECK (rating BETWEEN 0 AND 5),  -- 0 means none
    labels      TEXT    NOT NULL,  -- JSON list of texts
    comment     TEXT    NOT NULL,
    manifest_id TEXT    NOT NULL,  -- empty where the client did not know it
    received_at REAL    NOT NULL,  -- seconds since the epoch, UTC
    PRIMARY KEY (tenant_id, subject, feedback_id)
) WITHOUT ROWID;

CREATE INDEX feedback_by_answer ON feedback (tenant_id, query_id);
CREATE INDEX feedback_by_time ON feedback (tenant_id, received_at);
