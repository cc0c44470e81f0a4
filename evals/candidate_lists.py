"""Both searches' hits for many questions, taken from a set's index itself, to be fused again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial

from evals.set_index import SetIndex
from evals.visitor import TENANT
from libs.embedding.embedder import Embedder
from services.retrieval.builds import BuildFolder
from services.retrieval.index import Hit, Index, Key
from services.retrieval.qdrant_edge.edge_index import open_qdrant_edge
from services.retrieval.serving_copy import ServingCopies
from services.retrieval.visibility import Condition, Visibility

INDEX_VERSION = "main"
DEPTH = 300
"""Hits of each search; fewer are the head of these."""
_VISIBLE = Condition(Visibility(TENANT, frozenset()))


class NothingBuilt(Exception):
    """A set has no published build; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class CandidateLists:
    """What both searches found for a question.

    Attributes:
        near: Hits of the vector search, best first.
        words: Hits of the keyword search, best first.
    """

    near: tuple[Hit, ...]
    words: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The lists of every question by its name, and each passage's document."""

    lists: Mapping[str, CandidateLists]
    document: Mapping[Key, str]


@contextmanager
def opened(index: SetIndex) -> Iterator[Index]:
    """Opens a set's published build in this process, beside whoever serves it.

    Raises:
        NothingBuilt: There is none.
    """
    builds = BuildFolder(index.folder / "retrieval" / "index", INDEX_VERSION)
    pointer = builds.pointer()
    if pointer is None:
        raise NothingBuilt(f"{index.folder} holds no index; run `python -m evals.retrieval` first")
    with closing(ServingCopies(index.folder / "copies")) as copies:
        build = builds.open(pointer)
        folder = copies.take(build)
        with closing(open_qdrant_edge(build, folder, partial(copies.drop, folder))) as engine:
            yield engine


async def candidates_for(
    index: Index, embedder: Embedder, questions: Iterable[tuple[str, str]], depth: int = DEPTH
) -> Candidates:
    """Searches vectors and words for questions, given by name and text."""
    lists: dict[str, CandidateLists] = {}
    document: dict[Key, str] = {}
    for name, text in questions:
        near = await index.nearest(embedder.embed_query(text), _VISIBLE, depth)
        words = await index.keywords(text, _VISIBLE, depth)
        lists[name] = CandidateLists(tuple(near), tuple(words))
        unknown = {hit.key for hit in (*near, *words)} - document.keys()
        for key, stored in (await index.fetch(list(unknown), _VISIBLE)).items():
            document[key] = stored.passage.uri
    return Candidates(lists, document)
