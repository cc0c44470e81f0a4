"""Parses documents in a process of its own, which is ended where it takes too long."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

from libs.common.clock import Clock
from libs.common.logs import logger
from services.retrieval.parsed_document import ParsedDocument, Unreadable
from services.retrieval.parsed_document_json import ReplyRefused, load_reply
from services.retrieval.parser_child import LENGTH

log = logger(__name__)

MODULE = "services.retrieval.parser_child"
MAX_REPLY_BYTES = 256 * 1024 * 1024
_ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""All that the child knows. Thread pools of numerical libraries would take its memory on large machines."""
_PART = 1024 * 1024
_LEAVE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ParserLimits:
    """What a document may cost.

    Attributes:
        seconds: Time for one document, by the clock and of the processor.
        memory_mib: Address space of the process.
        documents: A process is replaced after so many, so that what it may have lost in memory comes back.
    """

    seconds: int = 60
    memory_mib: int = 1024
    documents: int = 1000


class _ChildEnded(Exception):
    """The process has ended without an answer."""


class _TooLate(Exception):
    """The process has not answered in time."""


class IsolatedParser:
    """Parses one document at a time in a long-lived child process; for one thread.

    The child is started (not forked) with the first document. It knows no secret and reaches no network; it
    is killed when a document takes too long, and replaced when it ends.

    Args:
        limits: What a document may cost.
        clock: Tells how long a document has taken.
        module: What the child runs.
    """

    def __init__(self, limits: ParserLimits, clock: Clock, module: str = MODULE) -> None:
        self._limits = limits
        self._clock = clock
        self._module = module
        self._child: subprocess.Popen[bytes] | None = None
        self._parsed = 0

    def parse(self, content: bytes, content_type: str, uri: str) -> ParsedDocument:
        """Returns a document's text, blocks and metadata; see `parsing.parse`.

        Raises:
            Unreadable: It cannot be read, or not within the limits; the message is the reason.
        """
        request = orjson.dumps({"content_type": content_type, "uri": uri})
        frames = LENGTH.pack(len(request)) + request + LENGTH.pack(len(content)) + content
        try:
            return load_reply(self._reply(frames))
        except Unreadable as refusal:
            if refusal.code == "memory":
                self._kill()  # its memory is in pieces
            raise
        except ReplyRefused as refused:
            self._kill()
            raise Unreadable(
                "crashed", f"The parser answered with {refused}; save the document anew."
            ) from refused

    def close(self) -> None:
        """Ends the child."""
        self._kill()

    def _reply(self, frames: bytes) -> bytes:
        """Asks the child; once more a fresh one if it ends, since an earlier document may have broken it."""
        ended = 0
        for _ in range(2):
            try:
                return self._exchange(frames)
            except _TooLate:
                self._kill()
                raise self._late() from None
            except _ChildEnded:
                ended = self._ended()
            if ended == -signal.SIGXCPU:
                raise self._late()
        how = signal.Signals(-ended).name if ended < 0 else f"status {ended}"
        raise Unreadable("crashed", f"The parser ended on it ({how}); save the document anew, or split it.")

    def _late(self) -> Unreadable:
        return Unreadable(
            "timeout", f"Reading it takes more than {self._limits.seconds} seconds; split or simplify it."
        )

    def _exchange(self, frames: bytes) -> bytes:
        if self._parsed >= self._limits.documents:
            self._kill()
        child = self._child or self._start()
        self._parsed += 1
        deadline = self._clock.monotonic() + self._limits.seconds
        if child.stdin is None or child.stdout is None:
            raise _ChildEnded
        self._send(child.stdin, frames, deadline)
        (length,) = LENGTH.unpack(self._receive(child.stdout, LENGTH.size, deadline))
        if length > MAX_REPLY_BYTES:
            raise ReplyRefused("more than it may")
        return self._receive(child.stdout, length, deadline)

    def _send(self, pipe: IO[bytes], frames: bytes, deadline: float) -> None:
        rest = memoryview(frames)
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, selectors.EVENT_WRITE)
            while rest:
                self._wait(ready, deadline)
                try:
                    rest = rest[os.write(pipe.fileno(), rest[:_PART]) :]
                except BrokenPipeError:
                    raise _ChildEnded from None

    def _receive(self, pipe: IO[bytes], length: int, deadline: float) -> bytes:
        parts = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, selectors.EVENT_READ)
            while len(parts) < length:
                self._wait(ready, deadline)
                part = os.read(pipe.fileno(), min(_PART, length - len(parts)))
                if not part:
                    raise _ChildEnded
                parts += part
        return bytes(parts)

    def _wait(self, ready: selectors.BaseSelector, deadline: float) -> None:
        left = deadline - self._clock.monotonic()
        if left <= 0 or not ready.select(left):
            raise _TooLate

    def _start(self) -> subprocess.Popen[bytes]:
        limits = self._limits
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-B", "-m", self._module, str(limits.memory_mib), str(limits.seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=_ENVIRONMENT,
        )
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        self._child = child
        self._parsed = 0
        return child

    def _ended(self) -> int:
        """Returns how the child, which has closed its side, came to its end: a status, or minus a signal."""
        child = self._child
        if child is None:
            return 0
        try:
            return child.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL
        finally:
            self._kill()

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        log.debug("parser_ended", status=child.returncode, documents=self._parsed)
