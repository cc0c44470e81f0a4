-- What became of questions; kept for a limited time, none of the answers' words.
CREATE TABLE answer_records (
    tenant_id         text             NOT NULL,
    query_id          text             NOT NULL,
    subject_hash      text             NOT NULL,  -- of the visitor; who they are is not kept
    recorded_at       double precision NOT NULL,  -- seconds since the epoch, UTC
    conversation_id   text             NOT NULL,
    question          text             NOT NULL,  -- personal data and secrets masked; empty where the tenant keeps none
    language          text             NOT NULL,
    intent            text             NOT NULL,
    intent_confidence double precision NOT NULL,
    finish            text             NOT NULL,
    refusal_kind      text             NOT NULL,
    error_kind        text             NOT NULL,
    confidence        double precision NOT NULL,
    needs_review      smallint         NOT NULL,  -- 0 or 1
    support           double precision NOT NULL,
    sources           text             NOT NULL,  -- JSON list of passages, with number, citation and support
    degradations      text             NOT NULL,  -- JSON list of names
    region            text             NOT NULL,
    manifest_id       text             NOT NULL,
    variant           text             NOT NULL,
    model_version     text             NOT NULL,
    model             text             NOT NULL,
    prompt_version    text             NOT NULL,
    policy_version    text             NOT NULL,
    retrieval_profile text             NOT NULL,
    index_version     text             NOT NULL,
    retrieval_ms      double precision NOT NULL,
    first_token_ms    double precision NOT NULL,
    model_ms          double precision NOT NULL,
    total_ms          double precision NOT NULL,
    prompt_tokens     bigint           NOT NULL,
    completion_tokens bigint           NOT NULL,
    cost_usd          double precision NOT NULL,
    PRIMARY KEY (tenant_id, query_id)
);

CREATE INDEX answer_records_by_time ON answer_records (tenant_id, recorded_at, query_id);
CREATE INDEX answer_records_by_age ON answer_records (recorded_at);
CREATE INDEX answer_records_by_subject ON answer_records (tenant_id, subject_hash);
