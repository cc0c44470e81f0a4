"""What the steps of an answer share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from services.generation.events import Notice
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import making, question


async def test_a_notice_is_in_the_readers_language(executor: ThreadPoolExecutor) -> None:
    asked = question("Wann wird hier eigentlich der Tee serviert?")
    made = making(executor, ScriptedSearcher(), asked=asked)
    made.notify("degraded", "degraded")
    ((_, event),) = await anext(made.log.read(0, lambda: 0.0))
    assert isinstance(event, Notice)
    assert (event.code, event.text[:9]) == ("degraded", "Die Suche")
