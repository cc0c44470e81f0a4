"""Measures whether a question's language is told, and English never taken for another one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.parallel_pages import parallel_sections
from evals.corpora import DATA
from evals.report import table
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from services.retrieval.question_language import ENGLISH

ASKED: Mapping[str, tuple[str, ...]] = {
    "squad2/queries.jsonl": ("text",),
    "squad2/unanswerable.jsonl": ("text",),
    "scifact/queries.jsonl": ("text",),
    "intents-oos/clinc150_test.jsonl": ("text",),
    "intents-oos/answer_cache_pairs.jsonl": ("a", "b"),
    "mtrag-un-dev/queries.jsonl": ("text",),
    "ocp-docs/queries.jsonl": ("text",),
}
"""Sets of English questions, and under which names a row holds them."""
PAGES = DATA / "docs-fastapi"
LANGUAGES = (ENGLISH, "de", "es", "fr", "pt", "ja", "zh")
_ALL = 1_000_000
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_SHORTEST, _LONGEST = 12, 160
"""Characters of a sentence that is taken for a question's equal."""

Tell = Callable[[str], str]


def run(full: bool) -> str:
    """Tells the language of every question and sentence; all are taken, whatever `full` says."""
    title = "## Languages of questions\n\n"
    for path in (PAGES, *(DATA / name for name in ASKED)):
        if not path.exists():
            return f"{title}Not run: {path} is not here."
    tell = QdrantBm25().language_of
    rows = [row_of(name.partition(".")[0], ENGLISH, _questions(name), tell) for name in ASKED]
    for language, texts in _written().items():
        rows += [row_of(f"FastAPI, {kind}", language, own, tell) for kind, own in texts.items()]
    header = ("of", "language", "texts", "told right", "left open", "taken for English", "for another")
    return f"{title}{table(header, rows)}"


def row_of(name: str, language: str, texts: Sequence[str], tell: Tell) -> list[str]:
    """Returns how many of some texts in a language were told to be in which, as a row of a table."""
    told = Counter(map(tell, texts))
    english = told[ENGLISH] if language != ENGLISH else 0
    others = len(texts) - told[language] - told[""] - english
    share = f"{100 * told[language] / max(1, len(texts)):.1f} %"
    return [name, language, str(len(texts)), share, str(told[""]), str(english), str(others)]


def _questions(name: str) -> list[str]:
    rows = map(json.loads, (DATA / name).read_text(encoding="utf-8").splitlines())
    return [row[field] for row in rows for field in ASKED[name]]


def _written() -> dict[str, dict[str, list[str]]]:
    """Headings, which are key words, and sentences of the pages that every language has."""
    return {
        language: {
            "headings": [section.question for section in sections],
            "sentences": list(_sentences(section.body for section in sections)),
        }
        for language, sections in parallel_sections(PAGES, LANGUAGES, _ALL).items()
    }


def _sentences(bodies: Iterable[str]) -> Iterable[str]:
    for body in bodies:
        yield from (text for text in _SENTENCE_ENDS.split(body) if _SHORTEST <= len(text) <= _LONGEST)
