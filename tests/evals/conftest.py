"""A set small enough to be indexed by the real service within a test run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.judged_set import JudgedSet
from evals.set_index import SetIndex, progress_bar
from tests.e2e.stack import MODELS

SUBJECTS = {
    "castle": "The castle was built of granite by the river, and its keep has walls three metres thick.",
    "bread": "Bread rises because yeast turns sugar into gas while the dough rests in a warm place.",
    "comet": "A comet grows a tail of gas and dust when sunlight warms its nucleus of ice.",
    "violin": "A violin is tuned in fifths, and its bow is strung with the hair of a horse.",
    "glacier": "A glacier flows downhill under its own weight and carves a valley in the shape of a U.",
    "vaccine": "A vaccine shows the immune system a harmless part of a virus, so that it remembers it.",
}
QUESTIONS = {
    "q-bread": ("Why does dough with yeast rise?", "bread"),
    "q-comet": ("What makes the tail of a comet?", "comet"),
    "q-violin": ("How is a violin tuned?", "violin"),
    "q-glacier": ("Which shape does a glacier give a valley?", "glacier"),
}


def write_set(folder: Path) -> JudgedSet:
    """Writes the set in the layout of BEIR."""
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": name, "title": name.title(), "text": text} for name, text in SUBJECTS.items()]
    questions = [{"_id": name, "text": text} for name, (text, _) in QUESTIONS.items()]
    for name, rows in (("corpus", documents), ("queries", questions)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    lines = [f"{name}\t{document}\t1" for name, (_, document) in QUESTIONS.items()]
    (folder / "qrels/test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]) + "\n")
    return JudgedSet("small", folder)


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> JudgedSet:
    """Six documents and four questions."""
    return write_set(tmp_path_factory.mktemp("sets") / "small")


@pytest.fixture(scope="session")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where indexes are kept, with the tests' embedding model."""
    root = tmp_path_factory.mktemp("indexes")
    MODELS.mkdir(parents=True, exist_ok=True)
    (root / "models").symlink_to(MODELS, target_is_directory=True)
    return root


@pytest.fixture(scope="session")
def small_index(small_set: JudgedSet, indexes: Path) -> SetIndex:
    """The small set, indexed by the real worker behind the real service."""
    index = SetIndex(small_set, indexes)
    index.make(progress_bar())
    return index
