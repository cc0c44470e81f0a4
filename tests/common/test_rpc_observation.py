"""What is known of a call when it ends."""

from __future__ import annotations

import asyncio

import pytest

from libs.common.metrics import REGISTRY
from libs.common.rpc_observation import observed_call
from libs.common.tracing import current_trace_id

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def calls(code: str) -> float:
    labels = {"method": "Observed", "code": code}
    return REGISTRY.get_sample_value("causeway_rpc_duration_seconds_count", labels) or 0.0


def test_a_call_continues_its_callers_trace() -> None:
    with observed_call("Observed", {"traceparent": PARENT, "authorization": "Bearer x"}):
        assert current_trace_id() == "0af7651916cd43dd8448eb211c80319c"

    assert current_trace_id() == ""


def test_a_malformed_parent_is_nobodys_child() -> None:
    with observed_call("Observed", {"traceparent": "00-zz-1-1"}):
        assert current_trace_id() == ""


def test_a_failed_call_is_counted_with_its_code_channel_and_kind() -> None:
    before = calls("UNAVAILABLE")

    with observed_call("Observed", {}) as observation:
        observation.failed("UNAVAILABLE", "network", "dependency_unavailable")

    assert calls("UNAVAILABLE") - before == 1
    labels = {"channel": "network", "kind": "dependency_unavailable"}
    assert (REGISTRY.get_sample_value("causeway_errors_total", labels) or 0) >= 1


def test_a_caller_that_leaves_is_counted_as_cancelled() -> None:
    before = calls("CANCELLED")

    with pytest.raises(asyncio.CancelledError), observed_call("Observed", {}):
        raise asyncio.CancelledError

    assert calls("CANCELLED") - before == 1
