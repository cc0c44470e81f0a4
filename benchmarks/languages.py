"""How well the default search finds in other languages than English: `python -m benchmarks.languages`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.conditions import load_now, observe
from benchmarks.data_folder import models_folder
from benchmarks.load import ROOT
from benchmarks.parallel_pages import Section, parallel_sections
from benchmarks.report import RESULTS, Cell, Report, Table, write_results
from libs.common.clock import SystemClock, rfc3339
from libs.common.manifest import Profile
from libs.embedding.choice import EmbeddingChoice, open_chosen
from libs.embedding.embedder import Embedder, Vectors
from services.retrieval.builds import BuildFolder
from services.retrieval.fusion import fuse
from services.retrieval.index import Hit, Index, Key
from services.retrieval.passage import Passage
from services.retrieval.passage_payload import number_of
from services.retrieval.qdrant_edge.edge_builder import QdrantEdgeBuilder
from services.retrieval.qdrant_edge.edge_index import open_qdrant_edge
from services.retrieval.serving_copy import ServingCopies
from services.retrieval.visibility import Condition, Visibility

FOLDER = ROOT / ".causeway-bench"
PAGES = ROOT.parent / "shared" / "data" / "docs-fastapi"
LANGUAGES = ("en", "de", "es", "fr", "pt", "ja", "zh")
SECTIONS = 300
AT = 5
_LEANING = 0.3
"""Weight of the vectors where a profile leans on words."""


@dataclass(frozen=True, slots=True)
class Found:
    """Share of the questions whose section is among the first five, by how it was searched.

    Attributes:
        vectors: By meaning alone.
        words: By words alone.
        hybrid: By the default profile.
        leaning: By a profile that gives the vectors a weight of 0.3.
    """

    vectors: float
    words: float
    hybrid: float
    leaning: float


class Corpora:
    """The sections of every language in one index of the product, each language as a tenant of its own.

    Args:
        index: The index.
        embedder: Its embedder.
        sections: The sections by language.
    """

    def __init__(self, index: Index, embedder: Embedder, sections: Mapping[str, Sequence[Section]]) -> None:
        self._index = index
        self._sections = sections
        self._asked = {
            language: embedder.embed_passages([section.question for section in own])
            for language, own in sections.items()
        }

    async def ask(self, asked: str, searched: str) -> Found:
        """Asks the questions of one language for the sections of another, or of the same."""
        counts = [0, 0, 0, 0]
        condition = Condition(Visibility(searched, frozenset()))
        profile = Profile()
        for place, section in enumerate(self._sections[asked]):
            near = await self._index.nearest(self._asked[asked][place], condition, profile.prefetch)
            words = await self._index.keywords(section.question, condition, profile.prefetch)
            right = number_of(passage_id(searched, place))
            mixed = [
                [one.key for one in fuse(profile.fusion, near, words, weight)]
                for weight in (profile.dense_weight, _LEANING)
            ]
            for number, ranking in enumerate([_keys(near), _keys(words), *mixed]):
                counts[number] += right in ranking[:AT]
        total = len(self._sections[asked])
        return Found(*(count / total for count in counts))


def passage_id(language: str, place: int) -> str:
    """The id of a section: a UUID that says where it stands."""
    return f"{LANGUAGES.index(language):02d}{place:06d}-0000-4000-8000-000000000000"


def passages_of(
    sections: Mapping[str, Sequence[Section]], embedder: Embedder
) -> Iterator[tuple[Passage, Vectors]]:
    """Yields the sections as passages without headings, so that no question stands in its own answer."""
    for language, own in sections.items():
        vectors = embedder.embed_passages([section.body for section in own])
        for place, (section, vector) in enumerate(zip(own, vectors, strict=True)):
            passage = Passage(
                passage_id=passage_id(language, place),
                tenant=language,
                document_id=section.key,
                uri=section.key,
                url="",
                title="",
                heading_path=(),
                text=section.body,
                start=0,
                end=len(section.body),
                updated_at="2026-01-01T00:00:00Z",
                language=language,
            )
            yield passage, vector


async def measure(sections: Mapping[str, Sequence[Section]], embedder: Embedder, folder: Path) -> list[Table]:
    """Builds the index in a folder and asks every language in every other."""
    builder = QdrantEdgeBuilder(BuildFolder(folder, "main"), embedder.identity, embedder.dimensions)
    count = sum(len(own) for own in sections.values())
    build = builder.build(1, passages_of(sections, embedder), count, lambda *_: None)
    copies = ServingCopies(folder / "copies")
    copy = copies.take(build)
    index = open_qdrant_edge(build, copy, partial(copies.drop, copy))
    corpora = Corpora(index, embedder, sections)
    languages = tuple(sections)
    found = {(a, b): await corpora.ask(a, b) for a in languages for b in languages}
    index.close()
    copies.close()
    return [_same(languages, found), _across(languages, found)]


def _same(languages: Sequence[str], found: Mapping[tuple[str, str], Found]) -> Table:
    rows: list[list[Cell]] = []
    for language in languages:
        one = found[language, language]
        rows.append([language, *(f"{s:.3f}" for s in (one.vectors, one.words, one.hybrid, one.leaning))])
    columns = ["language", "vectors", "words", "hybrid (default)", f"hybrid, vectors {_LEANING:g}"]
    return Table(f"Question and documents in the same language, recall@{AT}", columns, rows)


def _across(languages: Sequence[str], found: Mapping[tuple[str, str], Found]) -> Table:
    rows: list[list[Cell]] = [
        [asked, *(f"{found[asked, searched].hybrid:.3f}" for searched in languages)] for asked in languages
    ]
    columns = ["asked in, documents in", *languages]
    return Table(
        f"Question in one language, documents in another, hybrid (default), recall@{AT}", columns, rows
    )


def _keys(hits: Sequence[Hit]) -> list[Key]:
    return [hit.key for hit in hits]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and writes the results; returns the exit code."""
    asked = _parser().parse_args(arguments)
    if not asked.pages.is_dir():
        sys.stderr.write(f"languages: {asked.pages} is not there; name a folder of parallel pages.\n")
        return 1
    before = load_now()
    choice = EmbeddingChoice(model=asked.model)
    embedder = open_chosen(choice, models_folder(asked.folder), threads=2)
    sections = parallel_sections(asked.pages, LANGUAGES, asked.sections)
    with tempfile.TemporaryDirectory() as place:
        tables = asyncio.run(measure(sections, embedder, Path(place)))
    report = Report(
        name="languages",
        title=f"searching in other languages, {choice.identity}",
        setting=(
            f"{len(sections[LANGUAGES[0]])} sections of documentation that exist in {len(LANGUAGES)} "
            "languages. A question is a page's title and a section's heading; what is searched is the text "
            "below the headings. The index is the product's, with the default profile."
        ),
        tables=tables,
        load=(before, load_now()),
    )
    now = rfc3339(SystemClock().now())
    path = write_results(asked.results, "languages", observe(ROOT, now, "not pinned"), [report])
    print(path.read_text(encoding="utf-8"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.languages",
        description="Asks for sections of parallel pages, in each language for each.",
        epilog="example: python -m benchmarks.languages --model intfloat/multilingual-e5-large",
    )
    parser.add_argument("--model", default="", help="a model of fastembed; the default model by default")
    parser.add_argument("--sections", type=int, default=SECTIONS, help="sections of each language")
    parser.add_argument("--pages", type=Path, default=PAGES, help="a folder with one of pages a language")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where models are kept")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the results are written")
    return parser


if __name__ == "__main__":
    sys.exit(main())
