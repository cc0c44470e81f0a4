"""Work that its caller can go without: the one place where a fault of such work ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from libs.common.errors import CausewayError
from libs.common.logs import logger

log = logger(__name__)

T = TypeVar("T")
U = TypeVar("U")


async def optional(
    step: str,
    work: Awaitable[T],
    otherwise: U,
    skipped: Callable[[str], None],
    quotable: tuple[type[Exception], ...] = (CausewayError,),
) -> T | U:
    """Does what can be gone without: where it fails, says so and goes on.

    A cancelled caller stays cancelled.

    Args:
        step: Names the work in the log.
        work: What is tried.
        otherwise: What there is instead.
        skipped: Told the step's name when it failed.
        quotable: Whose words the log may carry. A stranger's message might quote a visitor.
    """
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - whatever fails in an optional step, the rest still answers
        reason = str(error) if isinstance(error, quotable) else ""
        log.warning("optional_step_failed", step=step, error=type(error).__name__, reason=reason)
        skipped(step)
        return otherwise
