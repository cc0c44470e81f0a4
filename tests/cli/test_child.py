"""A supervised process is started again, told apart from a hopeless one, and stopped."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from cli import child as child_module
from cli.child import Child, ChildSpec


def make_child(tmp_path: Path, program: str, lines: list[str]) -> Child:
    """A child that runs a small program as a module."""
    (tmp_path / "program.py").write_text(program)
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    spec = ChildSpec("program", "program", variables)
    return Child(spec, tmp_path / "logs" / "program.log", lambda _, line: lines.append(line))


async def until(condition: object, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def test_its_output_reaches_the_log_and_the_listener(tmp_path: Path) -> None:
    lines: list[str] = []
    child = make_child(tmp_path, "print('hello'); import time; time.sleep(60)", lines)
    task = asyncio.create_task(child.keep_running())
    await until(lambda: "hello" in lines)
    await child.stop()
    await task

    assert (tmp_path / "logs" / "program.log").read_text() == "hello\n"
    assert child.pid is None


async def test_a_process_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "FIRST_PAUSE", 0.01)
    lines: list[str] = []
    child = make_child(tmp_path, "print('up'); raise SystemExit(3)", lines)
    task = asyncio.create_task(child.keep_running())
    await until(lambda: lines.count("up") >= 3)
    await child.stop()
    await task

    assert child.restarts >= 2
    assert any("ended with code 3" in line for line in lines)


async def test_a_misconfigured_process_is_not_started_again(tmp_path: Path) -> None:
    lines: list[str] = []
    child = make_child(tmp_path, "import sys; print('CAUSEWAY_X is not set'); sys.exit(2)", lines)
    await asyncio.wait_for(child.keep_running(), 10)

    assert child.failed.is_set()
    assert child.restarts == 0
    assert "CAUSEWAY_X is not set" in child.last_words


async def test_a_process_that_does_not_listen_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "STOP_SECONDS", 0.2)
    lines: list[str] = []
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    child = make_child(tmp_path, deaf, lines)
    task = asyncio.create_task(child.keep_running())
    await until(lambda: "deaf" in lines)
    await asyncio.wait_for(child.stop(), 5)
    await task

    assert child.pid is None


async def test_a_line_without_end_does_not_stop_the_reading(tmp_path: Path) -> None:
    lines: list[str] = []
    program = f"import sys, time; sys.stdout.write('x' * {1 << 20} + '\\nend\\n'); sys.stdout.flush(); time.sleep(60)"
    child = make_child(tmp_path, program, lines)
    task = asyncio.create_task(child.keep_running())
    await until(lambda: any(line.endswith("end") for line in lines))
    await child.stop()
    await task
