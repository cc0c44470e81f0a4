"""What a caller may see, and that a filter can only narrow it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.caller import Caller
from libs.common.errors import Forbidden
from services.retrieval.passage import Passage
from services.retrieval.visibility import Condition, Visibility, visible_to
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


@given(passages, names, tags, st.lists(st.sampled_from(("d-acme-a/1.md", "d-globex-b/1.md"))), st.text())
def test_a_filter_never_admits_what_is_not_visible(
    passage: Passage, tenant: str, access: frozenset[str], documents: list[str], prefix: str
) -> None:
    visible = Visibility(tenant, access)
    narrowed = Condition(visible, tuple(documents), prefix)
    assert visible.admits(passage) or not narrowed.admits(passage)


def test_a_filter_narrows_to_documents_and_to_a_prefix() -> None:
    visible = Visibility("acme", frozenset())
    passage = example("text", uri="a/1.md")
    assert Condition(visible, (passage.document_id,), "a/").admits(passage)
    assert not Condition(visible, ("another",), "a/").admits(passage)
    assert not Condition(visible, (), "b/").admits(passage)
