"""What may be kept of a visitor's words."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from libs.common.caller import Privacy
from libs.common.conversation_rules import ConversationRules
from libs.common.errors import NotFound
from services.generation.conversations.consent import Consent, consent_of
from tests.generation.examples import ANA


@pytest.mark.parametrize(("tenant", "visitor"), list(product(product((True, False), repeat=2), repeat=2)))
def test_only_what_both_allow_is_kept(tenant: tuple[bool, bool], visitor: tuple[bool, bool]) -> None:
    rules = ConversationRules(history=tenant[0], memory=tenant[1])
    caller = replace(ANA, privacy=Privacy(history=visitor[0], memory=visitor[1]))
    history = tenant[0] and visitor[0]
    assert consent_of(caller, lambda _: rules) == Consent(history, history and tenant[1] and visitor[1])


def test_nothing_is_kept_where_the_tenants_rules_are_not_known() -> None:
    def unknown(_: str) -> ConversationRules:
        raise NotFound("There is no such tenant.")

    caller = replace(ANA, privacy=Privacy(memory=True))
    assert consent_of(caller, unknown) == Consent(history=False, memory=False)


def test_a_visitor_who_says_nothing_has_a_history_and_no_memory() -> None:
    assert consent_of(ANA, lambda _: ConversationRules(memory=True)) == Consent(history=True, memory=False)
