"""The documents that questions are asked about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data"
"""Published material beside the checkout; what it lacks is listed as not run."""
FOLDER = ROOT / ".causeway-evals"
"""Where indexes and vectors are kept from one run to the next."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of documents.

    Attributes:
        name: Its name, and that of its questions.
        folder: Where the documents are.
    """

    name: str
    folder: Path

    @property
    def absence(self) -> str:
        """Why it cannot be used here; empty if it can."""
        return "" if self.folder.is_dir() else f"{self.name}: {self.folder} is not here"


CORPORA: Mapping[str, Corpus] = {
    corpus.name: corpus
    for corpus in (
        Corpus("handbook", DATA / "docs-18f-handbook"),
        Corpus("fastapi", DATA / "docs-fastapi/en"),
        Corpus("own", ROOT / "docs"),
    )
}
SQUAD2 = Corpus("squad2", DATA / "squad2")


def squad2_documents(folder: Path) -> Path:
    """Writes each passage of SQuAD 2.0 as a document under its article's title, once; returns the folder."""
    documents = folder / "squad2-documents"
    rows = (SQUAD2.folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    documents.mkdir(parents=True, exist_ok=True)
    for row in map(json.loads, rows):
        path = documents / f"{row['_id']}.md"
        if not path.exists():
            path.write_text(f"# {row['title'].replace('_', ' ')}\n\n{row['text']}\n", encoding="utf-8")
    return documents
