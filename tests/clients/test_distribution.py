"""What is published works by itself: from its wheel, in a fresh environment, without the repository."""

from __future__ import annotations

import asyncio
import json
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from libs.common.keys import create_signing_key
from tests.clients.environments import build_wheel, install, link_locked, new_environment, run
from tests.clients.team import target, token
from tests.retrieval.running_server import Running

PROGRAM = """
import json, sys
import causeway_client as c
with c.CausewayClient(sys.argv[1], sys.argv[2]) as client:
    found = client.search("radio battery", k=1)
foreign = [name for name in sys.modules if name.partition(".")[0] in ("libs", "services", "cli", "opentelemetry")]
print(json.dumps({
    "place": c.__file__, "title": found.passages[0].title, "foreign": foreign,
    "kinds": sorted(c.errors.ERRORS), "typed": type(found.passages[0]).__module__,
}))
"""
SIGNS = """
import pathlib, sys
from causeway_client import SigningKeyTokens
try:
    print(SigningKeyTokens(pathlib.Path(sys.argv[1]), service="team", tenant="acme")())
except ImportError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel and what it declares, and nothing else."""
    made = new_environment(tmp_path_factory.mktemp("fresh") / "venv")
    link_locked(made, [need.name for need in requirements(wheel) if need.marker is None])
    install(made, "--offline", wheel)
    return made


def requirements(wheel: Path) -> list[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
    return [Requirement(each) for each in metadata.get_all("Requires-Dist") or ()]


def test_the_wheel_holds_the_package_its_stubs_and_its_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        files = set(archive.namelist())

    for name in (
        "py.typed",
        "pb/retrieval/v1/retrieval_pb2.py",
        "langchain.py",
        "llamaindex.py",
        "haystack.py",
    ):
        assert f"causeway_client/{name}" in files
    assert {name.partition("/")[0].partition("-")[0] for name in files} == {"causeway_client"}


def test_frameworks_and_signing_are_extras(wheel: Path) -> None:
    needed = requirements(wheel)

    assert {need.name for need in needed if need.marker is None} == {
        "grpcio",
        "protobuf",
        "googleapis-common-protos",
    }
    assert {need.name for need in needed if need.marker is not None} == {
        "pyjwt",
        "opentelemetry-api",
        "langchain-core",
        "llama-index-core",
        "haystack-ai",
    }


@pytest.mark.asyncio(loop_scope="module")
async def test_the_installed_client_searches(python: Path, running: Running) -> None:
    done = await asyncio.to_thread(
        run, python, "-I", "-W", "error", "-c", PROGRAM, target(running), token(running)
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["title"] == "Guide"
    assert Path(answer["place"]).is_relative_to(python.parents[1])
    assert answer["foreign"] == []
    assert answer["typed"] == "causeway_client.passage"


def test_signing_without_its_extra_says_what_to_install(python: Path, tmp_path: Path) -> None:
    key = tmp_path / "team.key.pem"
    create_signing_key(key)

    without = run(python, "-I", "-c", SIGNS, key)
    link_locked(python, ["pyjwt", "cryptography"])
    with_extra = run(python, "-I", "-c", SIGNS, key)

    assert "causeway-client[signing]" in without.stdout
    assert with_extra.stdout.count(".") == 2, with_extra.stderr
