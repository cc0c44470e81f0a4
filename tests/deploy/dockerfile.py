"""Reads the subset of the Dockerfile language that deploy/images/Dockerfile keeps to.

That subset: `FROM image|stage AS name`, `ARG NAME`, `ENV NAME=value …`, `WORKDIR`, `COPY [--from=stage]` with plain
paths, `RUN` with commands joined by `&&`, `USER`, `EXPOSE`, and `CMD` and `ENTRYPOINT` in JSON form.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

DOCKERFILE = Path("deploy/images/Dockerfile")

_KNOWN = {"FROM", "ARG", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "CMD", "ENTRYPOINT"}


class UnknownInstruction(ValueError):
    """The Dockerfile says something that this reader does not know."""


@dataclass(frozen=True)
class Copy:
    """What one COPY brings.

    Attributes:
        stage: Where from; empty for the build context.
        sources: Paths there.
        target: Where to; a folder if it ends in a slash.
    """

    stage: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Stage:
    """One stage.

    Attributes:
        name: Its name.
        base: The stage or the image that it continues.
        instructions: (keyword, rest of the line), continued lines joined, without FROM.
    """

    name: str
    base: str
    instructions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Dockerfile:
    """All stages by name."""

    stages: Mapping[str, Stage]

    def lineage(self, name: str) -> list[Stage]:
        """The stages that one is made of, the first one first; none if there is no such stage."""
        stage = self.stages.get(name)
        return [] if stage is None else [*self.lineage(stage.base), stage]

    def images(self) -> set[str]:
        """The images from elsewhere that stages begin with."""
        return {stage.base for stage in self.stages.values()} - self.stages.keys()

    def environment(self, name: str) -> dict[str, str]:
        """The variables that an image sets."""
        found = {}
        for rest in self._all(name, "ENV"):
            for word in shlex.split(rest):
                variable, _, value = word.partition("=")
                found[variable] = value
        return found

    def last(self, name: str, keyword: str) -> str:
        """The last instruction of a kind; empty if there is none."""
        return ["", *self._all(name, keyword)][-1]

    def entrypoint(self, name: str) -> tuple[str, ...]:
        """What an image runs in any case."""
        return tuple(json.loads(self.last(name, "ENTRYPOINT") or "[]"))

    def command(self, name: str) -> tuple[str, ...]:
        """What an image runs when nothing else is asked for."""
        return (*self.entrypoint(name), *json.loads(self.last(name, "CMD") or "[]"))

    def exposed(self, name: str) -> set[int]:
        """The ports that an image says it listens on."""
        return {int(port) for ports in self._all(name, "EXPOSE") for port in ports.split()}

    def _all(self, name: str, keyword: str) -> Iterator[str]:
        for stage in self.lineage(name):
            yield from (rest for word, rest in stage.instructions if word == keyword)


def read_dockerfile(root: Path) -> Dockerfile:
    """Reads the project's Dockerfile.

    Raises:
        UnknownInstruction: It leaves the subset.
    """
    stages: dict[str, Stage] = {}
    for keyword, rest in _lines((root / DOCKERFILE).read_text("utf-8")):
        if keyword not in _KNOWN:
            raise UnknownInstruction(f"{keyword} {rest}")
        if keyword == "FROM":
            if not (match := re.fullmatch(r"(\S+) AS (\S+)", rest)):
                raise UnknownInstruction(f"FROM {rest}")
            stages[match[2]] = Stage(match[2], match[1], ())
        else:
            last = list(stages.values())[-1]
            stages[last.name] = Stage(last.name, last.base, (*last.instructions, (keyword, rest)))
    return Dockerfile(stages)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        keyword, _, rest = line.strip().partition(" ")
        yield keyword, " ".join(rest.split()) if keyword != "ENTRYPOINT" else rest.strip()


def read_copy(rest: str) -> Copy:
    """Reads the rest of a COPY.

    Raises:
        UnknownInstruction: It has another flag than --from, or a wildcard.
    """
    stage, words = "", rest.split()
    if words[0].startswith("--from="):
        stage = words.pop(0).removeprefix("--from=")
    if any(word.startswith("--") or set(word) & set("*?[") for word in words):
        raise UnknownInstruction(f"COPY {rest}")
    return Copy(stage, tuple(words[:-1]), words[-1])


def context_paths(root: Path) -> set[str]:
    """The top of what .dockerignore lets into the build context; it excludes everything else.

    Raises:
        UnknownInstruction: It is not a list of exceptions from `*`, besides `**/name`.
    """
    lines = (root / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    if patterns[0] != "*":
        raise UnknownInstruction(".dockerignore must begin with *")
    for pattern in patterns[1:]:
        if not re.fullmatch(r"![\w./-]+|\*\*/\w+", pattern):
            raise UnknownInstruction(f".dockerignore: {pattern}")
    return {pattern[1:] for pattern in patterns if pattern.startswith("!")}


def is_in_context(path: str, let_in: set[str]) -> bool:
    """Whether a path below the root reaches the build."""
    return any(path == top or path.startswith(f"{top}/") for top in let_in)
