"""One answer in the making: what its steps share."""

from __future__ import annotations

from dataclasses import dataclass

from services.generation.answer_log import AnswerLog
from services.generation.events import Notice
from services.generation.memory import Memory
from services.generation.phrases import Phrase, phrase
from services.generation.tally import Tally
from services.generation.tools import Tools
from services.generation.turn import Turn


@dataclass(frozen=True, slots=True)
class Making:
    """One answer in the making.

    Attributes:
        turn: The question with everything that answering it depends on.
        tools: What answers are made with.
        log: Takes every event.
        tally: Adds up what it takes.
        memory: What is known of the conversation, once that was recalled.
    """

    turn: Turn
    tools: Tools
    log: AnswerLog
    tally: Tally
    memory: Memory = Memory()

    def notify(self, code: str, name: Phrase, **values: str) -> None:
        """Tells the reader something, in their language, with the values of the phrase's placeholders."""
        self.log.append(Notice(code, phrase(name, self.turn.language).format(**values)))
