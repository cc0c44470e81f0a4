"""Which languages an embedding model knows, by its name."""

from __future__ import annotations

import re

_ENGLISH = re.compile(r"all-minilm-l6-v2|-en(?![a-z])|arctic-embed-(?:xs|s|m|l)(?![a-z0-9.-])", re.IGNORECASE)
"""From the models' cards: the default model, those that carry the language in their name, and a family."""


def knows_english_only(identity: str) -> bool:
    """Whether an embedder is known to have learned English alone.

    Args:
        identity: Names weights and recipe; the model's name is a part of it.
    """
    return bool(_ENGLISH.search(identity))
