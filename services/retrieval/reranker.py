"""The port to a re-ranking model, which reads question and passage side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from libs.common.errors import DependencyUnavailable


class Reranker(Protocol):
    """Scores how well texts answer a question.

    Bound by the processor and safe to call from several threads at once; callers own the threads.

    Attributes:
        window: Words of a passage that it is shown; longer ones are cut to their best stretch.
    """

    @property
    def window(self) -> int: ...  # noqa: D102

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Returns a score for each text, 0 to 1, higher for a better one.

        A text's score depends on the question and on itself alone, never on the other texts.
        """
        ...


class RerankerUnavailable(DependencyUnavailable):
    """There is no usable re-ranking model of that name; the detail says how to get one."""

    title = "The re-ranking model is not available."
    retryable = False
