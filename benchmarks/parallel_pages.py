"""Sections of pages that exist in several languages, told apart by their anchors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"^#{1,4}\s+(.*?)\s*\{\s*#([\w-]+)\s*\}\s*$", re.MULTILINE)
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_MARKS = re.compile(r"<[^>]+>|\{\*.*?\*\}|^///.*$|[*_`]", re.MULTILINE)
_SHORTEST = 150
"""Characters of English prose below which a section says too little to be found by it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section in one language.

    Attributes:
        key: Page and anchor, the same in every language.
        question: The page's title and the section's heading.
        body: Its text without headings, code and markup.
    """

    key: str
    question: str
    body: str


def parallel_sections(root: Path, languages: tuple[str, ...], most: int) -> Mapping[str, list[Section]]:
    """Reads the sections that every language has, in the same order; evenly chosen where there are more.

    Args:
        root: Holds a folder of Markdown for each language.
        languages: Their names; the first decides which sections say enough.
        most: How many are wanted of each.
    """
    found = {language: _sections(root / language) for language in languages}
    first = found[languages[0]]
    keys = [
        key
        for key, section in first.items()
        if len(section.body) >= _SHORTEST and all(section_of.get(key) for section_of in found.values())
    ]
    chosen = [keys[place * len(keys) // most] for place in range(most)] if len(keys) > most else keys
    return {language: [sections[key] for key in chosen] for language, sections in found.items()}


def _sections(folder: Path) -> dict[str, Section]:
    found: dict[str, Section] = {}
    for path in sorted(folder.rglob("*.md")):
        text = _FENCE.sub("", path.read_text(encoding="utf-8"))
        headings = list(_HEADING.finditer(text))
        for place, heading in enumerate(headings):
            end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
            body = " ".join(_MARKS.sub("", text[heading.end() : end]).split())
            key = f"{path.relative_to(folder).as_posix()}#{heading[2]}"
            title, own = _words(headings[0][1]), _words(heading[1])
            if body:
                found[key] = Section(key, own if place == 0 else f"{title}: {own}", body)
    return found


def _words(heading: str) -> str:
    return _MARKS.sub("", heading).strip()
