"""The reader of the Dockerfile knows its subset, and refuses what is beyond."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.deploy import service_code as code
from tests.deploy.conftest import ROOT
from tests.deploy.dockerfile import (
    Copy,
    Dockerfile,
    UnknownInstruction,
    context_paths,
    is_in_context,
    read_copy,
    read_dockerfile,
)

TEXT = """# A comment
FROM python:3.11 AS first
ENV A=1 \\
    B="two words"
RUN make && \\
    # in between
    install
FROM first AS second
ENV A=3
EXPOSE 80
ENTRYPOINT ["python", "-c", "a  b"]
CMD ["x"]
"""


def _read(tmp_path: Path, text: str) -> Dockerfile:
    (tmp_path / "deploy/images").mkdir(parents=True)
    (tmp_path / "deploy/images/Dockerfile").write_text(text, "utf-8")
    return read_dockerfile(tmp_path)


def test_a_stage_continues_its_base(tmp_path: Path) -> None:
    read = _read(tmp_path, TEXT)

    assert [stage.name for stage in read.lineage("second")] == ["first", "second"]
    assert read.environment("second") == {"A": "3", "B": "two words"}
    assert read.command("second") == ("python", "-c", "a  b", "x")
    assert read.entrypoint("first") == ()
    assert read.exposed("second") == {80}
    assert read.images() == {"python:3.11"}
    assert read.stages["first"].instructions[1] == ("RUN", "make && install")


@pytest.mark.parametrize(
    "line", ["FROM python", "FROM a AS b\nSHELL x", "FROM a AS b\nVOLUME /x", "FROM a AS b\nADD x y"]
)
def test_an_instruction_beyond_the_subset_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownInstruction):
        _read(tmp_path, line)


def test_a_copy_says_from_where_and_where_to() -> None:
    assert read_copy("a b c/") == Copy("", ("a", "b"), "c/")
    assert read_copy("--from=x /a b") == Copy("x", ("/a",), "b")
    for wrong in ("--chown=1 a b", "*.py ./"):
        with pytest.raises(UnknownInstruction):
            read_copy(wrong)


def test_the_build_sees_what_it_copies_and_nothing_private() -> None:
    let_in = context_paths(ROOT)
    stages = read_dockerfile(ROOT).stages.values()
    copies = [read_copy(rest) for one in stages for word, rest in one.instructions if word == "COPY"]
    sources = {source for one in copies if not one.stage for source in one.sources}

    assert {one for one in sources if not is_in_context(one, let_in)} == set()
    for private in (
        ".git",
        ".env",
        ".venv",
        ".causeway",
        ".causeway/keys/cli.key.pem",
        "widget/node_modules",
        "tests",
    ):
        assert not is_in_context(private, let_in), private


def test_what_the_ignore_file_says_beyond_the_subset_is_refused(tmp_path: Path) -> None:
    for text in (".git\n", "*\n!libs/*.py\n"):
        (tmp_path / ".dockerignore").write_text(text, "utf-8")
        with pytest.raises(UnknownInstruction):
            context_paths(tmp_path)


def test_every_image_runs_as_somebody_without_rights() -> None:
    read = read_dockerfile(ROOT)

    for target in (*code.SERVICES, "cli"):
        assert read.last(target, "USER") == "10001:10001", target


def test_every_package_is_locked_and_nothing_is_compiled() -> None:
    installs = re.findall(
        r"(?:uv pip|bin/pip) install [^\n]*", (ROOT / "deploy/images/Dockerfile").read_text("utf-8")
    )

    assert len(installs) == 8
    for install in installs:
        assert "--require-hashes --no-deps" in install
        assert "--no-build" in install or "bootstrap.txt" in install


def test_each_service_installs_its_own_group() -> None:
    read = read_dockerfile(ROOT)
    for target in (*code.SERVICES, "cli"):
        sources = [read_copy(rest) for word, rest in read.stages[target].instructions if word == "COPY"]

        assert f"venv-{target}" in {copy.stage for copy in sources}
        assert ("COPY", f"requirements/{target}.txt requirements/") in read.stages[
            f"venv-{target}"
        ].instructions
