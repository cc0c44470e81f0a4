"""What can be gone without: its faults end in one place, which says so without quoting anybody."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from libs.common.errors import DependencyUnavailable
from libs.common.optional import optional


async def raised(error: BaseException) -> NoReturn:
    raise error


async def made() -> str:
    return "made"


async def test_work_that_succeeds_is_nothing_to_speak_of() -> None:
    skipped: list[str] = []

    with capture_logs() as logs:
        assert await optional("suggest", made(), None, skipped.append) == "made"

    assert (skipped, logs) == ([], [])


@pytest.mark.parametrize("error", [ValueError("x"), TimeoutError(), KeyError("x")])
async def test_whatever_fails_the_caller_gets_the_other_thing_and_is_told(error: Exception) -> None:
    skipped: list[str] = []

    assert await optional("suggest", raised(error), (), skipped.append) == ()

    assert skipped == ["suggest"]


async def test_the_log_quotes_our_own_errors_and_nobody_elses() -> None:
    ours = DependencyUnavailable("The index does not answer.")

    with capture_logs() as logs:
        await optional("suggest", raised(ours), None, lambda _: None)
        await optional("suggest", raised(ValueError("my card is 4111 1111")), None, lambda _: None)

    assert [(entry["error"], entry["reason"]) for entry in logs] == [
        ("DependencyUnavailable", "The index does not answer."),
        ("ValueError", ""),
    ]


async def test_a_caller_can_vouch_for_more_errors() -> None:
    with capture_logs() as logs:
        await optional("suggest", raised(LookupError("shard 3")), None, lambda _: None, (LookupError,))

    assert [entry["reason"] for entry in logs] == ["shard 3"]


async def test_a_cancelled_caller_stays_cancelled() -> None:
    skipped: list[str] = []

    with pytest.raises(asyncio.CancelledError):
        await optional("suggest", raised(asyncio.CancelledError()), None, skipped.append)

    assert skipped == []
