"""What a method asks."""

from __future__ import annotations

from libs.common.rpc_policy import MethodPolicy


def test_a_method_is_about_a_subject_unless_it_says_otherwise() -> None:
    assert MethodPolicy(role="search").subject
