"""Sections of pages in several languages."""

from __future__ import annotations

from pathlib import Path

from benchmarks.parallel_pages import parallel_sections

LONG = "Bees make honey of nectar, and keep it for the winter. " * 4


def page(root: Path, language: str, *sections: tuple[str, str, str]) -> None:
    (root / language).mkdir(exist_ok=True)
    text = "".join(f"## {heading} {{ #{anchor} }}\n\n{body}\n\n" for heading, anchor, body in sections)
    (root / language / "bees.md").write_text(text, encoding="utf-8")


def test_sections_are_told_by_their_anchors_whatever_their_order(tmp_path: Path) -> None:
    page(tmp_path, "en", ("Bees", "bees", LONG), ("Honey", "honey", LONG), ("Only here", "only", LONG))
    page(tmp_path, "de", ("Bienen", "bees", "kurz"), ("Mehr", "more", LONG), ("Honig", "honey", "auch"))

    found = parallel_sections(tmp_path, ("en", "de"), 10)

    assert [section.key for section in found["en"]] == ["bees.md#bees", "bees.md#honey"]
    assert [section.question for section in found["en"]] == ["Bees", "Bees: Honey"]
    assert [(section.question, section.body) for section in found["de"]] == [
        ("Bienen", "kurz"),
        ("Bienen: Honig", "auch"),
    ]


def test_headings_code_and_markup_are_no_part_of_what_is_searched(tmp_path: Path) -> None:
    body = f"{LONG}\n\n```python\nimport bees\n```\n\n/// tip\n\n**Mind** the <b>sting</b>.\n\n///\n"
    page(tmp_path, "en", ("Bees", "bees", body))

    (section,) = parallel_sections(tmp_path, ("en",), 1)["en"]

    assert section.body == f"{LONG.strip()} Mind the sting."


def test_what_says_too_little_is_left_out_and_the_rest_is_chosen_evenly(tmp_path: Path) -> None:
    page(
        tmp_path,
        "en",
        ("Short", "short", "Too little."),
        *((f"Part {n}", f"part-{n}", LONG) for n in range(10)),
    )

    found = parallel_sections(tmp_path, ("en",), 5)["en"]

    assert [section.key for section in found] == [f"bees.md#part-{n}" for n in (0, 2, 4, 6, 8)]
