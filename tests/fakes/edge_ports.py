"""The edge's ports without a core behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from libs.common.caller import Caller
from libs.common.errors import CausewayError, DependencyUnavailable, NotFound, RateLimited
from libs.common.manifest_watch import Bundle
from services.edge_gateway.answers import Batch, Question
from services.edge_gateway.conversations import ConversationList, ConversationTurns, Page
from services.edge_gateway.feedback import Feedback
from services.edge_gateway.passages import Passage
from services.edge_gateway.searches import ExplainedSearch, Plan, Wanted
from services.edge_gateway.session import Owner


class FakeManifests:
    """Manifests that a test sets."""

    def __init__(self, *bundles: Bundle) -> None:
        self.current = {bundle.tenant.tenant_id: bundle for bundle in bundles}
        self.ready = True
        self.stale_seconds = 0.0

    def staleness(self) -> float:
        return self.stale_seconds

    def bundle(self, tenant_id: str) -> Bundle:
        if not self.ready:
            raise DependencyUnavailable("The configuration has not arrived yet.")
        if tenant_id not in self.current:
            raise NotFound("There is no such tenant.")
        return self.current[tenant_id]

    def bundles(self) -> Sequence[Bundle]:
        return tuple(self.current.values())


class FakeAnswers:
    """Plays a script: batches are streamed, errors raised, events waited for."""

    def __init__(self) -> None:
        self.script: list[Batch | Exception | asyncio.Event] = []
        self.asked: list[tuple[Caller, Question]] = []
        self.pressures: list[int] = []
        self.resumed: list[tuple[Caller, str, int]] = []
        self.stopped: list[tuple[Caller, str]] = []
        self.stop_error: CausewayError | None = None
        self.running = 0
        self.closed = asyncio.Event()

    def ask(
        self, caller: Caller, question: Question, pressure: int, begun: Callable[[], None]
    ) -> AsyncGenerator[Batch, None]:
        self.asked.append((caller, question))
        self.pressures.append(pressure)
        return self._play(begun)

    def resume(self, caller: Caller, query_id: str, after: int) -> AsyncGenerator[Batch, None]:
        self.resumed.append((caller, query_id, after))
        return self._play()

    async def stop(self, caller: Caller, query_id: str) -> None:
        self.stopped.append((caller, query_id))
        if self.stop_error is not None:
            raise self.stop_error

    async def _play(self, begun: Callable[[], None] = lambda: None) -> AsyncGenerator[Batch, None]:
        self.running += 1
        try:
            for step in self.script:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, Exception):
                    raise step
                else:
                    begun()
                    yield step
        finally:
            self.running -= 1
            self.closed.set()


class FakeConversations:
    """One visitor's conversations, in the order of the test."""

    def __init__(self) -> None:
        self.stored: dict[str, ConversationTurns] = {}
        self.asked: list[tuple[Caller, str, Page]] = []
        self.next_page_token = ""
        self.error: CausewayError | None = None

    async def list(self, caller: Caller, page: Page) -> ConversationList:
        self._note(caller, "", page)
        return ConversationList(tuple(one.conversation for one in self.stored.values()), self.next_page_token)

    async def get(self, caller: Caller, conversation_id: str, page: Page) -> ConversationTurns:
        self._note(caller, conversation_id, page)
        if conversation_id not in self.stored:
            raise NotFound("There is no such conversation.", field="conversation_id")
        return self.stored[conversation_id]

    async def delete(self, caller: Caller, conversation_id: str) -> None:
        self._note(caller, conversation_id, Page())
        self.stored.pop(conversation_id, None)

    def _note(self, caller: Caller, conversation_id: str, page: Page) -> None:
        self.asked.append((caller, conversation_id, page))
        if self.error is not None:
            raise self.error


class FakePassages:
    """Passages in a dictionary."""

    def __init__(self) -> None:
        self.stored: dict[str, Passage] = {}
        self.asked: list[tuple[Caller, str]] = []
        self.error: CausewayError | None = None

    async def get(self, caller: Caller, passage_id: str) -> Passage | None:
        self.asked.append((caller, passage_id))
        if self.error is not None:
            raise self.error
        return self.stored.get(passage_id)


class FakeSearches:
    """Finds what a test put there."""

    def __init__(self) -> None:
        plan = Plan(0, 5, 40, "normalised_sum", 0.5, "", "", 0, 0.0, 0, 1.0, "off")
        self.found = ExplainedSearch("p", "main", 1, 1.5, (), False, plan, (), ())
        self.asked: list[tuple[Caller, Wanted]] = []
        self.error: CausewayError | None = None

    async def explain(self, caller: Caller, wanted: Wanted) -> ExplainedSearch:
        self.asked.append((caller, wanted))
        if self.error is not None:
            raise self.error
        return self.found


class FakeFeedbackRecorder:
    """Votes in a list."""

    def __init__(self) -> None:
        self.recorded: list[tuple[Caller, Feedback]] = []
        self.error: CausewayError | None = None

    async def record(self, caller: Caller, feedback: Feedback) -> None:
        if self.error is not None:
            raise self.error
        self.recorded.append((caller, feedback))


class FakeProbe:
    """A service that is up or down, as told."""

    def __init__(self, up: bool = True) -> None:
        self.up = up
        self.asked = 0

    async def serving(self) -> bool:
        self.asked += 1
        return self.up


class FakeRateLimiter:
    """Admits everybody until it is told otherwise."""

    def __init__(self) -> None:
        self.admitted: list[Owner] = []
        self.exhausted = False

    async def admit(self, owner: Owner) -> None:
        if self.exhausted:
            raise RateLimited("Too many requests; wait a moment.", retry_after_ms=1500)
        self.admitted.append(owner)
