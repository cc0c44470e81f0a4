"""Runs the load generator in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.plan import Outcome, Plan
from libs.common.settings import environment

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "clients" / "python" / "src"
"""The published client, which one generator asks with."""


class GeneratorFailed(Exception):
    """The generator ended without a result; the message is what it said."""


def run_load(plan: Plan, core: int | None) -> Outcome:
    """Carries out a plan and returns what came of it.

    Args:
        plan: What to do.
        core: Where the generator runs; None leaves it to the system.

    Raises:
        GeneratorFailed: It did not end as it should.
    """
    place = () if core is None else ("--core", str(core))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.generator", *place],
        cwd=ROOT,
        env={**environment(), "PYTHONPATH": os.pathsep.join((str(ROOT), str(CLIENT)))},
        input=plan.to_json(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise GeneratorFailed(f"The load generator failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return Outcome.from_json(done.stdout)
