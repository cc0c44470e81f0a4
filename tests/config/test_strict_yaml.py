"""The small part of YAML that is read."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.config.strict_yaml import YamlError, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("a:\nb: ~\nc: null", {"a": None, "b": None, "c": None}),
        ("[true, True, FALSE]", [True, True, False]),
        ("[0, -1, +7, 4096]", [0, -1, 7, 4096]),
        ("[0.5, -0.25, 1e3, 1.5E-2]", [0.5, -0.25, 1000.0, 0.015]),
        ("[010, 0x1f, 0o7, 1_000, 12:30:45]", ["010", "0x1f", "0o7", "1_000", "12:30:45"]),
        ("[2026-01-31, .5, 5., .nan, .inf, -.inf]", ["2026-01-31", ".5", "5.", ".nan", ".inf", "-.inf"]),
        ("['yes', \"no\", y, n, nothing, one]", ["yes", "no", "y", "n", "nothing", "one"]),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("a: {b: [c, {d: e}]}", {"a": {"b": ["c", {"d": "e"}]}}),
        ("a: ünïcode 💡", {"a": "ünïcode 💡"}),
        ("a: " + "9" * 40, {"a": "9" * 40}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
    ],
)
def test_plain_values_mean_what_they_look_like(text: str, value: Any) -> None:
    assert parse_yaml(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\na: 2", "line 2: the name a is written twice"),
        ("a: {b: 1, b: 2}", "written twice"),
        ("a: &x 1", "line 1: has an anchor or an alias"),
        ("a: *x", "has an anchor or an alias"),
        ("&a [*a]", "has an anchor or an alias"),
        ("a: !!str 1", "has the tag"),
        ("a: !secret x", "has the tag !secret"),
        ("!!python/name:os.system ''", "has the tag"),
        ("a: yes", "means different things"),
        ("a: Off", "means different things"),
        ("1: a", "a name is not a text"),
        ("~: a", "a name is not a text"),
        ("true: a", "a name is not a text"),
        ("on: a", "a name is not a text"),
        ("? [a]\n: b", "a name is not a text"),
        ("? {a: b}\n: c", "a name is not a text"),
        ("a: b: c", "line 1"),
        ("a: [1", "line 1"),
        ("a\x00", "does not allow"),
        ("a\x07", "does not allow"),
        ("a: \ud800", "does not allow"),
        ("a: 1\n---\nb: 2", "another document"),
        ("%YAML 9.9\n---\na: 1", "line 1"),
        ("[" * 25 + "]" * 25, "nested deeper than 20"),
    ],
)
def test_what_surprises_or_harms_is_refused_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(YamlError) as caught:
        parse_yaml(text)
    assert reason in str(caught.value)
    assert caught.value.todo


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse_yaml("[" * 19 + "]" * 19) is not None


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=120) | st.text(alphabet="[]{}:,-?&*!|>'\"%@`#~ \n\tab1", max_size=80))
def test_any_text_gives_a_value_or_an_error_in_words(text: str) -> None:
    with suppress(YamlError):
        parse_yaml(text)
