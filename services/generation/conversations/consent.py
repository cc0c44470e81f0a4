"""What may be kept of a visitor's words: what both the tenant and the visitor allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from libs.common.caller import Caller
from libs.common.conversation_rules import ConversationRules
from libs.common.errors import CausewayError

RulesOf: TypeAlias = Callable[[str], ConversationRules]
"""Returns a tenant's rules, or raises a CausewayError where the tenant is not known."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What may be kept.

    Attributes:
        history: The conversation, beyond its running.
        memory: What the visitor asks to have remembered, across conversations.
    """

    history: bool
    memory: bool


def consent_of(caller: Caller, rules_of: RulesOf) -> Consent:
    """Returns what may be kept of a caller's words; nothing where the tenant's rules are not at hand.

    Facts belong to the conversation in which they were said, so that without history there is no memory.
    """
    try:
        rules = rules_of(caller.tenant)
    except CausewayError:
        return Consent(history=False, memory=False)
    history = caller.privacy.history and rules.history
    return Consent(history, history and caller.privacy.memory and rules.memory)
