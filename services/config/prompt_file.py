"""Reads a prompt file: Markdown with a `## system` and a `## user` section."""

from __future__ import annotations

import re

from pydantic import ValidationError

from libs.common.manifest import Prompt
from services.config.problems import Problem, validation_problems

PLACEHOLDERS = frozenset({"question", "sources", "language", "conversation"})
"""What a template may ask for."""

_SECTIONS = ("system", "user")
_HEADING = re.compile(r"^## (system|user)[ \t]*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def read_prompt(file: str, text: str) -> Prompt | list[Problem]:
    """Returns the prompt that a file holds, or everything that is wrong with it.

    Each template is the text of its section without the blank lines around it.

    Args:
        file: The file's name, for the problems.
        text: Its content.
    """
    preamble, *rest = _HEADING.split(text.replace("\r\n", "\n"))
    found = list(zip(rest[::2], rest[1::2], strict=True))
    problems = _structure(file, preamble, [name for name, _ in found])
    templates = {name: body.strip() for name, body in found}
    for name, body in templates.items():
        problems += _content(file, name, body)
    if problems:
        return problems
    try:
        return Prompt.model_validate(templates)
    except ValidationError as error:
        return validation_problems(file, error)


def _structure(file: str, preamble: str, names: list[str]) -> list[Problem]:
    problems = []
    if preamble.strip():
        wrong = "text stands before the first section"
        problems.append(Problem(file, "", wrong, "move it below ## system or ## user"))
    for name in _SECTIONS:
        if name not in names:
            problems.append(Problem(file, name, "the section is missing", f"add a line `## {name}`"))
        if names.count(name) > 1:
            problems.append(Problem(file, name, "the section is there twice", "keep one"))
    return problems


def _content(file: str, name: str, body: str) -> list[Problem]:
    problems = []
    asked = {word.strip() for word in _PLACEHOLDER.findall(body)}
    for word in sorted(asked - PLACEHOLDERS):
        known = ", ".join(f"{{{{{known}}}}}" for known in sorted(PLACEHOLDERS))
        wrong = f"{{{{{word[:64]}}}}} is not a placeholder"
        problems.append(Problem(file, name, wrong, f"use one of {known}"))
    if name == "user":
        for word in sorted({"question", "sources"} - asked):
            problems.append(Problem(file, name, f"{{{{{word}}}}} is missing", "add it where it belongs"))
    if _UNSEEN.search(body):
        problems.append(Problem(file, name, "holds control characters", "remove them"))
    return problems
