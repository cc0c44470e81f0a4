"""Writes a conversation into a prompt, as data that cannot pose as anything else."""

from __future__ import annotations

import re

from services.generation.context import count_tokens
from services.generation.memory import Memory, PastTurn

CONVERSATION_TOKENS = 1200
"""What a conversation may take of a prompt; the sources have their own room."""

_ANSWER_CHARACTERS = 600
# Numbers of former sources mean others now.
_MARKERS = re.compile(r"\s?\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")
_ANGLE = str.maketrans({"<": "‹", ">": "›"})


def framed_conversation(memory: Memory, tokens: int = CONVERSATION_TOKENS) -> str:
    """Returns what is remembered: facts, then the summary, then the latest turns that fit, oldest first.

    Empty where nothing is remembered.

    Args:
        memory: What is known of the conversation and its visitor.
        tokens: What it may take.
    """
    before = [_element("wants-remembered", fact) for fact in memory.facts]
    before += [_element("earlier", memory.summary)] if memory.summary else []
    left = tokens - sum(count_tokens(line) for line in before)
    turns: list[str] = []
    for turn in reversed(memory.turns):
        said = _said(turn)
        left -= count_tokens(said)
        if left < 0:
            break
        turns.append(said)
    lines = [*before, *reversed(turns)]
    return "\n".join(("<conversation>", *lines, "</conversation>")) if lines else ""


def _said(turn: PastTurn) -> str:
    answer = _MARKERS.sub("", turn.answer)
    cut = answer[:_ANSWER_CHARACTERS] + ("…" if len(answer) > _ANSWER_CHARACTERS else "")
    lines = [_element("reader", turn.question)]
    return "\n".join([*lines, _element("assistant", cut)] if cut.strip() else lines)


def _element(who: str, text: str) -> str:
    # Without angle brackets nothing in it can open or close an element.
    return f"<{who}>{' '.join(text.split()).translate(_ANGLE)}</{who}>"
