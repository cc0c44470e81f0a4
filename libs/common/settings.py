"""Reads a frozen dataclass of settings from the environment."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_type_hints

T = TypeVar("T")

FILE_SUFFIX = "_FILE"
"""`<variable>_FILE` names the file that holds a secret: orchestrators mount secrets as files."""

_MAX_SECRET_CHARS = 64 * 1024


class SettingsError(Exception):
    """A setting is missing or wrong; the message names the variable and says what it must be."""


def setting(
    variable: str,
    doc: str,
    *,
    default: Any = MISSING,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    """Declares one setting.

    Args:
        variable: Name of the environment variable, `CAUSEWAY_...`.
        doc: What it means, with its unit.
        default: Its value when the variable is unset or empty; without one it is required.
        minimum: Least allowed number.
        maximum: Greatest allowed number.
        choices: The only allowed words.
        secret: Its value is never shown, and may be in a file that `<variable>_FILE` names instead.
    """
    metadata = {
        "variable": variable,
        "doc": doc,
        "minimum": minimum,
        "maximum": maximum,
        "choices": choices,
        "secret": secret,
    }
    if default is MISSING:
        return dataclasses.field(metadata=metadata, repr=not secret)
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


def load_settings(cls: type[T], environment: Mapping[str, str]) -> T:
    """Builds the settings, checking each value.

    Raises:
        SettingsError: A variable is missing or wrong; all of them are named at once.
    """
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        variable = field.metadata["variable"]
        try:
            raw = _raw(field, environment)
        except ValueError as error:
            problems.append(str(error))
            continue
        if raw == "":
            if field.default is MISSING:
                problems.append(f"{variable} is not set: {field.metadata['doc']}")
            continue
        try:
            values[field.name] = _checked(field, _parser(hints[field.name])(raw))
        except ValueError as error:
            shown = "its value" if field.metadata["secret"] else repr(raw)
            problems.append(f"{variable}: {shown} {error}")
    if problems:
        raise SettingsError("; ".join(problems))
    return cls(**values)


def _raw(field: Field[Any], environment: Mapping[str, str]) -> str:
    """What a variable says, or, for a secret, the file that `<variable>_FILE` names."""
    variable = field.metadata["variable"]
    raw, by_reference = environment.get(variable, ""), f"{variable}{FILE_SUFFIX}"
    file = environment.get(by_reference, "") if field.metadata["secret"] else ""
    if raw and file:
        raise ValueError(f"{variable} and {by_reference} are both set; set one of them")
    if not file:
        return raw
    try:
        return _secret(_path(file))
    except ValueError as error:  # which does not show the name: somebody may have put the secret there
        raise ValueError(f"{by_reference}: the file that it names {error}") from None


def _secret(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as opened:
            text = opened.read(_MAX_SECRET_CHARS + 1)
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None
    if len(text) > _MAX_SECRET_CHARS:
        raise ValueError(f"is longer than {_MAX_SECRET_CHARS} characters")
    secret = text.rstrip("\r\n")  # what an editor or `echo` leaves at the end
    if not secret:
        raise ValueError("is empty")
    return secret


def _checked(field: Field[Any], value: Any) -> Any:
    low, high = field.metadata["minimum"], field.metadata["maximum"]
    if low is not None and value < low:
        raise ValueError(f"is less than {low}")
    if high is not None and value > high:
        raise ValueError(f"is more than {high}")
    choices = field.metadata["choices"]
    if choices and value not in choices:
        raise ValueError(f"is not one of {', '.join(choices)}")
    return value


def _parser(hint: Any) -> Callable[[str], Any]:
    if isinstance(hint, UnionType):  # `X | None`: the variable, once set, is an X
        hint = next(part for part in get_args(hint) if part is not NoneType)
    return _PARSERS[hint]


def _integer(raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise ValueError("is not a whole number") from None


def _number(raw: str) -> float:
    try:
        value = float(raw)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError("is not a number")
    return value


def _truth(raw: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if raw.lower() not in words:
        raise ValueError("is not true or false")
    return words[raw.lower()]


def _path(raw: str) -> Path:
    try:
        return Path(raw).expanduser()
    except RuntimeError:
        raise ValueError("names the home of nobody; write the path out") from None


_PARSERS: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: _integer,
    float: _number,
    bool: _truth,
    Path: _path,
}


def environment() -> Mapping[str, str]:
    """The process's environment; nothing else reads it."""
    return os.environ
