"""Keeps served manifests in SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable

from libs.common.clock import Clock
from libs.common.sqlite_database import storage_errors, transaction
from services.config.resolve import ManifestBundle


class SqliteManifestArchive:
    """Every manifest that was ever served, in one table.

    Args:
        connection: A database with this service's migrations; used by one thread at a time.
        clock: Dates what is kept.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._lock = threading.Lock()

    def keep(self, bundles: Iterable[ManifestBundle]) -> None:
        """Makes manifests durable; those that are kept already stay as they are.

        Raises:
            DependencyUnavailable: They could not be written.
        """
        now = self._clock.now()
        rows = [
            (b.manifest_id, b.tenant_id, b.environment, b.environment_revision, b.manifest_json, now)
            for b in bundles
        ]
        if not rows:
            return
        with self._lock, transaction(self._connection):
            self._connection.executemany(
                "INSERT INTO served_manifests (manifest_id, tenant_id, environment, environment_revision,"
                " manifest_json, first_served_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (manifest_id) DO NOTHING",
                rows,
            )

    def find(self, tenant_id: str, manifest_id: str) -> ManifestBundle | None:
        """Returns a tenant's manifest as it was first served, without the tenant's settings.

        Raises:
            DependencyUnavailable: The database could not be read.
        """
        with self._lock, storage_errors("The archive of manifests"):
            row = self._connection.execute(
                "SELECT environment, environment_revision, manifest_json FROM served_manifests"
                " WHERE manifest_id = ? AND tenant_id = ?",
                (manifest_id, tenant_id),
            ).fetchone()
        if row is None:
            return None
        return ManifestBundle(
            tenant_id=tenant_id,
            environment=row["environment"],
            environment_revision=row["environment_revision"],
            manifest_id=manifest_id,
            manifest_json=row["manifest_json"],
            tenant_json=b"",
        )

    def close(self) -> None:
        """Closes the database."""
        with self._lock:
            self._connection.close()
