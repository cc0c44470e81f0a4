"""The words of each language that carry its grammar or its manners rather than a subject: `words_in/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Kind = Literal["function", "asking", "pointing", "joining", "opening", "general", "present"]
"""`function`: the commonest words; `asking`: usual in questions to a help desk, telling a language; what
leans on something said before: `pointing` at it, `joining` more to it, `opening` a question that goes on;
`general`: what anything has, so that alone it names nothing;
`present`: what "this" may be without anybody having named it."""

FOLDER = Path(__file__).parent / "words_in"


def words_of(kind: Kind) -> Mapping[str, frozenset[str]]:
    """Returns the words of a kind, lower-case, by ISO 639-1 code; languages without any are left out."""
    return {code: words for code, kinds in _WORDS.items() if (words := kinds[kind])}


def _read(path: Path) -> Mapping[str, frozenset[str]]:
    kinds = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: frozenset(words.split()) for kind, words in kinds.items()}


_WORDS = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}

FUNCTION_WORDS = words_of("function")
"""The commonest words; languages written without spaces have none."""
