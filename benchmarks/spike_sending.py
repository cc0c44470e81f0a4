"""Sends a spike at a retrieval service over a prepared index."""

from __future__ import annotations

from pathlib import Path

from benchmarks.cores import Cores
from benchmarks.data_folder import data_folder, models_folder
from benchmarks.load import ROOT, run_load
from benchmarks.passages import Texts, load_texts
from benchmarks.plan import Outcome, Plan, SearchTarget, Spike
from benchmarks.search_index import Bulk, prepare_index
from benchmarks.spike_run import Shape, SpikeRun
from libs.embedding.embedder_fastembed import open_embedder

TENANT = "demo"
DATA = ROOT.parent / "shared" / "data"
CALM_SHARE = 0.3
"""The rate before and after, in units of the capacity."""


def prepared(folder: Path, shape: Shape, data: Path) -> tuple[Texts, Path]:
    """Makes the index unless it is there; returns what it is made of, and the data folder that holds it.

    Args:
        folder: Where index and model are kept.
        shape: How large it is.
        data: Published corpora, where there are any.
    """
    texts = load_texts(data)
    place = data_folder(folder, f"search-{shape.passages}-{texts.digest}")
    bulk = Bulk(TENANT, shape.passages, shape.embedded)
    prepare_index(place / "retrieval" / "index", bulk, texts, open_embedder(models_folder(folder)))
    return texts, place


def send_spike(name: str, target: SearchTarget, capacity: float, shape: Shape, cores: Cores) -> SpikeRun:
    """Sends a spike at a server, and returns what became of it.

    Args:
        name: Which server.
        target: How it is asked.
        capacity: Searches a second that the rates are measured by.
        shape: How to measure.
        cores: Who runs where.
    """
    spike = Spike(
        calm=capacity * CALM_SHARE,
        spike=capacity * shape.times,
        before=shape.before,
        during=shape.during,
        after=shape.after,
    )
    outcome: Outcome = run_load(Plan(target, spike), cores.load)
    return SpikeRun(name, capacity, outcome.samples, outcome.dropped, shape)
