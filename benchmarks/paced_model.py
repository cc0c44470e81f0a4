"""The paced upstream as the other benchmarks see it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from benchmarks.answer_text import FIRST_WORD
from benchmarks.child_process import Start, clean_environment, free_ports, http_ready, running
from benchmarks.plan import StreamTarget
from benchmarks.script import Script
from benchmarks.upstream import MODEL

LAST = "data: [DONE]"


@dataclass(frozen=True, slots=True)
class PacedModel:
    """A running upstream.

    Attributes:
        port: Where it listens, on loopback.
    """

    port: int

    @property
    def base_url(self) -> str:
        """Address of its API."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def variables(self) -> dict[str, str]:
        """What makes a Causeway use it."""
        return {
            "CAUSEWAY_MODEL": f"openai/{MODEL}",
            "CAUSEWAY_MODEL_BASE_URL": self.base_url,
            "CAUSEWAY_MODEL_API_KEY": "none",
        }

    def play(self, script: Script) -> None:
        """Has it answer so from now on."""
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/script", content=script.to_json(), trust_env=False, timeout=10.0
        )
        answer.raise_for_status()


@contextmanager
def paced_model(logs: Path, core: int | None) -> Iterator[PacedModel]:
    """Runs an upstream for the length of a block."""
    (port,) = free_ports(1)
    place = [] if core is None else ["--core", str(core)]
    command = [sys.executable, "-m", "benchmarks.upstream", "--port", str(port), *place]
    start = Start(command, clean_environment(), logs / "upstream.log", core)
    with running(start, http_ready(f"http://127.0.0.1:{port}/healthz")):
        yield PacedModel(port)


def completions(port: int, model: str, questions: tuple[str, ...], token: str = "") -> StreamTarget:
    """Streamed completions of an OpenAI-compatible server.

    Args:
        port: Where it listens, on loopback.
        model: The model's name there.
        questions: What is asked, in turn.
        token: Sent as bearer; may be empty.
    """
    return StreamTarget(
        port=port,
        path="/v1/chat/completions",
        headers=({"authorization": f"Bearer {token}"} if token else {},),
        bodies=tuple(_body(model, question) for question in questions),
        first=FIRST_WORD,
        last=LAST,
    )


def bare(upstream: PacedModel, questions: tuple[str, ...]) -> StreamTarget:
    """The upstream itself."""
    return completions(upstream.port, MODEL, questions)


def _body(model: str, question: str) -> str:
    document = {"model": model, "messages": [{"role": "user", "content": question}], "stream": True}
    return orjson.dumps(document).decode()
