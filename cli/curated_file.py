"""Edits a tenant's file of curated answers, and leaves everything that it does not change as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import ValidationError

from cli.output import CommandFailed
from libs.common.curated import Curated, CuratedAnswer

_NEW = """\
# What editors approved to be said instead of a generated answer. `causeway answers` edits this file.
answers:
"""


class CuratedFile:
    """One file, `curated/<tenant>.yaml`, as it was read.

    Args:
        path: Where it is, or will be.

    Raises:
        CommandFailed: It is there and not as it should be; the message says where.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise CommandFailed(f"{path} cannot be read: {error}.") from None
        self.answers = self._checked(self._text).answers

    def find(self, name: str) -> CuratedAnswer:
        """Returns an answer.

        Raises:
            CommandFailed: There is none of that id.
        """
        for answer in self.answers:
            if answer.id == name:
                return answer
        raise CommandFailed(
            f"There is no answer {name} in {self.path}. `causeway answers list` shows the ids."
        )

    def add(self, answer: CuratedAnswer) -> None:
        """Writes another answer at the end.

        Raises:
            CommandFailed: There is one of that id, or the file would not be valid.
        """
        if any(known.id == answer.id for known in self.answers):
            raise CommandFailed(
                f"There is an answer {answer.id} in {self.path} already; choose another --id."
            )
        listed = self._list()
        text = self._text if self._text.endswith("\n") or not self._text else self._text + "\n"
        if listed is None:
            self._write(text + _NEW + _item(answer, 2))
        elif not listed.value:
            head, tail = self._text[: listed.start_mark.index], self._text[listed.end_mark.index :]
            self._write(f"{head.rstrip(' ')}\n{_item(answer, 2)}{tail.lstrip()}")
        elif listed.flow_style:
            raise CommandFailed(f"The answers in {self.path} stand in brackets; write one below the other.")
        else:
            self._write(text + _item(answer, listed.start_mark.column))

    def change(self, name: str, fields: Mapping[str, str | int]) -> None:
        """Sets fields of an answer where they stand, or below its id.

        Raises:
            CommandFailed: There is no such answer, or the file would not be valid.
        """
        self.find(name)
        node = self._item_node(name)
        if node.flow_style:
            raise CommandFailed(
                f"The answer {name} stands in brackets; write its fields one below the other."
            )
        places = {key.value: value for key, value in node.value}
        edits = [
            (places[field].start_mark.index, places[field].end_mark.index, _scalar(value))
            for field, value in fields.items()
            if field in places
        ]
        after = places["id"].end_mark.index
        indent = " " * node.value[0][0].start_mark.column
        missing = "".join(f"\n{indent}{f}: {_scalar(v)}" for f, v in fields.items() if f not in places)
        text = self._text
        for begin, end, value in sorted([*edits, (after, after, missing)], reverse=True):
            text = text[:begin] + value + text[end:]
        self._write(text)

    def _list(self) -> yaml.SequenceNode | None:
        """Returns where the answers stand; None where none ever stood."""
        root = yaml.compose(self._text, Loader=_Loader)
        if not isinstance(root, yaml.MappingNode):
            return None
        found = next((value for key, value in root.value if key.value == "answers"), None)
        assert found is None or isinstance(found, yaml.SequenceNode)
        return found

    def _item_node(self, name: str) -> yaml.MappingNode:
        listed = self._list()
        assert listed is not None
        items: list[yaml.MappingNode] = listed.value
        return next(item for item in items if any(k.value == "id" and v.value == name for k, v in item.value))

    def _write(self, text: str) -> None:
        answers = self._checked(text).answers
        partial = self.path.with_suffix(".partial")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(self.path)
        self._text, self.answers = text, answers

    def _checked(self, text: str) -> Curated:
        try:
            value = yaml.load(text, Loader=_Loader) if text.strip() else {}  # noqa: S506 - a SafeLoader
            return Curated.model_validate_json(orjson.dumps(value or {}), strict=True)
        except (yaml.YAMLError, TypeError) as error:
            raise CommandFailed(f"{self.path} is not valid YAML: {error}") from None
        except ValidationError as error:
            lines = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
            raise CommandFailed("\n  ".join([f"{self.path} would not be valid:", *lines])) from None


class _Loader(yaml.SafeLoader):
    """Reads dates as texts, as the config service does."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are read."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def _item(answer: CuratedAnswer, column: int) -> str:
    fields: dict[str, Any] = answer.model_dump(mode="json", exclude_defaults=True) | {
        "state": answer.state,
        "language": answer.language,
    }
    written = yaml.dump([fields], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return "".join(f"{' ' * column}{line}" if line.strip() else line for line in written.splitlines(True))


def _scalar(value: str | int) -> str:
    """Returns a value on one line, in quotes where another reader could take a text for something else."""
    return str(value) if isinstance(value, int) else orjson.dumps(value).decode()
