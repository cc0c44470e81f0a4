-- What became of questions; kept for a limited time, none of the answers' words.
CREATE TABLE answer_records (
    tenant_id         TEXT    NOT NULL,
    query_id          TEXT    NOT NULL,
    subject_hash      TEXT    NOT NULL,  -- of the visitor; who they are is not kept
    recorded_at       REAL    NOT NULL,  -- seconds since the epoch, UTC
    conversation_id   TEXT    NOT NULL,
    question          TEXT    NOT NULL,  -- personal data and secrets masked; empty where the tenant keeps none
    language          TEXT    NOT NULL,
    intent            TEXT    NOT NULL,
    intent_confidence REAL    NOT NULL,
    finish            TEXT    NOT NULL,
    refusal_kind      TEXT    NOT NULL,
    error_kind        TEXT    NOT NULL,
    confidence        REAL    NOT NULL,
    needs_review      INTEGER NOT NULL,  -- 0 or 1
    support           REAL    NOT NULL,
    sources           TEXT    NOT NULL,  -- JSON list of passages, with number, citation and support
    degradations      TEXT    NOT NULL,  -- JSON list of names
    region            TEXT    NOT NULL,
    manifest_id       TEXT    NOT NULL,
    variant           TEXT    NOT NULL,
    model_version     TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    prompt_version    TEXT    NOT NULL,
    policy_version    TEXT    NOT NULL,
    retrieval_profile TEXT    NOT NULL,
    index_version     TEXT    NOT NULL,
    retrieval_ms      REAL    NOT NULL,
    first_token_ms    REAL    NOT NULL,
    model_ms          REAL    NOT NULL,
    total_ms          REAL    NOT NULL,
    prompt_tokens     INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_usd          REAL    NOT NULL,
    PRIMARY KEY (tenant_id, query_id)
) WITHOUT ROWID;

CREATE INDEX answer_records_by_time ON answer_records (tenant_id, recorded_at, query_id);
CREATE INDEX answer_records_by_age ON answer_records (recorded_at);
CREATE INDEX answer_records_by_subject ON answer_records (tenant_id, subject_hash);
