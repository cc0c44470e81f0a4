"""The metrics that a process exposes."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from libs.common import metrics

ROOT = Path(__file__).parents[2]


def test_every_metric_is_ours_documented_and_in_base_units() -> None:
    families = list(metrics.REGISTRY.collect())
    assert families
    for family in families:
        assert re.fullmatch(r"causeway_[a-z][a-z0-9_]*", family.name), family.name
        assert family.documentation.endswith("."), family.name
        assert not family.name.endswith(("_ms", "_milliseconds", "_minutes")), family.name


def test_no_label_can_grow_with_visitors() -> None:
    collectors = [value for value in vars(metrics).values() if hasattr(value, "_labelnames")]
    # What operators declare in the manifests is few and known; only metrics of sources name it.
    grown = {
        label
        for collector in collectors
        for label in collector._labelnames
        if not (label == "tenant" and "source" in collector._labelnames)
    }
    assert not grown & {"tenant", "tenant_id", "subject", "session", "query_id", "question", "document_id"}


def test_the_exposition_shows_what_was_counted() -> None:
    metrics.FEEDBACK.labels(vote="up").inc()
    text = metrics.exposition().decode()
    assert 'causeway_feedback_total{vote="up"}' in text
    assert text.endswith("\n")


def test_port_zero_serves_nothing() -> None:
    assert metrics.serve_metrics(0, "127.0.0.1") == 0


def test_a_taken_port_is_an_error() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(OSError, match="in use"):
            metrics.serve_metrics(other.getsockname()[1], "127.0.0.1")


def test_prometheus_can_read_them_over_http() -> None:
    program = """
import socket, sys
from libs.common import metrics
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
metrics.DEGRADATIONS.labels(step="rerank").inc(3)
print(metrics.serve_metrics(port, "127.0.0.1"), flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
            body = response.read().decode()
        process.kill()
    assert 'causeway_degradations_total{step="rerank"} 3.0' in body
