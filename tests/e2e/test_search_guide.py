"""Every line of the guide for teams that search runs as it is printed, against a running stack."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.environments import build_wheel, frameworks_environment, install
from tests.e2e.stack import ROOT, Stack

GUIDE = (ROOT / "docs/guides/search.md").read_text(encoding="utf-8")
PRINTED_ADDRESS = "127.0.0.1:50051"
BUF = ROOT / "tools/node_modules/.bin/buf"

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def environment(stack: Stack) -> dict[str, str]:
    paths = [str(BUF.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {
        **stack.environment,
        "PATH": os.pathsep.join(paths),
        "CAUSEWAY_TOKEN": stack.token("--service", "retrieval", "--role", "search"),
        "HAYSTACK_TELEMETRY_ENABLED": "False",
    }


def ran(stack: Stack, *command: str, **more: str) -> str:
    """What a command prints, which must end well."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(stack) | more,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def here(stack: Stack, text: str) -> str:
    """The text with the address of this stack in the place of the default one."""
    return text.replace(PRINTED_ADDRESS, f"127.0.0.1:{stack.ports['RETRIEVAL']}")


def is_of_a_framework(block: str) -> bool:
    return re.search(r"causeway_client\.(langchain|llamaindex|haystack)", block) is not None


def test_the_python_of_the_guide_runs_from_top_to_bottom(stack: Stack) -> None:
    program = "\n".join(block for block in blocks("python") if not is_of_a_framework(block))
    assert program.count("CausewayClient(") >= 4

    printed = ran(
        stack, sys.executable, "-W", "error", "-c", here(stack, program) + "\nclient.close()\n",
        PYTHONPATH=str(ROOT / "clients/python/src"),
    )  # fmt: skip

    assert "Leave" in printed
    assert "k k is 99; ask for 1 to 50, or 0." in printed
    assert "embed" in printed
    assert "returned" in printed


def test_the_retrievers_of_the_guide_run(stack: Stack, tmp_path: Path) -> None:
    python = frameworks_environment()
    install(python, "--offline", "--reinstall", build_wheel(tmp_path))
    start = "import os\nfrom causeway_client import CausewayClient\n"
    start += f'client = CausewayClient("{PRINTED_ADDRESS}", os.environ["CAUSEWAY_TOKEN"])\n'
    programs = [block for block in blocks("python") if is_of_a_framework(block)]
    assert len(programs) == 3

    printed = ran(stack, str(python), "-I", "-c", here(stack, start + "\n".join(programs)))

    titles = re.findall(r"^\[.*\]$", printed, re.MULTILINE)
    assert len(titles) == 3
    assert len(set(titles)) == 1
    assert "Leave" in titles[0]


@pytest.mark.skipif(not BUF.exists(), reason="buf is installed by make check")
def test_the_shell_of_the_guide_runs_in_one_go(stack: Stack) -> None:
    script = "set -euo pipefail\n" + "\n".join(blocks("console"))
    assert script.count("buf curl") == 2

    printed = ran(stack, "bash", "-c", here(stack, script))

    assert '"passages"' in printed
    assert "causeway.retrieval.v1.Retrieval/Search\n" in printed
    assert "stage" in printed
