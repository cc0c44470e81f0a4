"""Waiting for processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.child import ChildSpec
from cli.output import CommandFailed
from cli.supervisor import Supervisor, running_probe
from libs.common.settings import environment


async def test_a_process_that_nobody_calls_is_ready_once_it_runs(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, lambda _name, _line: None)
    child = supervisor.start(
        ChildSpec("sleeper", "timeit", dict(environment()), ("-n", "1", "import time; time.sleep(60)"))
    )
    try:
        await supervisor.wait_ready(child, running_probe(child))
        assert child.pid is not None
    finally:
        await supervisor.stop()

    assert child.pid is None


async def test_a_process_that_cannot_run_with_its_settings_ends_the_wait_with_its_words(
    tmp_path: Path,
) -> None:
    supervisor = Supervisor(tmp_path, lambda _name, _line: None)
    child = supervisor.start(ChildSpec("refusing", "timeit", dict(environment()), ("--nonsense",)))

    async def never() -> bool:
        return False

    try:
        with pytest.raises(CommandFailed, match="refusing cannot start"):
            await supervisor.wait_ready(child, never)
    finally:
        await supervisor.stop()
