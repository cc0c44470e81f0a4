"""What the answers of a process are made with."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from libs.common.clock import Clock
from libs.common.manifest import Link
from libs.embedding.embedder import Embedder
from services.generation.answer_record import AnswerRecords, Unrecorded
from services.generation.conversations.recollection import Recollection
from services.generation.curated import Curator, Uncurated
from services.generation.models import Models
from services.generation.searcher import Searcher


def _nobody(tenant: str) -> Link | None:
    return None


@dataclass(frozen=True, slots=True)
class Tools:
    """What answers are made with.

    Attributes:
        searcher: Finds passages.
        models: Resolves the manifest's chain of models.
        embedder: Compares meanings.
        executor: Where that is computed.
        clock: Tells the time.
        region: Where this process runs.
        recollection: Knows conversations.
        records: Takes what is kept of answers.
        curator: Knows curated answers.
        handoff_of: Returns where a tenant's people help, or None.
    """

    searcher: Searcher
    models: Models
    embedder: Embedder
    executor: Executor
    clock: Clock
    region: str
    recollection: Recollection
    records: AnswerRecords = field(default_factory=Unrecorded)
    curator: Curator = field(default_factory=Uncurated)
    handoff_of: Callable[[str], Link | None] = _nobody
