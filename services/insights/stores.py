"""Opens the stores that the settings name: PostgreSQL with an address, SQLite without."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from libs.common.clock import Clock
from libs.common.database_sqlite import SqliteDatabase
from libs.common.sqlite_database import open_database
from services.insights.answer_store_sql import SqlAnswerStore
from services.insights.answers import AnswerStore
from services.insights.feedback import FeedbackStore
from services.insights.feedback_store_sqlite import SqliteFeedbackStore
from services.insights.settings import SERVICE, Settings

_MIGRATIONS = Path(__file__).parent / "migrations"


class OpenFeedbackStore(FeedbackStore, Protocol):
    """A store that its owner closes."""

    def close(self) -> None:
        """Ends what is being written, then lets go of the database."""
        ...


def open_feedback_store(settings: Settings, clock: Clock) -> OpenFeedbackStore:
    """Opens the store, migrated to what the code expects.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: The database cannot be opened.
        Conflict: Code and data do not belong together.
    """
    if not settings.database_url:
        return SqliteFeedbackStore(open_database(settings.database, _MIGRATIONS / "sqlite"), clock)
    # Its driver takes a third of a second to import: only who uses it waits for it.
    from libs.common.postgres_migrations import open_postgres
    from services.insights.feedback_store_postgres import PostgresFeedbackStore

    database = open_postgres(settings.database_url, SERVICE, _MIGRATIONS / "postgres", clock)
    return PostgresFeedbackStore(database, clock)


def open_answer_store(settings: Settings, clock: Clock) -> AnswerStore:
    """Opens the store of answer records, migrated to what the code expects.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: The database cannot be opened.
        Conflict: Code and data do not belong together.
    """
    if not settings.database_url:
        name = "The database of answer records"
        return SqlAnswerStore(SqliteDatabase(settings.database, _MIGRATIONS / "sqlite", name), clock)
    from libs.common.database_postgres import PostgresSchema

    schema = PostgresSchema(settings.database_url, SERVICE, _MIGRATIONS / "postgres", clock)
    return SqlAnswerStore(schema, clock)
