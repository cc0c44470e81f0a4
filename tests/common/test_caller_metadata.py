"""A caller, written into metadata and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.caller import Caller, Privacy
from libs.common.caller_metadata import PREFIX, asserted_tenant, from_metadata, to_metadata
from libs.common.errors import Forbidden, InvalidRequest
from libs.common.service_tokens import ServiceIdentity

EDGE = ServiceIdentity("edge", frozenset({"act_for", "search"}), None, frozenset(), 0.0)
TEAM = ServiceIdentity("wiki", frozenset({"search"}), "demo", frozenset({"hr"}), 0.0)

words = st.text(min_size=1, max_size=80).filter(
    lambda text: text.encode("utf-8", "ignore").decode() == text and "\x00" not in text
)
callers = st.builds(
    Caller,
    service=st.just("edge"),
    tenant=words,
    subject=words,
    access=st.frozensets(words, max_size=6),
    plan=words,
    session=words,
    locale=words,
    privacy=st.builds(Privacy, st.booleans(), st.booleans(), st.booleans()),
)


@given(callers)
def test_every_caller_survives_the_hop(caller: Caller) -> None:
    metadata = to_metadata(caller)
    assert all(value.isascii() and (not value or value.isprintable()) for _, value in metadata)
    assert from_metadata(EDGE, dict(metadata), subject_required=True) == caller


def test_what_is_not_said_is_not_allowed() -> None:
    asserted = {PREFIX + "tenant": "demo", PREFIX + "subject": "ana"}
    caller = from_metadata(EDGE, asserted, subject_required=True)
    assert caller == Caller("edge", "demo", "ana", privacy=Privacy(False, False, False))


def test_a_call_about_no_subject_needs_no_right_to_act_for_one() -> None:
    plain = ServiceIdentity("edge", frozenset(), None, frozenset(), 0.0)
    assert from_metadata(plain, {}, subject_required=False) == Caller("edge")
    with pytest.raises(Forbidden):
        from_metadata(plain, dict(to_metadata(Caller("edge", "demo", "ana"))), subject_required=True)


@pytest.mark.parametrize("subject_required", [True, False])
def test_a_tenants_token_is_its_own_subject_whatever_the_call_is_about(subject_required: bool) -> None:
    caller = from_metadata(TEAM, {}, subject_required=subject_required)
    assert caller.owner == ("demo", "service:wiki")
    assert sorted(caller.access) == ["hr"]


@pytest.mark.parametrize("subject_required", [True, False])
@pytest.mark.parametrize("name", ["tenant", "subject", "access", "plan", "session", "privacy", "locale"])
def test_a_tenants_token_may_assert_nothing_at_all(subject_required: bool, name: str) -> None:
    with pytest.raises(Forbidden):
        from_metadata(TEAM, {PREFIX + name: ""}, subject_required=subject_required)


@pytest.mark.parametrize("name", ["tenant", "subject", "access", "plan", "session", "locale"])
@pytest.mark.parametrize("value", ["%FF", "%C3%28", "a" * 4097, "%ED%A0%80", "a%00"])
def test_a_value_that_is_not_short_percent_encoded_text_is_refused_by_name(name: str, value: str) -> None:
    asserted = {PREFIX + "tenant": "demo", PREFIX + "subject": "ana", PREFIX + name: value}
    with pytest.raises(InvalidRequest) as caught:
        from_metadata(EDGE, asserted, subject_required=True)
    assert caught.value.field == PREFIX + name


def test_a_tag_with_a_comma_stays_one_tag() -> None:
    caller = Caller("edge", "demo", "ana", access=frozenset({"a,b", "c"}))
    asserted = dict(to_metadata(caller))
    assert asserted[PREFIX + "access"] == "a%2Cb,c"
    assert from_metadata(EDGE, asserted, subject_required=True).access == caller.access


@pytest.mark.parametrize(
    ("identity", "metadata", "tenant"),
    [
        (TEAM, (), "demo"),
        (EDGE, (("x-causeway-tenant", "a%2Fb"),), "a/b"),
        (EDGE, (), None),
        (EDGE, (("x-causeway-tenant", "a"), ("x-causeway-tenant", "b")), None),
        (EDGE, (("x-causeway-tenant", b"a"),), None),
        (ServiceIdentity("edge", frozenset(), None, frozenset(), 0.0), (("x-causeway-tenant", "a"),), None),
    ],
)
def test_whose_call_it_is_can_be_told_in_haste(
    identity: ServiceIdentity, metadata: tuple[tuple[str, str | bytes], ...], tenant: str | None
) -> None:
    assert asserted_tenant(identity, metadata) == tenant
