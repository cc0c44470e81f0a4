"""One worker at a time publishes, whatever machine it runs on."""

from __future__ import annotations

import pytest

from libs.common.clock import SystemClock
from libs.common.errors import DependencyUnavailable
from services.retrieval.lead_postgres import PostgresLead
from tests.servers.postgres_server import PostgresServer
from tests.servers.server_process import until


def test_one_of_two_leads_until_it_gives_up(postgres_url: str) -> None:
    one, other = (PostgresLead(postgres_url, "main", SystemClock()) for _ in range(2))
    assert one.take()
    assert one.take()
    assert not other.take()
    one.close()
    assert until(other.take, 10)  # the server notices a moment later
    assert not one.take()
    one.close()
    other.close()


def test_each_index_has_a_lead_of_its_own(postgres_url: str) -> None:
    one, other = (PostgresLead(postgres_url, name, SystemClock()) for name in ("main", "next"))
    assert one.take()
    assert other.take()
    one.close()
    other.close()


def test_who_loses_the_database_leads_no_more_and_may_lead_again(mortal_postgres: PostgresServer) -> None:
    with mortal_postgres.database() as url:
        one, other = (PostgresLead(url, "main", SystemClock()) for _ in range(2))
        assert one.take()
        mortal_postgres.process.kill()
        with pytest.raises(DependencyUnavailable):
            one.take()
        mortal_postgres.start()
        assert other.take()

        def refused() -> bool:
            """It tries to connect once a second."""
            try:
                return not one.take()
            except DependencyUnavailable:
                return False

        assert until(refused, 20)
        one.close()
        other.close()
