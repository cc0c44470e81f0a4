"""Tells the language of a document and of its passages, without a model from a hub."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from services.retrieval.parsed_document import ParsedDocument

LEAST_LETTERS = 60
"""A shorter passage is taken to be in the language of its document."""
LEAST_DOCUMENT_LETTERS = 20
LIKELY = 0.5
"""Probability from which on a document's language counts as known."""
SURE = 0.8
"""Probability from which on a passage counts as being in another language than its document."""

_SAMPLE = 4000
_PASSAGE_SAMPLE = 200
"""Characters by which a passage is told; more of them tell hardly more, and take longer."""
_PROSE = ("paragraph", "list", "quote", "heading")

Classify = Callable[[str], tuple[str, float]]


class Languages:
    """Tells languages.

    Args:
        classify: Returns the likeliest language of a text, ISO 639-1, and its probability.
    """

    def __init__(self, classify: Classify | None = None) -> None:
        self._classify = classify or _py3langid

    def of_document(self, parsed: ParsedDocument) -> str:
        """Returns the language of a document's prose, or "" if there is too little of it."""
        sample: list[str] = []
        room = _SAMPLE
        for block in parsed.blocks:
            if block.kind in _PROSE and room > 0:
                sample.append(parsed.text[block.start : min(block.end, block.start + room)])
                room -= len(sample[-1])
        text = "\n".join(sample) or parsed.text[:_SAMPLE]
        if _letters(text) < LEAST_DOCUMENT_LETTERS:
            return ""
        language, probability = self._classify(text)
        return language if probability >= LIKELY else ""

    def of_passage(self, text: str, document: str) -> str:
        """Returns the language of a passage: its document's, unless it is surely in another one.

        Args:
            text: The passage.
            document: The language of its document, perhaps with a region; may be empty.
        """
        usual = document.partition("-")[0]
        sample = text[:_PASSAGE_SAMPLE]
        if _letters(sample) < LEAST_LETTERS:
            return usual
        language, probability = self._classify(sample)
        return language if not usual or (language != usual and probability >= SURE) else usual


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _py3langid(text: str) -> tuple[str, float]:
    language, probability = _identifier()(text)
    return str(language), float(probability)


@cache
def _identifier() -> Callable[[str], tuple[str, float]]:
    # Imported here: half a second and 100 MB that a process with nothing to read need not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    classify: Callable[[str], tuple[str, float]] = LanguageIdentifier.from_model_file(
        MODEL_FILE, norm_probs=True
    ).classify
    return classify
