"""Ending a block from outside."""

from __future__ import annotations

import asyncio

import pytest

from services.edge_gateway.interruption import Interruption


async def test_a_block_is_left_early_and_says_why() -> None:
    interruption, reached = Interruption(), []
    asyncio.get_running_loop().call_soon(interruption.interrupt, "disconnected")

    with interruption:
        await asyncio.Event().wait()
        reached.append("end of the block")

    assert interruption.reason == "disconnected"
    assert reached == []
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_block_that_is_not_interrupted_is_left_alone() -> None:
    with Interruption() as interruption:
        pass
    interruption.interrupt("draining")

    assert interruption.reason is None
    await asyncio.sleep(0)


async def test_a_released_block_runs_to_its_end() -> None:
    with Interruption() as interruption:
        interruption.release()
        interruption.interrupt("disconnected")
        await asyncio.sleep(0)

    assert interruption.reason is None


async def test_the_first_reason_counts() -> None:
    with Interruption() as interruption:
        interruption.interrupt("draining")
        interruption.interrupt("disconnected")
        await asyncio.Event().wait()

    assert interruption.reason == "draining"


async def test_an_error_of_the_block_is_raised() -> None:
    with pytest.raises(KeyError), Interruption():
        raise KeyError


async def test_a_cancellation_from_elsewhere_goes_on() -> None:
    interruption = Interruption()
    inside = asyncio.Event()

    async def work() -> None:
        with interruption:
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    interruption.interrupt("draining")
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cleanup_within_the_block_runs() -> None:
    cleaned = []
    with Interruption() as interruption:
        try:
            interruption.interrupt("disconnected")
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    assert cleaned == [True]
