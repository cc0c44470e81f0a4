"""What a caller may see, and that a filter can only narrow it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.caller import Caller
from libs.common.errors import Forbidden
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.visibility import Condition, Visibility, visible_to
from tests.retrieval.example_filters import filters
from tests.retrieval.example_passages import example, visitor

tags = st.frozensets(st.sampled_from("xyz"))
names = st.sampled_from(("acme", "globex"))
passages = st.builds(
    lambda tenant, uri, access: example("text", tenant=tenant, uri=uri, access=tuple(sorted(access))),
    names,
    st.sampled_from(("a/1.md", "a/2.md", "b/1.md")),
    tags,
)


def test_untagged_passages_of_the_own_tenant_are_visible_to_every_visitor() -> None:
    assert visible_to(visitor("acme")).admits(example("text", tenant="acme"))


def test_another_tenants_passages_are_never_visible() -> None:
    assert not visible_to(visitor("acme", "staff")).admits(example("t", tenant="globex"))
    assert not visible_to(visitor("acme", "staff")).admits(example("t", tenant="globex", access=("staff",)))


def test_a_tagged_passage_needs_one_shared_tag() -> None:
    tagged = example("text", access=("staff", "board"))
    assert not visible_to(visitor("acme")).admits(tagged)
    assert not visible_to(visitor("acme", "guests")).admits(tagged)
    assert visible_to(visitor("acme", "board", "guests")).admits(tagged)


def test_a_caller_without_a_tenant_may_see_nothing() -> None:
    with pytest.raises(Forbidden):
        visible_to(Caller("config"))


@given(passages, names, tags, filters)
def test_a_filter_never_admits_what_is_not_visible(
    passage: Passage, tenant: str, access: frozenset[str], own: PassageFilter
) -> None:
    visible = Visibility(tenant, access)
    assert visible.admits(passage) or not Condition(visible, own).admits(passage)


def test_a_condition_asks_for_both_its_parts() -> None:
    passage = example("text", uri="a/1.md", access=("staff",))
    staff = Visibility("acme", frozenset({"staff"}))
    assert Condition(staff, PassageFilter(uri_prefix="a/")).admits(passage)
    assert not Condition(staff, PassageFilter(uri_prefix="b/")).admits(passage)
    assert not Condition(Visibility("acme", frozenset()), PassageFilter(uri_prefix="a/")).admits(passage)
