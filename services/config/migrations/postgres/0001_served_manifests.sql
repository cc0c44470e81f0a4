-- Every manifest that was ever served, by its content hash. Rows are added, never changed.
CREATE TABLE served_manifests (
    manifest_id          text        NOT NULL PRIMARY KEY,
    tenant_id            text        NOT NULL,
    environment          text        NOT NULL,
    environment_revision text        NOT NULL,
    manifest_json        bytea       NOT NULL,  -- as it was hashed, byte by byte
    first_served_at      timestamptz NOT NULL
);

CREATE INDEX served_manifests_by_tenant ON served_manifests (tenant_id, first_served_at);
