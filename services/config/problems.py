"""What is wrong with a manifest repository, in words for the person who edits it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

_SHOWN = 200
_KINDS = "folder, git, sitemap, website"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault.

    Attributes:
        file: Path below the repository's root, with slashes.
        field: Dotted path of the field, list positions counted from 0; empty for the whole file.
        wrong: What is wrong.
        todo: What to do about it.
    """

    file: str
    field: str
    wrong: str
    todo: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.field}" if self.field else self.file
        return f"{where}: {self.wrong}; {self.todo}"


class InvalidRepository(Exception):
    """A manifest repository is not valid; carries all of its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """One line per problem, at most 200 of them."""
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"... and {len(self.problems) - _SHOWN} more; correct these first")
        return lines


def validation_problems(file: str, error: ValidationError) -> list[Problem]:
    """Says what the model of a part found wrong with a file."""
    found: dict[str, Problem] = {}
    items = error.errors(include_url=False, include_context=False, include_input=False)
    for item in items:
        field = _field(item["loc"])
        if item["type"] == "too_short" and any(_field(i["loc"]).startswith(f"{field}.") for i in items):
            continue  # short only because the items that are not valid were left out
        wrong, todo = _words(item["type"], item["msg"], field)
        # A value that may be of several types is reported once for each of them; one is enough.
        found.setdefault(field, Problem(file, field, wrong, todo))
    return list(found.values())


def _field(location: tuple[int | str, ...]) -> str:
    parts = [str(part) for part in location]
    if "flags" in parts:
        parts = parts[: parts.index("flags") + 2]
    if parts[:1] == ["sources"] and len(parts) > 2:
        del parts[2]  # the kind, by which the right model was found: it is no part of the file
    return ".".join(parts)


def _words(kind: str, message: str, field: str) -> tuple[str, str]:
    if kind == "extra_forbidden":
        return "is not a field that is known here", "remove it, or correct its spelling"
    if kind == "missing":
        return "is missing", "add it"
    if kind == "union_tag_not_found":
        return "has no kind", f"add kind: one of {_KINDS}"
    if kind == "union_tag_invalid":
        return "is of no kind that is known here", f"write kind: one of {_KINDS}"
    if kind == "value_error":
        wrong, _, todo = message.removeprefix("Value error, ").partition("; ")
        return wrong, todo or "correct it"
    name = field.rpartition("flags.")[2]
    if name != field and "." not in name:
        return "is not a flag's value", "write true, false, a number or a text of at most 1000 characters"
    return message[:1].lower() + message[1:], "correct it"
