"""Tells in which language the sources of an answer are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.generation.language import LANGUAGES, language_of
from services.generation.passage import Source

_LOOKED_AT = 3
_CHARS = 400


def quoted_language(sources: Sequence[Source]) -> str:
    """Returns the ISO 639-1 code of the language of most of the first sources, one of `LANGUAGES`.

    Empty where there are none, or their language is one that the service does not speak.
    """
    known = Counter(_language(source) for source in sources[:_LOOKED_AT])
    if not known:
        return ""
    language, _ = known.most_common(1)[0]
    return language if language in LANGUAGES else ""


def _language(source: Source) -> str:
    told = source.passage.language.split("-")[0].lower()
    return told or language_of(source.text[:_CHARS])
