"""A real OpenAI-compatible embeddings endpoint on loopback, whose vectors count words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from tests.fakes.fake_embedder import FakeEmbedder


@dataclass
class EmbeddingsServer:
    """The endpoint as a test sees it.

    Attributes:
        base_url: Where it listens.
        faults: Answers given instead, one a call: status and headers, or a body.
        broken: The answer given instead to every call, until it is taken away.
        open: Where it is not set, calls are taken and not answered.
        most: Texts in a call above which it is refused.
        longest: Characters of a text above which it is refused.
        width: Length of its vectors.
        usage: Whether it says how many tokens it read.
        requests: Bodies of the calls.
        keys: Their authorization headers.
    """

    base_url: str = ""
    faults: list[tuple[int, dict[str, str]] | bytes] = field(default_factory=list)
    broken: tuple[int, dict[str, str]] | bytes | None = None
    open: threading.Event = field(default_factory=threading.Event)
    most: int = 2048
    longest: int = 1_000_000
    width: int = 384
    usage: bool = True
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """What the endpoint says to a call."""
        self.requests.append(body)
        self.open.wait()
        fault = self.faults.pop(0) if self.faults else self.broken
        if fault is not None:
            return (200, {}, fault) if isinstance(fault, bytes) else (*fault, b"{}")
        texts = body["input"]
        if len(texts) > self.most or any(len(text) > self.longest or not text for text in texts):
            return 400, {}, b'{"error": {"message": "input"}}'
        data = [{"index": place, "embedding": self._vector(text)} for place, text in enumerate(texts)]
        document = {"object": "list", "model": body["model"], "data": data[::-1]}
        if self.usage:
            document["usage"] = {"prompt_tokens": 7 * len(texts), "total_tokens": 7 * len(texts)}
        return 200, {}, json.dumps(document).encode()

    def _vector(self, text: str) -> list[float]:
        vector = FakeEmbedder().embed_query(text)
        vector[0] += 0.01  # a text without words has a direction too
        return [float(value) for value in np.resize(3 * vector, self.width)]


@contextmanager
def embeddings_server(port: int = 0) -> Iterator[EmbeddingsServer]:
    """Runs the endpoint for the length of a block, on a free port unless one is given."""
    server = EmbeddingsServer()
    server.open.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            server.keys.append(self.headers.get("authorization", ""))
            status, headers, body = server.answer(json.loads(raw))
            if self.path != "/v1/embeddings":
                status, body = 404, b"{}"
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # who asked has given up
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    listening.daemon_threads = True
    server.base_url = f"http://127.0.0.1:{listening.server_port}/v1"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.open.set()
        listening.shutdown()
        thread.join()
        listening.server_close()
