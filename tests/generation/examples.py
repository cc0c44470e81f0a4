"""Passages, sources and questions that the tests of generation share."""

from __future__ import annotations

from concurrent.futures import Executor

from libs.common.caller import Caller
from libs.common.clock import Clock
from libs.common.conversation_rules import ConversationRules
from libs.common.deadline import Deadline
from libs.common.manifest import Manifest, ModelChain, ModelLink, Policy, Profile, Prompt
from services.generation.alignment import Alignment
from services.generation.answer_log import AnswerLog
from services.generation.chat_model import ChatModel, Message, WritingTask
from services.generation.conversations.conversation import Conversations
from services.generation.conversations.fact_book import FactBook
from services.generation.conversations.recollection import Recollection
from services.generation.conversations.summariser import Summariser
from services.generation.conversations.turn_writer import TurnWriter
from services.generation.conversations.unkept import UnkeptConversations
from services.generation.extractive import ExtractiveAnswerer
from services.generation.making import Making
from services.generation.models import EnvironmentModel, ModelMakers, Models
from services.generation.passage import Passage, Source
from services.generation.question import Question
from services.generation.searcher import Searcher
from services.generation.sentence_ranking import SentenceRanking
from services.generation.tally import Tally
from services.generation.tools import Tools
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_conversations import FakeConversations
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_facts import FakeFacts

ANA = Caller("edge_gateway", "acme", "ana", session="s_1")
BOB = Caller("edge_gateway", "acme", "bob", session="s_2")

TEA = "Tea is served at four in the winter garden. Guests bring their own cups. Biscuits are free."
COFFEE = "The coffee machine stands in the kitchen. It takes coins of one euro. It is cleaned every Friday."
LEAVE = "Annual leave is thirty days a year. Ten days may be carried over. Ask your manager before you book."


def passage(text: str = TEA, **changes: object) -> Passage:
    """A passage with that text."""
    values: dict[str, object] = {
        "passage_id": f"p-{abs(hash(text)) % 10_000}",
        "document_id": "d-1",
        "uri": "house.md",
        "title": "House rules",
        "heading_path": ("Meals",),
        "text": text,
        "score": 0.9,
        "dense": 0.7,
        "url": "https://example.org/house#meals",
    }
    return Passage(**(values | changes))  # type: ignore[arg-type]


def source(n: int = 1, text: str = TEA, **changes: object) -> Source:
    """A numbered source with that text."""
    return Source(n, passage(text, **changes), text)


def task(question: str = "When is tea served?", *sources: Source) -> WritingTask:
    """What a model is asked to write."""
    offered = sources or (source(),)
    messages = (Message("system", "Answer from the sources."), Message("user", question))
    return WritingTask(question, "en", offered, messages, 200)


def question(text: str = "When is tea served?", **changes: object) -> Question:
    """A valid question."""
    values: dict[str, object] = {
        "query_id": "q_" + "a" * 24,
        "body_hash": "0" * 64,
        "text": text,
        "manifest_id": "1" * 64,
        "conversation_id": "c_1",
    }
    return Question(**(values | changes))  # type: ignore[arg-type]


def manifest(*links: ModelLink, policy: Policy | None = None) -> Manifest:
    """A manifest with that chain of models; the extractive answerer alone by default."""
    return Manifest(
        tenant_id="acme",
        model_version="local-1",
        prompt_version="cited-1",
        policy_version="default-1",
        retrieval_profile="balanced-1",
        index_version="main",
        models=ModelChain(chain=links or (ModelLink(kind="extractive"),)),
        prompt=Prompt(system="Answer in {{language}}.", user="{{sources}}\n\nQuestion: {{question}}"),
        policy=policy or Policy(),
        profile=Profile(),
    )


def tools(
    executor: Executor, searcher: Searcher, clock: Clock, models: dict[str, ChatModel] | None = None
) -> Tools:
    """What answers are made with; models by the names that a manifest gives them."""
    named, embedder = models if models is not None else {}, FakeEmbedder()
    makers = ModelMakers(
        direct=lambda name, base_url, key: named[name],
        litellm=lambda name, base_url, key: named[name],
        extractive=lambda least: ExtractiveAnswerer(
            SentenceRanking(embedder), Alignment(embedder), executor, least
        ),
    )
    models_of = Models(EnvironmentModel(), makers)
    known = recollection(FakeConversations(clock), models_of, executor, clock)
    return Tools(searcher, models_of, embedder, executor, clock, "test", known)


def recollection(
    conversations: Conversations, models: Models, executor: Executor, clock: Clock, **rules: bool
) -> Recollection:
    """What is known of conversations, with a writer that nobody runs: what it takes, it has at hand."""
    return Recollection(
        conversations,
        FactBook(FakeFacts(), FakeEmbedder(), clock),
        TurnWriter(conversations, executor),
        UnkeptConversations(clock),
        Summariser(conversations, models, executor),
        lambda tenant: ConversationRules(**rules),
        executor,
        clock,
    )


def making(
    executor: Executor,
    searcher: Searcher,
    *links: ModelLink,
    asked: Question | None = None,
    models: dict[str, ChatModel] | None = None,
    seconds: float = 30.0,
    clock: Clock | None = None,
) -> Making:
    """An answer in the making."""
    clock = clock or FakeClock()
    turn = Turn.of(asked or question(), ANA, manifest(*links), Deadline.after(seconds, clock))
    return Making(turn, tools(executor, searcher, clock, models), AnswerLog(clock), Tally(clock))
