"""Keeps served manifests in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable

from libs.common.clock import Clock
from libs.common.postgres_database import PostgresDatabase
from services.config.resolve import ManifestBundle

_INSERT = (
    "INSERT INTO served_manifests (manifest_id, tenant_id, environment, environment_revision,"
    " manifest_json, first_served_at) VALUES (%s, %s, %s, %s, %s, to_timestamp(%s))"
    " ON CONFLICT (manifest_id) DO NOTHING"
)
_SELECT = (
    "SELECT environment, environment_revision, manifest_json FROM served_manifests"
    " WHERE manifest_id = %s AND tenant_id = %s"
)


class PostgresManifestArchive:
    """Every manifest that was ever served, in one table that several processes may share.

    Args:
        database: The schema of this service, migrated; the archive's own.
        clock: Dates what is kept.
    """

    def __init__(self, database: PostgresDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, bundles: Iterable[ManifestBundle]) -> None:
        """Makes manifests durable; those that are kept already stay as they are.

        Raises:
            DependencyUnavailable: They could not be written.
        """
        now = self._clock.now()
        # In one order: two processes that keep the same manifests then wait for each other, not in a circle.
        rows = sorted(
            (b.manifest_id, b.tenant_id, b.environment, b.environment_revision, b.manifest_json, now)
            for b in bundles
        )
        if not rows:
            return
        with self._database.connection() as connection, connection.transaction():
            connection.cursor().executemany(_INSERT, rows)

    def find(self, tenant_id: str, manifest_id: str) -> ManifestBundle | None:
        """Returns a tenant's manifest as it was first served, without the tenant's settings.

        Raises:
            DependencyUnavailable: The database could not be read.
        """
        if "\x00" in tenant_id + manifest_id:  # PostgreSQL has no such text, so there is no such id
            return None
        with self._database.connection() as connection:
            row = connection.execute(_SELECT, (manifest_id, tenant_id)).fetchone()
        if row is None:
            return None
        environment, environment_revision, manifest_json = row
        return ManifestBundle(
            tenant_id=tenant_id,
            environment=environment,
            environment_revision=environment_revision,
            manifest_id=manifest_id,
            manifest_json=manifest_json,
            tenant_json=b"",
        )

    def close(self) -> None:
        """Closes the connections."""
        self._database.close()
