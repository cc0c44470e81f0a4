"""The measurement of languages, on two made-up ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks import languages
from benchmarks.parallel_pages import Section
from tests.fakes.fake_embedder import FakeEmbedder

SECTIONS: Mapping[str, Sequence[Section]] = {
    language: [
        Section(f"page#{n}", f"{language}{n} {language}bees", f"{language}{n} {language}bees make honey")
        for n in range(12)
    ]
    for language in ("en", "de")
}


async def test_each_language_is_asked_in_each(tmp_path: Path) -> None:
    same, across = await languages.measure(SECTIONS, FakeEmbedder(), tmp_path)

    assert [row[0] for row in same.rows] == ["en", "de"]
    assert [row[1:] for row in same.rows] == [["1.000"] * 4] * 2
    assert [row[0] for row in across.rows] == ["en", "de"]
    assert across.rows[0][1] == "1.000"
    assert float(across.rows[0][2]) < 1
    assert across.columns == ["asked in, documents in", "en", "de"]


def test_ids_are_uuids_of_their_own() -> None:
    ids = {languages.passage_id(one, place) for one in languages.LANGUAGES for place in range(20)}

    assert len(ids) == 20 * len(languages.LANGUAGES)


def test_pages_that_are_not_there_are_a_failure_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert languages.main(["--pages", str(tmp_path / "nowhere")]) == 1
    assert "nowhere" in capsys.readouterr().err
