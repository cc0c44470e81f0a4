"""Opening and renewing sessions."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from libs.common.caller import Privacy
from libs.common.errors import DependencyUnavailable, Forbidden, Unauthenticated
from services.edge_gateway.sessions import MAX_RENEWED_SECONDS, Wishes
from tests.edge_gateway.harness import ORIGIN, Edge, bundle

PAGE = Headers({"origin": ORIGIN, "host": "edge.test"})
NO_PAGE = Headers({"host": "edge.test"})
ELSEWHERE = Headers({"origin": "https://evil.example", "host": "edge.test"})
ACME = Wishes(tenant="acme")


async def test_a_host_token_opens_a_session_of_its_visitor(edge: Edge) -> None:
    token = edge.host_token(plan_tier="gold", access=["hr"], locale="de")

    session = await edge.sessions.open(token, PAGE, Wishes(privacy={"memory": True}))

    assert session.owner == ("acme", "ana")
    assert (session.plan, set(session.access), session.locale) == ("gold", {"hr"}, "de")
    assert session.privacy == Privacy(memory=True)
    assert (session.region, session.origin) == ("local", ORIGIN)
    assert session.expires_at - session.issued_at == 15 * 60


async def test_nothing_that_the_client_wishes_is_identity(edge: Edge) -> None:
    edge.manifests.current["globex"] = bundle("globex")

    session = await edge.sessions.open(edge.host_token(), NO_PAGE, Wishes(tenant="globex", locale="fr"))

    assert session.owner == ("acme", "ana")
    assert session.locale == "fr"


async def test_the_tenant_decides_how_long_a_session_lasts(edge: Edge) -> None:
    edge.manifests.current["acme"] = bundle(tenant={"session_minutes": 60})

    session = await edge.sessions.open(edge.host_token(), NO_PAGE, Wishes())

    assert session.expires_at - session.issued_at == 3600


async def test_an_anonymous_visitor_of_an_allowed_page_gets_a_random_name(edge: Edge) -> None:
    first = await edge.sessions.open(None, PAGE, ACME)
    second = await edge.sessions.open(None, PAGE, ACME)

    assert first.anonymous
    assert first.subject != second.subject
    assert first.access == frozenset()
    assert first.plan == "standard"
    assert first.origin == ORIGIN


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "*",
        "",
        "http://docs.acme.example",
        "https://docs.acme.example:444",
        "https://docs.acme.example.evil.example",
        "https://xdocs.acme.example",
        "https://docs.acme.example/",
        "https://DOCS.acme.example",
        " https://docs.acme.example",
        "https://docs.acme.example,https://evil.example",
    ],
)
async def test_no_other_page_may_open_an_anonymous_session(edge: Edge, origin: str) -> None:
    with pytest.raises(Forbidden):
        await edge.sessions.open(None, Headers({"origin": origin, "host": "edge.test"}), ACME)


async def test_without_a_page_there_is_no_anonymous_session(edge: Edge) -> None:
    with pytest.raises(Forbidden):
        await edge.sessions.open(None, NO_PAGE, ACME)


async def test_a_page_that_the_edge_serves_itself_is_not_allowed_by_that_alone(edge: Edge) -> None:
    own = Headers({"origin": "http://edge.test", "host": "edge.test"})

    with pytest.raises(Forbidden):
        await edge.sessions.open(None, own, ACME)


async def test_an_unknown_tenant_is_refused_as_a_forbidden_origin_is(edge: Edge) -> None:
    with pytest.raises(Forbidden) as unknown:
        await edge.sessions.open(None, PAGE, Wishes(tenant="globex"))
    with pytest.raises(Forbidden) as elsewhere:
        await edge.sessions.open(None, ELSEWHERE, ACME)

    assert unknown.value.detail == elsewhere.value.detail


async def test_who_brings_nothing_is_told_what_to_bring(edge: Edge) -> None:
    with pytest.raises(Unauthenticated, match="host token"):
        await edge.sessions.open(None, PAGE, Wishes())


async def test_a_host_token_on_a_strange_page_is_refused(edge: Edge) -> None:
    with pytest.raises(Forbidden):
        await edge.sessions.open(edge.host_token(), ELSEWHERE, Wishes())


async def test_a_host_token_on_the_edges_own_page_is_taken(edge: Edge) -> None:
    own = Headers({"origin": "http://edge.test", "host": "edge.test"})

    assert (await edge.sessions.open(edge.host_token(), own, Wishes())).subject == "ana"


async def test_a_renewal_keeps_the_visitor_and_moves_the_end(edge: Edge) -> None:
    old = await edge.sessions.open(edge.host_token(access=["hr"]), PAGE, Wishes(locale="de"))
    edge.clock.advance(600)

    new = await edge.sessions.open(edge.tokens.sign(old), PAGE, Wishes(privacy={"history": False}))

    assert (new.sid, new.owner, new.access, new.locale) == (old.sid, old.owner, old.access, "de")
    assert new.expires_at == old.expires_at + 600
    assert new.authenticated_at == old.authenticated_at
    assert new.privacy == Privacy(history=False)


async def test_what_a_visitor_forbade_stays_forbidden_until_it_is_allowed_by_name(edge: Edge) -> None:
    wishes = [{"history": False, "analytics": False}, {"memory": True}, {}, {"history": True}]
    token = edge.host_token()
    for wish in wishes:
        session = await edge.sessions.open(token, PAGE, Wishes(privacy=wish))
        token = edge.tokens.sign(session)
        if wish != wishes[-1]:
            assert not session.privacy.history
    assert session.privacy == Privacy(history=True, memory=True, analytics=False)


async def test_an_anonymous_visitor_keeps_its_name_for_thirty_days(edge: Edge) -> None:
    old = await edge.sessions.open(None, PAGE, ACME)
    edge.clock.advance(29 * 24 * 3600)

    assert (await edge.sessions.open(edge.tokens.sign(old), PAGE, Wishes())).subject == old.subject


async def test_an_anonymous_visitor_whose_origin_was_withdrawn_is_not_renewed(edge: Edge) -> None:
    old = await edge.sessions.open(None, PAGE, ACME)
    edge.manifests.current["acme"] = bundle(tenant={"identity": {}})

    with pytest.raises(Forbidden):
        await edge.sessions.open(edge.tokens.sign(old), PAGE, Wishes())


async def test_a_hosts_word_is_good_for_eight_hours_of_renewals(edge: Edge) -> None:
    session = await edge.sessions.open(edge.host_token(), NO_PAGE, Wishes())
    for _ in range(MAX_RENEWED_SECONDS // 900):
        edge.clock.advance(900)
        session = await edge.sessions.open(edge.tokens.sign(session), NO_PAGE, Wishes())

    edge.clock.advance(900)
    with pytest.raises(Unauthenticated, match="new host token"):
        await edge.sessions.open(edge.tokens.sign(session), NO_PAGE, Wishes())


@pytest.mark.parametrize("headers", [ELSEWHERE, NO_PAGE])
async def test_a_session_of_one_page_is_not_renewed_by_another(edge: Edge, headers: Headers) -> None:
    old = await edge.sessions.open(edge.host_token(), PAGE, Wishes())

    with pytest.raises(Forbidden):
        await edge.sessions.open(edge.tokens.sign(old), headers, Wishes())


async def test_a_session_of_a_tenant_that_left_is_not_renewed(edge: Edge) -> None:
    token = edge.token()
    edge.manifests.current.clear()

    with pytest.raises(Unauthenticated, match="any more"):
        await edge.sessions.open(token, NO_PAGE, Wishes())


async def test_without_any_configuration_nobody_is_turned_away_for_good(edge: Edge) -> None:
    edge.manifests.ready = False

    with pytest.raises(DependencyUnavailable):
        await edge.sessions.open(None, PAGE, ACME)
