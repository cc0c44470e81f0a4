"""The text of the upstream's answers: like a model's, it takes up the words of the sources and cites them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, count, cycle, islice

FIRST_WORD = "According"
"""How every answer begins, so that a reader knows the first token when it sees it."""

_SOURCE = re.compile(r'<source n="(\d+)"[^>]*>\n(.*?)\n</source>', re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_WORDS_A_SENTENCE = 17
_LEFT_OUT = 4
"""Every fourth word of a source is left out: the text is near its sentences, and never a quotation."""
_MOST_CITED = 3
_FILLING = (
    "the service keeps each document with its state and tells readers which part of it an answer rests on "
    "so that nobody has to trust a sentence whose source cannot be opened and read in its own place"
)


def answer_tokens(prompt: str, tokens: int, *, cited: bool) -> list[str]:
    """Returns the tokens of an answer: words, full stops and citation markers.

    Args:
        prompt: What the model was asked; the numbered sources in it give the words.
        tokens: How many there are to be.
        cited: Whether each sentence names a source; without sources none does.
    """
    sources = [(n, _WORD.findall(text)) for n, text in _SOURCE.findall(prompt)] if cited else []
    sources = [(n, words) for n, words in sources if len(words) > _WORDS_A_SENTENCE][:_MOST_CITED]
    sentences = _cited(sources) if sources else _plain()
    return [FIRST_WORD, *islice(chain.from_iterable(sentences), max(0, tokens - 1))]


def _cited(sources: Sequence[tuple[str, list[str]]]) -> Iterator[list[str]]:
    for turn, (n, words) in zip(count(), cycle(sources), strict=False):
        start = (turn // len(sources)) * _WORDS_A_SENTENCE % (len(words) - _WORDS_A_SENTENCE)
        stretch = words[start : start + _WORDS_A_SENTENCE * _LEFT_OUT // (_LEFT_OUT - 1) + 1]
        kept = [word for place, word in enumerate(stretch) if place % _LEFT_OUT]
        yield [*_sentence(kept[:_WORDS_A_SENTENCE], begins=turn > 0), f" [{n}]", "."]


def _plain() -> Iterator[list[str]]:
    words = cycle(_FILLING.split())
    for turn in count():
        yield [*_sentence(list(islice(words, _WORDS_A_SENTENCE + 1)), begins=turn > 0), "."]


def _sentence(words: Sequence[str], *, begins: bool) -> list[str]:
    if begins:
        words = [words[0].capitalize(), *words[1:]]
    return [" " + word for word in words]
