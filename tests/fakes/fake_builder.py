"""An index builder that writes passages as JSON lines into real builds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import numpy as np

from libs.embedding.embedder import Vectors
from services.retrieval.build import Build
from services.retrieval.builds import BuildFolder
from services.retrieval.passage import Passage


class FakeBuilder:
    """An `IndexBuilder`; `failure` is raised in place of the next builds.

    Args:
        folder: Where builds go.
        embedder: Identity of the embedder.
    """

    def __init__(self, folder: BuildFolder, embedder: str = "fake-1") -> None:
        self._folder = folder
        self._embedder = embedder
        self.failure: Exception | None = None
        self.built: list[int] = []

    def build(
        self,
        revision: int,
        passages: Iterable[tuple[Passage, Vectors]],
        count: int,
        progress: Callable[[int, int], None],
    ) -> Build:
        if self.failure is not None:
            raise self.failure
        path = self._folder.begin(revision)
        tenants: Counter[str] = Counter()
        with (path / "passages.jsonl").open("w", encoding="utf-8") as file:
            for passage, vector in passages:
                assert np.isfinite(vector).all()
                tenants[passage.tenant] += 1
                file.write(json.dumps(asdict(passage)) + "\n")
                progress(tenants.total(), count)
        assert tenants.total() == count
        self.built.append(revision)
        return self._folder.seal(revision, self._embedder, dict(tenants))


def published(folder: BuildFolder) -> list[Passage]:
    """The passages of the published build, in its order; none before the first."""
    pointer = folder.pointer()
    if pointer is None:
        return []
    lines = (folder.open(pointer).path / "passages.jsonl").read_text("utf-8").splitlines()
    return [_passage(json.loads(line)) for line in lines]


def _passage(fields: dict[str, Any]) -> Passage:
    lists = {name: tuple(fields[name]) for name in ("heading_path", "access", "tags")}
    return Passage(**(fields | lists))
