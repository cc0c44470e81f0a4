"""The ingest worker beside a retrieval service, and how far it has come."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson

from benchmarks.child_process import Start, clean_environment, running
from libs.common.process import SUPERVISED
from services.retrieval.passage import Passage

_PASSAGES = """
SELECT d.title, p.heading_path, p.text FROM passages p JOIN documents d ON d.document_id = p.document_id
GROUP BY p.text_hash
"""


@contextmanager
def ingest_worker(data: Path, sentences: bool = True) -> Iterator[int]:
    """Runs the worker over a data folder for the length of a block; gives its process id.

    Args:
        data: The data folder.
        sentences: Whether it embeds the sentences of passages, too.
    """
    variables = {
        **clean_environment(),
        "CAUSEWAY_ENVIRONMENT": "dev",
        "CAUSEWAY_DATA": str(data),
        "CAUSEWAY_INGEST_METRICS_PORT": "0",
        "CAUSEWAY_SENTENCE_VECTORS": "on" if sentences else "off",
    }
    variables.pop(SUPERVISED, None)
    command = [sys.executable, "-m", "services.retrieval.worker"]
    start = Start(command, variables, data / "logs" / "ingest.log", None)
    with running(start, lambda: True) as pid:
        yield pid


class IngestDatabase:
    """Retrieval's database, read beside the service; SQL of its own, since nothing else shows vectors.

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "retrieval" / "documents.sqlite"

    def vectors(self) -> int:
        """Passages that have been embedded so far."""
        return self._numbers("SELECT count(*) FROM vectors")[0]

    def sentences(self) -> tuple[int, int]:
        """Passages whose sentences have been embedded so far, and the bytes that these take."""
        passages, taken = self._numbers(
            "SELECT count(*), ifnull(sum(length(sentences)), 0) FROM sentence_vectors"
        )
        return passages, taken

    def _numbers(self, sql: str) -> list[int]:
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as connection:
            return [int(value) for value in connection.execute(sql).fetchone()]

    def texts(self) -> list[str]:
        """What was embedded, each text once."""
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as connection:
            rows = connection.execute(_PASSAGES).fetchall()
        return [_indexed_text(title, tuple(orjson.loads(path)), text) for title, path, text in rows]


def _indexed_text(title: str, heading_path: tuple[str, ...], text: str) -> str:
    passage = Passage(
        passage_id="",
        tenant="",
        document_id="",
        uri="",
        url="",
        title=title,
        heading_path=heading_path,
        text=text,
        start=0,
        end=len(text),
        updated_at="",
    )
    return passage.indexed_text
