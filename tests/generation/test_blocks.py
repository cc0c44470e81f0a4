"""Paragraphs, items, rows and code are told apart, in Markdown and in plain text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generation.blocks import spans


def kinds(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end].strip()) for span in spans(text)]


def test_a_paragraph_goes_on_until_a_blank_line() -> None:
    assert kinds("Tea is at\nfour o'clock.\n\nCoffee is free.\n") == [
        ("sentence", "Tea is at\nfour o'clock."),
        ("sentence", "Coffee is free."),
    ]


def test_items_go_on_until_the_next_and_share_a_block() -> None:
    text = "Steps:\n\n- one\n  and more\n- two\n  1. inner\n\nEnd of it.\n"
    found = spans(text)
    assert [span.kind for span in found] == ["sentence", "item", "item", "item", "sentence"]
    assert [span.block for span in found] == [0, 1, 1, 1, 2]
    assert [span.indent for span in found][1:4] == [0, 0, 2]


def test_a_heading_between_two_lists_makes_them_two() -> None:
    found = spans("- one\n- two\n\nNext chapter\n\n- three\n")
    assert [span.block for span in found] == [0, 0, 1]


@pytest.mark.parametrize("heading", ["## Meals", "Meals and drinks", "What is an incident?", "Run it"])
def test_headings_are_left_out(heading: str) -> None:
    assert kinds(f"{heading}\n\nTea is at four.\n") == [("sentence", "Tea is at four.")]


def test_fenced_code_is_one_piece_with_its_blank_lines() -> None:
    code = "```python\nimport os\n\n\nprint('Hi there.')\n```"
    assert kinds(f"Run this:\n\n{code}\n\nThen wait.\n") == [
        ("sentence", "Run this:"),
        ("code", code),
        ("sentence", "Then wait."),
    ]


def test_a_fence_that_nothing_closes_takes_the_rest() -> None:
    assert kinds("```\na = 1\n\nb = 2\n") == [("code", "```\na = 1\n\nb = 2")]


@pytest.mark.parametrize(
    "code",
    [
        'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/")\ndef read_root():\n    return {"a": 1}',
        '$ uv add "fastapi[standard]"\n\n---> 100%',
        "FROM python:3.14\n\nWORKDIR /code\n\nRUN pip install x",
        '{\n  "name": "tea"\n}',
        "docker build -t myimage .",
    ],
)
def test_code_without_a_fence_is_told_by_its_looks(code: str) -> None:
    first = kinds(f"Do it like this:\n\n{code}\n\nThat is all.\n")
    assert ("code", code.partition("\n\n--->")[0]) in first or ("code", code) in first
    assert first[-1] == ("sentence", "That is all.")


@pytest.mark.parametrize(
    "prose",
    [
        "You can import the data from the portal if you need it.",
        "For everything else, ask your manager.",
        "With luck: it works.",
        "Make sure to lock the door (and the window).",
    ],
)
def test_prose_is_no_code(prose: str) -> None:
    assert kinds(prose) == [("sentence", prose)]


def test_rows_are_told_from_prose_and_rules_are_left_out() -> None:
    table = "| Day | Meal |\n|-----|------|\n| Monday | Soup |\n\nName | Age of the person\nAnn | 40 years\n"
    assert [kind for kind, _ in kinds(table)] == ["row"] * 4


@pytest.mark.parametrize(
    "line", ["{% include alert.html %}", "{* ../x.py *}", "/// note", "<br>", "---", "***"]
)
def test_machinery_is_left_out(line: str) -> None:
    assert kinds(f"{line}\n\nTea is at four.\n") == [("sentence", "Tea is at four.")]


@given(st.text(alphabet="a .\n-`|#>:=1", max_size=80))
def test_spans_are_in_order_and_never_overlap(text: str) -> None:
    found = spans(text)
    assert all(span.start < span.end for span in found)
    assert all(a.end <= b.start and a.block <= b.block for a, b in pairwise(found))
