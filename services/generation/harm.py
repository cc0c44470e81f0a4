"""Tells what is refused whatever the documents hold: self-harm, weapons, and our own instructions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Harm = Literal["self_harm", "harm", "instructions"]
"""`harm`: to make what hurts people or systems; `instructions`: to reveal or change the assistant's own."""

FOLDER = Path(__file__).parent / "harm_in"
_READ_CHARS = 1500
"""The part of a long message that is looked at, from its beginning."""


def harm_in(text: str, language: str) -> Harm | None:
    """Returns what kind of harm a message asks for, None for all others.

    Patterns of whole requests, never of words: documents speak of killing processes, of secrets and of
    prompts. They are no guard for a model, whose bounds lie in code, but spare people a wrong tone.

    Args:
        text: The message.
        language: ISO 639-1 code of its language; English is looked for as well.
    """
    plain = " ".join(re.sub(r"[^\w\s-]", " ", text[:_READ_CHARS].lower()).split())
    for code in dict.fromkeys((language, "en")):
        for kind, pattern in _patterns(code).items():
            if pattern.search(plain):
                return kind
    return None


@cache
def _patterns(language: str) -> Mapping[Harm, re.Pattern[str]]:
    path = FOLDER / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        return {}
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds: tuple[Harm, ...] = get_args(Harm)
    return {kind: re.compile("|".join(f"(?:{one})" for one in written[kind])) for kind in kinds}
