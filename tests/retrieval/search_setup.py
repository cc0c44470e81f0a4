"""A search over a fake index, with what a test may turn."""

from __future__ import annotations

from dataclasses import dataclass, field

from libs.common.clock import SystemClock
from libs.common.deadline import Deadline
from services.retrieval.__main__ import search_parts
from services.retrieval.build import Build
from services.retrieval.builds import BuildFolder
from services.retrieval.index import Index
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.search import Search
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import SearchResult
from services.retrieval.served_index import ServedIndex
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import PAGE_KEY, embedded, example, reranking, visitor
from tests.retrieval.example_versions import NoBundles, only

RADIO = example("The radio needs a new battery.", uri="radio.md", url="https://acme.example/radio")
JACKETS = example("Lifejackets hang beside the door.", uri="jackets.md", url="https://acme.example/jackets")
SHELF = example("The radio is on the shelf.", uri="shelf.md", url="https://acme.example/shelf")
BOARD = example("The board sold the radio.", uri="board.md", access=("board",))
FOREIGN = example("The radio of Globex is new.", tenant="globex", uri="radio.md")
EVERYTHING = (RADIO, JACKETS, SHELF, BOARD, FOREIGN)


@dataclass
class Setup:
    """A search over a fake index, with what a test may turn."""

    folder: BuildFolder
    index: FakeIndex = field(default_factory=lambda: FakeIndex(embedded(EVERYTHING)))
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    bundles: NoBundles = field(default_factory=NoBundles)

    def __post_init__(self) -> None:
        clock = SystemClock()
        self.served = ServedIndex(self.folder, self.load, clock)
        self.embedding = QueryEmbedding(self.embedder, 2)
        self.search = Search(
            search_parts(only(self.served), self.embedding, self.bundles, clock, PAGE_KEY, reranking())
        )

    def load(self, build: Build) -> Index:
        return self.index

    async def publish(self, embedder: str = "fake-1", revision: int = 1) -> None:
        self.folder.begin(revision)
        self.folder.publish(self.folder.seal(revision, embedder, {"acme": 4, "globex": 1}))
        await self.served.refresh()

    async def run(
        self,
        text: str = "radio battery",
        *access: str,
        tenant: str = "acme",
        seconds: float = 10.0,
        **more: object,
    ) -> SearchResult:
        query = SearchQuery(text, **more)  # type: ignore[arg-type]
        return await self.search.run(visitor(tenant, *access), query, Deadline.after(seconds, SystemClock()))


def texts(result: SearchResult) -> list[str]:
    return [found.passage.text for found in result.passages]
