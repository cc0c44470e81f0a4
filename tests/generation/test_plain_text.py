"""Markup comes off, words stay."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from services.generation.plain_text import plain, readable


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("See [the form](https://a.example/x) now", "See [the form](https://a.example/x) now"),
        ("See [the form](/forms/x) now", "See the form now"),
        ('See [the form]({% page "forms" %}) now', "See the form now"),
        ("Write to [a@b.example](mailto:a@b.example)", "Write to [a@b.example](mailto:a@b.example)"),
        ("Go to [https://a.example](https://a.example)", "Go to https://a.example"),
        ("Go to <https://a.example>", "Go to https://a.example"),
        ("![logo](x.png) Hello", "Hello"),
        ('Ask in {% slack_channel "help" %} or {{ site.x }}here', "Ask in help or here"),
        ("Use **bold** and `a\\*b`", "Use **bold** and `a\\*b`"),
        ("96 \\= 96 \\- 0", "96 \\= 96 - 0"),
        ("- an item\n  that goes on", "an item that goes on"),
        ("3) third", "third"),
        ("> quoted\n> text", "quoted text"),
        ("<abbr title='x'>CORS</abbr> works", "CORS works"),
        ("| Name | Age |", "Name – Age"),
        ("**Note: cut in the middle", "Note: cut in the middle"),
        ("see [the docs][ref] now", "see the docs now"),
    ],
)
def test_a_line_becomes_readable(markdown: str, shown: str) -> None:
    assert readable(markdown) == shown


def test_plain_words_have_no_markup_at_all() -> None:
    assert (
        plain("- Use **bold**, _it_ and `code` of [this](https://a.example)")
        == "Use bold, it and code of this"
    )


def test_snake_case_is_no_emphasis() -> None:
    assert plain("set status_code and __init__ now") == "set status_code and __init__ now"


@pytest.mark.parametrize(
    "text",
    [
        "Pass *args on",
        "**kwargs are passed on",
        "It takes *args and **kwargs",
        "allow_origins may be ['*'] or [\"*\"]",
        "2 * 3 * 4 is 24",
        "a_b and _private and c_d_e",
        "all of /items/* and /users/*",
    ],
)
def test_marks_without_a_partner_are_words(text: str) -> None:
    assert plain(text) == text
    assert readable(text) == text


def test_names_between_double_underscores_are_shown_as_code() -> None:
    assert readable("Call __init__ or `__main__` now") == "Call `__init__` or `__main__` now"


def test_code_keeps_its_marks() -> None:
    assert plain("Use `*x*` and *y*") == "Use *x* and y"


def test_emphasis_may_be_nested() -> None:
    assert plain("Only **_the_ first** and _**this**_") == "Only the first and this"


def test_empty_stays_empty() -> None:
    assert (plain(""), readable("  \n ")) == ("", "")


@pytest.mark.parametrize(
    "piece",
    [
        "[a](",
        "[",
        "![",
        "{%",
        "{{",
        "<!--",
        "(",
        "\n",
        " ",
        "`",
        "[a][",
        "*",
        "_",
        "**",
        "a_",
        " *a",
        " _a",
        " __a",
        "*a ",
    ],
)
@pytest.mark.parametrize("take_off", [plain, readable])
def test_markup_that_never_ends_takes_no_time(take_off: Callable[[str], str], piece: str) -> None:
    """A passage is anybody's text, and every answer of the process waits for it."""
    text = ("x" + piece * 4000)[:4000] + "y"
    began = time.perf_counter()

    take_off(text)

    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    "text", ["causeway documents show <id> shows one document.", "It returns Map<K, V>, or <none>."]
)
def test_placeholders_and_types_in_angle_brackets_are_words(text: str) -> None:
    assert readable(text) == text


def test_elements_with_and_without_attributes_go() -> None:
    assert readable('Press <kbd class="k">Enter</kbd> twice.<br/>') == "Press Enter twice."
