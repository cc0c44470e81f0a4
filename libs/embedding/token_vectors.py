"""The port through which services get a vector for each token of a text, in the company of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from libs.embedding.embedder import Vectors


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of a text, special ones left out.

    Attributes:
        starts: Where each begins in the text, in characters.
        ends: One past its last character.
        values: Their vectors, shape (tokens, dimensions); not scaled to length 1. The mean over all tokens,
            special ones included, is what an embedder makes its vector of a text from.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    values: Vectors


class TokenReader(Protocol):
    """Turns the tokens of a text into vectors; synchronous, and safe to call from several threads."""

    def read_tokens(self, text: str) -> TokenVectors:
        """Return the vectors of a text's tokens, as far as the model reads it."""
