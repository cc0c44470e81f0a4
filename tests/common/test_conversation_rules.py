"""What a tenant lets be kept."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from libs.common.conversation_rules import ConversationRules
from libs.common.manifest import Tenant

BARE = {"tenant_id": "acme", "name": "Acme"}


def test_conversations_are_kept_for_a_month_and_nothing_is_remembered_across_them() -> None:
    rules = Tenant.model_validate(BARE).conversations
    assert (rules.history, rules.memory, rules.retention_days) == (True, False, 30)


def test_a_tenant_that_says_nothing_is_written_as_before() -> None:
    assert b"conversations" not in Tenant.model_validate(BARE).to_json()
    own = Tenant.model_validate(BARE | {"conversations": {"retention_days": 7}})
    assert Tenant.model_validate_json(own.to_json()) == own


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_days_that_nobody_can_mean_are_refused(days: int) -> None:
    with pytest.raises(ValidationError, match="retention_days"):
        ConversationRules(retention_days=days)
