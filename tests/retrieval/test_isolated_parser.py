"""Parsing in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from services.retrieval.isolated_parser import IsolatedParser, ParserLimits
from services.retrieval.parsed_document import Unreadable
from services.retrieval.parsing import parse
from tests.retrieval.example_documents import GUIDE

ROOT = Path(__file__).resolve().parents[2]
TROUBLED = "tests.retrieval.troubled_parser_child"
PATIENT = ParserLimits(seconds=60, memory_mib=512)


@pytest.fixture
def troubled() -> Iterator[IsolatedParser]:
    parser = IsolatedParser(PATIENT, SystemClock(), TROUBLED)
    yield parser
    parser.close()


def refusal(parser: IsolatedParser, content: bytes, uri: str = "a") -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parser.parse(content, "text/plain", uri)
    return caught.value


def pid(parser: IsolatedParser) -> str:
    return parser.parse(b"environment", "text/plain", "a").text.split()[-1]


def test_a_document_is_what_it_is_without_a_process_of_its_own() -> None:
    parser = IsolatedParser(PATIENT, SystemClock())
    try:
        for content, content_type, uri in [
            (GUIDE.encode(), "text/markdown", "guide.md"),
            ("<title>Ünï</title><h1>Ünï</h1><p>Text 😀</p>".encode(), "text/html", "a.html"),
            (b"Just text.", "text/plain", "a.txt"),
        ]:
            assert parser.parse(content, content_type, uri) == parse(content, content_type, uri)
        assert refusal(parser, b"\0\1\2").code == "binary"
        assert refusal(parser, b" ").state == "skipped"
    finally:
        parser.close()


def test_large_documents_go_there_and_back(troubled: IsolatedParser) -> None:
    text = "word " * 1_000_000
    assert troubled.parse(text.encode(), "text/plain", "a").text == text.strip()


@pytest.mark.parametrize("what", [b"sleep", b"spin"])
def test_a_document_that_takes_too_long_is_given_up(what: bytes) -> None:
    parser = IsolatedParser(ParserLimits(seconds=1, memory_mib=512), SystemClock(), TROUBLED)
    try:
        # The child's start takes part of the time; a busy machine may need all of it, which is no fault here.
        late = refusal(parser, what)
        assert (late.code, late.state) == ("timeout", "failed")
        assert "more than 1 seconds" in str(late)
    finally:
        parser.close()


def test_a_document_that_takes_too_much_memory_is_given_up(troubled: IsolatedParser) -> None:
    before = pid(troubled)
    assert refusal(troubled, b"grow").code == "memory"
    assert pid(troubled) != before


@pytest.mark.parametrize(("what", "how"), [(b"crash", "SIGSEGV"), (b"leave", "status 3")])
def test_a_document_that_ends_the_parser_costs_only_itself(
    troubled: IsolatedParser, what: bytes, how: str
) -> None:
    ended = refusal(troubled, what)
    assert (ended.code, ended.state) == ("crashed", "failed")
    assert how in str(ended)
    assert troubled.parse(b"Bees.", "text/plain", "a").text == "Bees."


def test_a_document_is_not_blamed_for_what_an_earlier_one_broke(troubled: IsolatedParser) -> None:
    for _ in range(2):
        assert troubled.parse(b"leave the second time", "text/plain", "a").title == "Title"


def test_a_parser_that_was_killed_while_it_waited_is_replaced(troubled: IsolatedParser) -> None:
    os.kill(int(pid(troubled)), signal.SIGKILL)
    assert troubled.parse(b"Bees.", "text/plain", "a").text == "Bees."


def test_a_process_is_replaced_after_so_many_documents() -> None:
    parser = IsolatedParser(ParserLimits(60, 512, documents=2), SystemClock(), TROUBLED)
    try:
        pids = [pid(parser) for _ in range(4)]
    finally:
        parser.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]


@pytest.mark.parametrize("what", [b"connect", b"start"])
def test_a_parser_reaches_no_network_and_starts_nothing(troubled: IsolatedParser, what: bytes) -> None:
    fault = refusal(troubled, what)
    assert fault.code == "parser_fault"
    assert "RuntimeError" in str(fault)


def test_a_parser_writes_no_file(troubled: IsolatedParser, tmp_path: Path) -> None:
    path = tmp_path / "planted"
    assert refusal(troubled, b"write", str(path)).code == "parser_fault"
    assert not path.exists() or path.stat().st_size == 0


def test_a_parser_knows_no_secret(troubled: IsolatedParser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSEWAY_MODEL_API_KEY", "secret")
    names = troubled.parse(b"environment", "text/plain", "a").text.split()[:-1]
    assert "LANG" in names
    assert not [name for name in names if name.startswith("CAUSEWAY")]


def test_a_document_nested_too_deeply_is_refused(troubled: IsolatedParser) -> None:
    assert refusal(troubled, b"nest").code == "too_complex"


def test_what_a_library_prints_is_no_answer(troubled: IsolatedParser) -> None:
    assert troubled.parse(b"print", "text/plain", "a").text == "print"


def test_an_answer_that_is_none_is_refused(troubled: IsolatedParser) -> None:
    assert refusal(troubled, b"babble").code == "crashed"
    assert troubled.parse(b"Bees.", "text/plain", "a").text == "Bees."


def test_closing_ends_the_process(troubled: IsolatedParser) -> None:
    child = int(pid(troubled))
    troubled.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    troubled.close()


def test_the_process_does_not_outlive_a_worker_that_is_killed() -> None:
    program = (
        "from libs.common.clock import SystemClock\n"
        "from services.retrieval.isolated_parser import IsolatedParser, ParserLimits\n"
        f"parser = IsolatedParser(ParserLimits(60, 512), SystemClock(), {TROUBLED!r})\n"
        "print(parser.parse(b'environment', 'text/plain', 'a').text.split()[-1], flush=True)\n"
        "parser.parse(b'sleep', 'text/plain', 'a')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        child = int(worker.stdout.readline())
        worker.kill()
    deadline = time.monotonic() + 30
    while _is_there(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _is_there(pid: int) -> bool:
    """Whether a process is running; one that nobody has waited for is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
