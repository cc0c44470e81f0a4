"""The images build with a real engine, where there is one."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.deploy import service_code as code
from tests.deploy.conftest import ROOT
from tests.deploy.dockerfile import DOCKERFILE

pytestmark = [pytest.mark.process, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def engine() -> str:
    found = shutil.which("docker")
    if found is None:
        pytest.skip("images are not built: there is no docker here")
    done = subprocess.run([found, "info"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        pytest.skip(
            f"images are not built: docker has no engine here ({reason[-1] if reason else 'no reason given'})"
        )
    return found


@pytest.mark.parametrize("target", [*code.SERVICES, "cli"])
def test_an_image_builds_and_imports_what_it_runs(target: str, engine: str) -> None:
    tag = f"causeway/{target}:test"
    build = [engine, "build", "--file", str(DOCKERFILE), "--target", target, "--tag", tag, "."]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr

    module = "cli.__main__" if target == "cli" else f"services.{target}.__main__"
    run = [engine, "run", "--rm", "--read-only", "--cap-drop=ALL", "--network=none", "--entrypoint=python"]
    done = subprocess.run(
        [*run, tag, "-c", f"import os, {module}; print(os.getuid())"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "10001", done.stderr
