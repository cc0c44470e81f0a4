"""Connections to a service's schema in PostgreSQL."""

from __future__ import annotations

import re
import select
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg.rows import dict_row as dict_row

from libs.common.clock import Clock
from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger
from libs.common.settings import SettingsError

log = logger(__name__)

Connection = psycopg.Connection[TupleRow]
"""One connection; each statement commits by itself, several belong together inside its `transaction()`."""

CONNECTIONS = 4
STATEMENT_SECONDS = 5.0
LOCK_SECONDS = 3.0
"""How long a statement waits for another transaction's lock."""

_CONNECT_SECONDS = 3
_MARGIN_SECONDS = 1.0
"""By how much longer the client waits than the server allows, so that the server has its say."""
_PAUSE_SECONDS = 1.0
"""How long nobody tries to connect after an attempt that failed."""
_QUEUE_SECONDS = 5.0
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")

_PARAMETERS: Mapping[str, Any] = {
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""libpq's parameters where the address says nothing else."""

_CONFIGURE = (
    "SELECT set_config('search_path', %s, false), set_config('statement_timeout', %s, false),"
    " set_config('lock_timeout', %s, false), set_config('idle_in_transaction_session_timeout', '60s', false),"
    # A commit that is acknowledged before it is on the disk is none, whatever the server's default.
    " set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'"
    " ELSE current_setting('synchronous_commit') END, false)"
)

_ADVICE: Mapping[str, str] = {
    "25006": "it only reads; name the primary, for instance with target_session_attrs=read-write",
    "40": "the statement met another one; try again",
    "42501": "its role lacks a right; grant it, or let a role that has it run the migrations",
    "53": "it is out of connections, memory or disk space; give it more",
    "54": "",  # a statement or value beyond what PostgreSQL can do
    "55": "something is locked for too long; try again shortly",
    "57014": "the statement took too long; try again shortly",
    "57": "it stops or starts right now; try again shortly",
}
"""What to do, by SQLSTATE or its class, empty for a fault of the program;
https://www.postgresql.org/docs/current/errcodes-appendix.html."""
_AWAY = "it cannot be reached; the log of this process says why; try again shortly"


class PostgresDatabase:
    """Connections to one schema, which serve any number of threads.

    What breaks is replaced: after a restart of the server the next call connects anew. While it is away
    callers learn so at once, because only one attempt a second is made.

    Args:
        url: Where it is, `postgresql://user:password@host:port/database`, with libpq's parameters.
        schema: The service's own schema, first in the search path.
        clock: Tells the time.
        connections: How many at most.
        statement_seconds: How long a statement may take.

    Raises:
        SettingsError: The address is none; its text is never shown.
    """

    def __init__(
        self,
        url: str,
        schema: str,
        clock: Clock,
        connections: int = CONNECTIONS,
        statement_seconds: float = STATEMENT_SECONDS,
    ) -> None:
        if not _SCHEMA.fullmatch(schema):
            raise ValueError(f"{schema!r} is not the name of a schema")
        self.schema = schema
        self._address = _address(url, f"causeway-{schema}")
        self._clock = clock
        self._statement_seconds = statement_seconds
        self._limit = connections
        self._free = threading.BoundedSemaphore(connections)
        self._idle: deque[_Connection] = deque()
        self._not_before = float("-inf")
        self._away = False
        self._closed = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lends a connection; what is not committed when it comes back is lost.

        Raises:
            DependencyUnavailable: The database cannot be reached, read or written, or every connection
                is busy. Whether a statement that was under way took effect is then not known.
        """
        if not self._free.acquire(timeout=_QUEUE_SECONDS):
            raise DependencyUnavailable(
                f"All {self._limit} connections to PostgreSQL are busy; try again shortly.",
                retry_after_ms=1000,
            )
        try:
            with _storage_errors():
                connection = self._take()
                try:
                    yield connection
                except psycopg.Error as error:
                    if _advice(error):
                        connection.close()
                    raise
                finally:
                    self._put_back(connection)
        finally:
            self._free.release()

    def close(self) -> None:
        """Closes the idle connections now, the others when they come back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.quiet():
                return connection
            connection.close()
        return self._connect()

    def _connect(self) -> _Connection:
        if self._clock.monotonic() < self._not_before:
            raise DependencyUnavailable(f"PostgreSQL is not usable: {_AWAY}.", retry_after_ms=1000)
        try:
            connection = self._configured(_Connection.connect(self._address, autocommit=True))
        except psycopg.OperationalError as error:
            self._not_before = self._clock.monotonic() + _PAUSE_SECONDS
            # libpq's words name the host, the role and the database, never the password.
            reason = " ".join(str(error).split())
            if self._away:
                log.debug("postgres_still_away", schema=self.schema, reason=reason)
            else:
                log.warning("postgres_away", schema=self.schema, reason=reason)
            self._away = True
            raise
        if self._away:
            log.info("postgres_back", schema=self.schema)
            self._away = False
        return connection

    def _configured(self, connection: _Connection) -> _Connection:
        connection.patience = self._statement_seconds + _MARGIN_SECONDS
        limits = (f"{self._statement_seconds * 1000:.0f}", f"{LOCK_SECONDS * 1000:.0f}")
        with ExitStack() as unless_whole:
            unless_whole.callback(connection.close)
            connection.execute(_CONFIGURE, (self.schema, *limits))
            unless_whole.pop_all()
        return connection

    def _put_back(self, connection: _Connection) -> None:
        whole = connection.pgconn.transaction_status == TransactionStatus.IDLE
        if self._closed or not whole:
            connection.close()
        else:
            self._idle.append(connection)


class _Connection(psycopg.Connection[TupleRow]):
    """A connection that gives up on a server that hangs: such a server ends no statement by itself."""

    patience: float | None = None

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Waits for the server as long as patience lasts."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()  # nobody will read the result
            raise

    def quiet(self) -> bool:
        """Whether the server has said nothing since the last statement: its farewell, for instance."""
        if self.closed:
            return False
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return not poll.poll(0)


def _address(url: str, application: str) -> str:
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # whose text holds parts of the address
        raise SettingsError(
            "CAUSEWAY_DATABASE_URL is not the address of a PostgreSQL database;"
            " write postgresql://user:password@host:5432/database"
        ) from None
    return make_conninfo(
        **{**_PARAMETERS, "application_name": application, **given, "client_encoding": "utf8"}
    )


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Turns faults of the server and the way to it into an error that says what to do.

    Faults of the program (constraints, wrong SQL) pass through as they are.
    """
    try:
        yield
    except psycopg.Error as error:
        advice = _advice(error)
        if not advice:
            raise
        raise DependencyUnavailable(f"PostgreSQL is not usable: {advice}.") from error


def _advice(error: psycopg.Error) -> str:
    """What to do about a fault; empty where the fault is the program's."""
    state = error.sqlstate or ""
    for key in (state, state[:2]):
        if key in _ADVICE:
            return _ADVICE[key]
    return _AWAY if isinstance(error, psycopg.OperationalError) else ""
