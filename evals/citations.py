"""Citations: whether a cited passage supports its sentence, and whether unknown numbers get out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from benchmarks.data_folder import models_folder
from evals.corpora import FOLDER, SQUAD2, Corpus, squad2_documents
from evals.kept_vectors import KeptVectors
from evals.passage_search import search_all
from evals.report import table
from evals.running import running, say
from evals.separation import auc
from evals.squad2 import CONTEXT_TOKENS, quoted_text, squad_questions
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.claims import Claim, ClaimReader
from services.generation.context import assemble
from services.generation.markers import MarkerFilter
from services.generation.passage import Found, Source
from services.generation.sentence_ranking import SentenceRanking
from services.generation.support import SupportMeter

_HEADING = "## Citations"
_SAMPLE, _ALL = 150, 600
"""Questions of the held-out half whose answers are looked at."""
SUPPORTED = 0.5
"""Support from which a passage is counted as supporting a sentence."""
UNKNOWN = ("[99]", "[98, 97]", "【96】", "[^95]", "[Source 94]", "[91-93]", "[９９]", "[ 90 ]", "[1;89]")
"""Citations of what was not offered, in the forms that models write; the last mixes one in."""
_NUMBERED = re.compile(r"\[(\d{1,3})\]")
_AFTER_SENTENCE = re.compile(r"(?<=\[\d\])")


@dataclass(frozen=True, slots=True)
class CitationFigures:
    """What was found.

    Attributes:
        sentences: Cited sentences of the answers.
        supported: Share of them that a passage which they cite supports.
        separation: How well support tells the cited passage from another one: AUC.
        planted: Unknown numbers that were put into scripted answers.
        released: Those that got out.
    """

    sentences: int
    supported: float
    separation: float
    planted: int
    released: int


def run(full: bool) -> str:
    """Measures the extractive answerer's citations, and scripted ones."""
    if SQUAD2.absence:
        return f"{_HEADING}\n\nNot run: {SQUAD2.absence}."
    asked = squad_questions(SQUAD2.folder, _ALL if full else _SAMPLE)["held_out"].answerable
    texts = [question.text for question in asked]
    with running(Corpus(SQUAD2.name, squad2_documents(FOLDER))) as settings:
        found = asyncio.run(search_all(settings, texts))
    vectors = KeptVectors(open_embedder(models_folder(FOLDER)), FOLDER)
    say(f"citations: checking {len(texts)} answers")
    figures = measure(texts, found, SentenceRanking(vectors), SupportMeter(vectors))
    vectors.save()
    return f"{_HEADING}\n\n{citations_report(figures)}"


def measure(
    questions: Sequence[str], found: Mapping[str, Found], ranking: SentenceRanking, meter: SupportMeter
) -> CitationFigures:
    """Has questions answered, and checks what the answers cite.

    Args:
        questions: What is asked, in English.
        found: What was found for each.
        ranking: Chooses what is quoted.
        meter: Measures support.
    """
    own: list[float] = []
    other: list[float] = []
    planted = released = 0
    unknown = cycle(UNKNOWN)
    for question in questions:
        sources = {source.n: source for source in assemble(found[question].passages, CONTEXT_TOKENS)}
        ranked = ranking.rank(question, tuple(sources.values()), "en")
        answer = quoted_text(question, ranked)
        _, claims = streamed(answer, sources)
        for claim in claims:
            own.append(max(meter.measure(claim.text, sources[number]).value for number in claim.numbers))
            wrong = [source for n, source in sources.items() if n not in claim.numbers][:1]
            other += [meter.measure(claim.text, source).value for source in wrong]
        scripted, count = _with_unknown(answer, unknown)
        planted += count
        text, _ = streamed(scripted, sources)
        released += sum(int(number) not in sources for number in _NUMBERED.findall(text))
    supported = sum(value >= SUPPORTED for value in own) / max(1, len(own))
    return CitationFigures(len(own), supported, auc(own, other), planted, released)


def streamed(answer: str, sources: Mapping[int, Source]) -> tuple[str, list[Claim]]:
    """Returns what readers get of a model's answer that arrives character by character, and what it cites.

    Args:
        answer: The model's words.
        sources: What it may cite, by number.
    """
    markers, reader = MarkerFilter(sources), ClaimReader()
    parts = [part for character in answer for part in markers.feed(character)] + markers.flush()
    claims: list[Claim] = []
    for part in parts:
        if isinstance(part, int):
            reader.marker(part)
        else:
            claims += reader.text(part)
    claims += reader.end()
    text = "".join(part if isinstance(part, str) else f"[{part}]" for part in parts)
    return text, [claim for claim in claims if claim.numbers]


def citations_report(figures: CitationFigures) -> str:
    """The figures as a table."""
    rows = [
        ("cited sentences, quoted", str(figures.sentences), ""),
        ("supported by a passage that they cite", f"{100 * figures.supported:.1f} %", "≥ 95 %"),
        ("support, cited passage against another: AUC", f"{figures.separation:.3f}", ""),
        ("numbers that were not offered, scripted", str(figures.planted), ""),
        ("of these released", str(figures.released), "0"),
    ]
    return table(("what", "measured", "target"), rows)


def _with_unknown(answer: str, unknown: Iterator[str]) -> tuple[str, int]:
    """Puts citations of what was not offered after every cited sentence."""
    pieces = [piece for piece in _AFTER_SENTENCE.split(answer) if piece]
    return "".join(piece + next(unknown) for piece in pieces), len(pieces)
