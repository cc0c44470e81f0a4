"""What the paced upstream does with a request."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Script:
    """How a model's server answers.

    Attributes:
        tokens: Tokens of an answer; each is a chunk of its own.
        first_ms: Milliseconds from the request to the first token.
        pace_ms: Milliseconds from one token to the next; 0 sends all of them at once, in one piece.
        cited: Whether sentences cite the sources of the prompt.
    """

    tokens: int = 200
    first_ms: float = 50.0
    pace_ms: float = 5.0
    cited: bool = True

    def to_json(self) -> bytes:
        """The script as JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, raw: bytes) -> Script:
        """Reads a script.

        Raises:
            ValueError: It is none.
        """
        try:
            return cls(**orjson.loads(raw))
        except TypeError as error:
            raise ValueError(str(error)) from None

    def __str__(self) -> str:
        pace = f"one every {self.pace_ms:g} ms" if self.pace_ms else "in one burst"
        text = "cited" if self.cited else "uncited"
        return f"{self.tokens} tokens ({text}), the first after {self.first_ms:g} ms, then {pace}"
