"""Keeps a model's word for "I cannot know" from the reader."""

from __future__ import annotations

from services.generation.chat_model import NotInSources

TOKEN = "NOT_IN_SOURCES"  # noqa: S105 - no secret
"""What the prompt asks a model to reply when the sources do not answer."""

_DECORATION = " \t\r\n*_`\"'“„«>#-"


class OpeningGuard:
    """Holds the beginning of an answer back for as long as it could still be the token."""

    def __init__(self) -> None:
        self._held = ""
        self._open = True

    def feed(self, text: str) -> str:
        """Takes more text and returns what may be shown.

        Raises:
            NotInSources: The answer is the token.
        """
        if not self._open:
            return text
        self._held += text
        bare = self._held.lstrip(_DECORATION)
        if bare.startswith(TOKEN):
            raise NotInSources
        if TOKEN.startswith(bare):
            return ""
        return self._release()

    def flush(self) -> str:
        """Returns what was held back, at the end of the stream."""
        return self._release() if self._open else ""

    def _release(self) -> str:
        held, self._held, self._open = self._held, "", False
        return held
