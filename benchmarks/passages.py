"""Texts for a large index, and questions about them."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from services.retrieval.passage import Passage

_CORPORA = ("squad2", "scifact", "ocp-docs")
_QUESTIONS = ("squad2", "scifact")
_LONGEST = 900
"""Characters of a passage: about 200 tokens, as the chunker makes them."""
_PER_DOCUMENT = 12
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
_SYLLABLES = ("ka", "ren", "to", "mi", "sel", "vor", "an", "dri", "pol", "ue", "gat", "lin", "os", "fer")


@dataclass(frozen=True, slots=True)
class Texts:
    """What the index is made of.

    Attributes:
        real: Passages as people wrote them; generated ones where there are none.
        questions: What is asked.
        origin: Where both come from, in words.
    """

    real: tuple[str, ...]
    questions: tuple[str, ...]
    origin: str

    @property
    def digest(self) -> str:
        """Tells texts from others: eight hexadecimal digits."""
        return hashlib.sha256("\0".join(self.real).encode()).hexdigest()[:8]


def load_texts(data: Path, seed: int = 7) -> Texts:
    """Reads published passages and questions below a folder; makes some up where it has none.

    Args:
        data: Holds `<corpus>/corpus.jsonl` and `<corpus>/queries.jsonl` in the form of BEIR.
        seed: Decides what is made up.
    """
    passages = [line for name in _CORPORA for line in _lines(data / name / "corpus.jsonl")]
    questions = [line["text"] for name in _QUESTIONS for line in _lines(data / name / "queries.jsonl")]
    if passages and questions:
        texts = tuple(f"{line.get('title', '')}. {line['text']}"[:_LONGEST] for line in passages)
        random.Random(seed).shuffle(questions)
        return Texts(texts, tuple(questions), f"{len(texts):,} passages of {', '.join(_CORPORA)}")
    chance = random.Random(seed)
    words = _vocabulary(chance, 20_000)
    made = tuple(_prose(chance, words, 140) for _ in range(2_000))
    asked = tuple(" ".join(_prose(chance, words, 9).split()).rstrip(".") + "?" for _ in range(500))
    return Texts(made, asked, "generated words: no published corpus was found")


def mixed_passages(texts: Texts, count: int, tenant: str, seed: int = 7) -> Iterator[Passage]:
    """Yields so many passages: the real ones first, then mixtures of their sentences.

    Args:
        texts: What they are made of.
        count: How many there are to be.
        tenant: Whose they are.
        seed: Decides the mixtures.
    """
    chance = random.Random(seed)
    sentences = [part for text in texts.real for part in text.split(". ") if 20 < len(part) < 400]
    for number in range(count):
        real = number < len(texts.real)
        text = texts.real[number] if real else _mixture(chance, sentences)
        yield _passage(number, text, tenant)


def passage_id(number: int) -> str:
    """The id of the passage with a number."""
    return str(uuid.uuid5(_NAMESPACE, f"passage {number}"))


def _mixture(chance: random.Random, sentences: Sequence[str]) -> str:
    text = ""
    while len(text) < _LONGEST * 2 // 3:
        text += chance.choice(sentences) + ". "
    return text.strip()[:_LONGEST]


def _passage(number: int, text: str, tenant: str) -> Passage:
    document = number // _PER_DOCUMENT
    return Passage(
        passage_id=passage_id(number),
        tenant=tenant,
        document_id=str(uuid.uuid5(_NAMESPACE, f"document {document}")),
        uri=f"bench/{document}.md",
        url="",
        title=f"Document {document}",
        heading_path=(f"Document {document}", f"Section {number % _PER_DOCUMENT}"),
        text=text,
        start=0,
        end=len(text),
        updated_at="2026-01-01T00:00:00Z",
    )


def _lines(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        for line in path.read_bytes().splitlines():
            yield orjson.loads(line)


def _vocabulary(chance: random.Random, size: int) -> list[str]:
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(size)]


def _prose(chance: random.Random, words: Sequence[str], length: int) -> str:
    # Rank r of n is drawn about as often as 1/r, as words are in a language (Zipf).
    drawn = [words[int(len(words) ** chance.random()) - 1] for _ in range(length)]
    sentences = [" ".join(drawn[at : at + 14]).capitalize() for at in range(0, length, 14)]
    return ". ".join(sentences) + "."
