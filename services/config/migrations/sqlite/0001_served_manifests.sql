-- Every manifest that was ever served, by its content hash. Rows are added, never changed.
CREATE TABLE served_manifests (
    manifest_id          TEXT NOT NULL PRIMARY KEY,
    tenant_id            TEXT NOT NULL,
    environment          TEXT NOT NULL,
    environment_revision TEXT NOT NULL,
    manifest_json        BLOB NOT NULL,
    first_served_at      REAL NOT NULL  -- seconds since the epoch, UTC
) WITHOUT ROWID;

CREATE INDEX served_manifests_by_tenant ON served_manifests (tenant_id, first_served_at);
