"""The scale benchmark on its smallest index, in real processes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest

from benchmarks import scale
from benchmarks.mixture import BLOCK
from benchmarks.passages import load_texts
from benchmarks.scale_report import read_points

pytestmark = pytest.mark.process

QUERIES = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which vectors are found that a run before is said to have computed."""
    digest = load_texts(tmp_path / "none").digest
    place = tmp_path / f"scale-{digest}-{BLOCK}-{QUERIES}"
    place.mkdir()
    vectors = np.random.default_rng(3).standard_normal((BLOCK, 24)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.save(place / "real.npy", vectors)
    np.save(place / "asked.npy", vectors[:QUERIES])
    return tmp_path


def run(folder: Path, *more: str) -> int:
    where = [
        "--folder",
        str(folder),
        "--results",
        str(folder / "results"),
        "--figures",
        str(folder / "figures"),
    ]
    made = ["--data", str(folder / "none"), "--real", str(BLOCK), "--queries", str(QUERIES)]
    return scale.main([*where, *made, "--sizes", str(2 * BLOCK), *more])


def test_an_index_is_made_asked_removed_and_not_measured_twice(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--storages", "int8") == 0
    assert run(folder, "--storages", "int8") == 0
    assert capsys.readouterr().err.count("2,000 passages, int8") == 1

    (results,) = (folder / "results").glob("*-scale.json")
    (point,) = read_points(results)
    assert (point.passages, point.storage) == (2 * BLOCK, "int8")
    assert set(point.served.searches) == {"plain", "rescored", "rescored, ef 512", "float32"}
    assert point.served.searches["float32"].recall == 1.0
    assert point.chosen.recall >= point.served.searches["plain"].recall
    assert point.built.disk_mib > 1
    assert not (folder / "shard").exists()
    assert sorted(path.name for path in (folder / "figures").iterdir()) == [
        "scale-build.svg",
        "scale-memory.svg",
        "scale-search.svg",
    ]
    assert orjson.loads(results.read_bytes())["reports"][0]["name"] == "scale"


def test_a_process_that_fails_is_a_failure_that_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(path: Path) -> None:
        path.write_bytes(b"no vectors")

    (place,) = folder.glob("scale-*")
    monkeypatch.setattr(scale, "prepare_neighbours", lambda *_: damaged(place / "real.npy"))

    assert run(folder, "--storages", "float32") == 1
    assert "scale_build failed" in capsys.readouterr().err
