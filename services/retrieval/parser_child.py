"""The process in which documents are parsed: it has limits, and neither network nor secrets.

It reads requests from its standard input and answers on its standard output, until the input ends. A
request is two frames, what is said about the document (JSON) and its bytes; an answer is one. A frame is
its length, four bytes in network order, and so many bytes.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import struct
import sys
from typing import BinaryIO

import orjson

from services.retrieval.parsed_document import Unreadable
from services.retrieval.parsed_document_json import dump_parsed, dump_refusal
from services.retrieval.parsing import parse

LENGTH = struct.Struct("!I")
MAX_OPEN_FILES = 64

_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG, see prctl(2)."""
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.kill",
    "pty.",
)


def main() -> None:
    """Parses what comes in; called with the memory in MiB and the seconds that a document may take."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # a library that prints must not be taken for an answer
    _confine(memory)
    while (request := _read_frame(source)) is not None:
        content = _read_frame(source)
        if content is None:
            return
        _allow_seconds(seconds)
        answer = _answer(orjson.loads(request), content)
        target.write(LENGTH.pack(len(answer)) + answer)
        target.flush()


def _answer(request: dict[str, str], content: bytes) -> bytes:
    try:
        return dump_parsed(parse(content, request["content_type"], request["uri"]))
    except Unreadable as refusal:
        return dump_refusal(refusal)
    except MemoryError:
        return dump_refusal(Unreadable("memory", "Reading it takes too much memory; split or simplify it."))
    except RecursionError:
        return dump_refusal(Unreadable("too_complex", "It is nested too deeply; simplify the document."))
    except Exception as fault:  # noqa: BLE001 - the end of this process's work on a document
        name = type(fault).__name__
        return dump_refusal(
            Unreadable("parser_fault", f"The parser failed on it ({name}); simplify the document.")
        )


def _confine(memory: int) -> None:
    """Gives up what parsing does not need: room to grow, writing files, the network, other processes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
    if sys.platform == "linux":  # elsewhere address space has no limit that is kept
        resource.setrlimit(resource.RLIMIT_AS, (memory * 1024 * 1024,) * 2)
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    sys.addaudithook(_refuse)


def _refuse(event: str, _: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise RuntimeError(f"A parser must not do this: {event}.")


def _allow_seconds(seconds: int) -> None:
    """Has the kernel end the process once it has worked for so many seconds more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime) + seconds, hard))


def _read_frame(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    frame = source.read(length)
    return frame if len(frame) == length else None


if __name__ == "__main__":
    main()
