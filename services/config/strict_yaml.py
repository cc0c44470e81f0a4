"""Reads the small part of YAML that manifests need, and refuses what surprises or harms."""

from __future__ import annotations

import re
from typing import Any

import yaml

MAX_DEPTH = 20
"""Mappings and lists may be nested this deep."""

_TAG = "tag:yaml.org,2002:"
_AMBIGUOUS = "tag:causeway:ambiguous"


class YamlError(ValueError):
    """A text is not acceptable YAML.

    Attributes:
        wrong: What is wrong, with the line.
        todo: What to do about it.
    """

    def __init__(self, wrong: str, todo: str) -> None:
        super().__init__(f"{wrong}; {todo}")
        self.wrong = wrong
        self.todo = todo


def parse_yaml(text: str) -> Any:
    """Returns the value of a YAML document made of mappings, lists, texts, numbers, booleans and nulls.

    Scalars follow YAML 1.2's core schema: `yes` and `no` are refused because readers disagree about
    them, dates and times stay texts. Anchors, aliases and tags are refused, as are duplicate names.

    Raises:
        YamlError: The text is something else.
    """
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        raise YamlError(f"{line}{reason}", "correct the YAML") from None
    except yaml.YAMLError:
        raise YamlError("holds characters that YAML does not allow", "remove them") from None
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """Composes one document, without the features that make YAML dangerous."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - theirs

    def __init__(self, text: str) -> None:
        # The reader looks at the whole text for forbidden characters at once.
        try:
            super().__init__(text)
        except yaml.YAMLError:
            raise YamlError("holds characters that YAML does not allow", "remove them") from None
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuses what could grow or run, before it is composed."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None) is not None:
            raise YamlError(f"line {line}: has an anchor or an alias", "write the value out")
        if getattr(event, "tag", None) is not None:
            raise YamlError(f"line {line}: has the tag {event.tag[:64]}", "remove it")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise YamlError(f"line {line}: is nested deeper than {MAX_DEPTH} levels", "flatten it")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuses names that are no texts, and names that are written twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.tag != _TAG + "str":
                raise YamlError(f"line {line}: a name is not a text", "put it in quotes")
            if key.value in seen:
                raise YamlError(f"line {line}: the name {key.value[:64]} is written twice", "keep one")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _number(loader: _Loader, node: yaml.ScalarNode) -> int | float:
    return int(node.value) if node.tag == _TAG + "int" else float(node.value)


def _truth(loader: _Loader, node: yaml.ScalarNode) -> bool:
    return bool(node.value.lower() == "true")


def _ambiguous(loader: _Loader, node: yaml.ScalarNode) -> None:
    line = node.start_mark.line + 1
    raise YamlError(
        f"line {line}: {node.value} means different things to different readers",
        "write true or false, or put it in quotes",
    )


def _resolve(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(tag, re.compile(pattern), list(first))


_resolve(_TAG + "null", r"^(null|Null|NULL|~|)$", "nN~")
_Loader.yaml_implicit_resolvers.setdefault("", []).append((_TAG + "null", re.compile(r"^$")))
_resolve(_TAG + "bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF")
_resolve(_TAG + "int", r"^[-+]?(0|[1-9][0-9]{0,30})$", "-+0123456789")
_resolve(_TAG + "float", r"^[-+]?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?$", "-+0123456789")
_resolve(_AMBIGUOUS, r"^([Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$", "yYnNoO")
_Loader.add_constructor(_TAG + "int", _number)
_Loader.add_constructor(_TAG + "float", _number)
_Loader.add_constructor(_TAG + "bool", _truth)
_Loader.add_constructor(_AMBIGUOUS, _ambiguous)
