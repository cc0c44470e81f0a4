"""Builds the prompt from the manifest's templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from libs.common.manifest import Prompt
from services.generation.chat_model import Message
from services.generation.conversation_frame import framed_conversation
from services.generation.language import LANGUAGES
from services.generation.memory import Memory
from services.generation.passage import Source

_PLACEHOLDER = re.compile(r"\{\{(question|sources|language|conversation)\}\}")
_NO_CONVERSATION = re.compile(r"\{\{conversation\}\}\n*")
# What could end a source's frame from inside it.
_FRAME = re.compile(r"</?\s*source\b", re.IGNORECASE)


def build(
    prompt: Prompt, question: str, sources: Sequence[Source], language: str, memory: Memory
) -> tuple[Message, ...]:
    """Fills the templates in, each placeholder once: what is filled in is never expanded again.

    Args:
        prompt: The manifest's templates.
        question: The question, verbatim.
        sources: What the model may use.
        language: ISO 639-1 code of the language to answer in.
        memory: What is known of the conversation; where that is nothing, its place leaves no gap.
    """
    values = {
        "question": question,
        "sources": framed(sources),
        "language": LANGUAGES.get(language, LANGUAGES["en"]),
        "conversation": framed_conversation(memory),
    }
    return (
        Message("system", _filled(prompt.system, values)),
        Message("user", _filled(prompt.user, values)),
    )


def framed(sources: Sequence[Source]) -> str:
    """Writes the sources as data: each between tags that its own text cannot close."""
    return "\n\n".join(
        f'<source n="{source.n}" title="{_attribute(source.passage.title)}" '
        f'section="{_attribute(source.passage.heading)}">\n{_harmless(source.text)}\n</source>'
        for source in sources
    )


def _filled(template: str, values: Mapping[str, str]) -> str:
    if not values["conversation"]:
        template = _NO_CONVERSATION.sub("", template)
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def _harmless(text: str) -> str:
    return _FRAME.sub(lambda found: found[0].replace("<", "‹"), text)


def _attribute(text: str) -> str:
    return _harmless(" ".join(text.split())).replace('"', "'")
