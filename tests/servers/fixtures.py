"""Real servers for tests, started with the first test that needs one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.postgres_server import PostgresServer
from tests.servers.redis_server import RedisServer
from tests.servers.server_process import ServerMissing


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that stays up; skips where there is none."""
    yield from _running_postgres(safe=False)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis that stays up; skips where there is none."""
    yield from _running_redis()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of a Redis without keys."""
    with redis_server.client() as client:
        client.flushall()
    return redis_server.url


@pytest.fixture(scope="session")
def _mortal_postgres() -> Iterator[PostgresServer]:
    yield from _running_postgres(safe=True)


@pytest.fixture
def mortal_postgres(_mortal_postgres: PostgresServer) -> Iterator[PostgresServer]:
    """A PostgreSQL that the test may kill and freeze."""
    if not _mortal_postgres.process.runs:
        _mortal_postgres.start()
    yield _mortal_postgres
    _mortal_postgres.process.thaw()


@pytest.fixture(scope="session")
def _mortal_redis() -> Iterator[RedisServer]:
    yield from _running_redis()


@pytest.fixture
def mortal_redis(_mortal_redis: RedisServer) -> Iterator[RedisServer]:
    """A Redis that the test may kill and freeze."""
    if not _mortal_redis.process.runs:
        _mortal_redis.start()
    with _mortal_redis.client() as client:
        client.flushall()
    yield _mortal_redis
    _mortal_redis.process.thaw()


def _running_postgres(safe: bool) -> Iterator[PostgresServer]:
    try:
        server = PostgresServer(safe)
    except ServerMissing as missing:
        pytest.skip(str(missing))
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _running_redis() -> Iterator[RedisServer]:
    try:
        server = RedisServer()
    except ServerMissing as missing:
        pytest.skip(str(missing))
    try:
        server.start()
        yield server
    finally:
        server.remove()
