"""The port to a service's database: one SQL, which SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Value = str | int | float | bytes | None
Values = Mapping[str, Value]
NOTHING: Values = {}


class Row(Protocol):
    """A row that answers to column names."""

    def __getitem__(self, name: str, /) -> Any:
        """Returns a column's value."""
        ...


class Session(Protocol):
    """Statements with named parameters, `:name`; a statement holds neither `%` nor another colon.

    Every method raises DependencyUnavailable when the database cannot be read or written.
    """

    def rows(self, sql: str, values: Values = NOTHING) -> Sequence[Row]:
        """Returns what a statement finds, or returns."""
        ...

    def change(self, sql: str, values: Values = NOTHING) -> int:
        """Executes a statement and returns how many rows it changed."""
        ...

    def change_each(self, sql: str, many: Sequence[Values]) -> None:
        """Executes a statement once with each of the values."""
        ...

    def stream(self, sql: str, values: Values = NOTHING) -> Iterator[Row]:
        """Returns what a statement finds, row by row; for what does not fit into memory."""
        ...


class Database(Protocol):
    """A database; safe to use from several threads, but not twice at once from one."""

    @property
    def locking(self) -> str:
        """Ends a SELECT whose rows nobody else shall change until the transaction's end."""
        ...

    @property
    def skipping(self) -> str:
        """The same, passing over rows that somebody else holds so."""
        ...

    def session(self) -> AbstractContextManager[Session]:
        """Opens a session in which each statement is durable by itself."""
        ...

    def transaction(self) -> AbstractContextManager[Session]:
        """Opens a session whose statements are durable together, or not at all."""
        ...

    def snapshot(self) -> AbstractContextManager[Session]:
        """Opens a session that reads one moment, for long, and stands in nobody's way."""
        ...

    def close(self) -> None:
        """Gives its connections back."""
        ...
