"""Reading a source of each kind."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pydantic import TypeAdapter

from cli.source_reader import opened
from libs.common.source import Source
from tests.fakes.fake_site import FakeSite, page

SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


async def test_every_kind_gives_documents_with_what_its_declaration_says(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.md").write_text("words")
    for command in (
        ["init", "-q", "-b", "main"], ["add", "-A"],
        ["-c", "user.name=t", "-c", "user.email=t@x", "commit", "-q", "-m", "m"],
    ):  # fmt: skip
        subprocess.run(["git", *command], cwd=tree, check=True)
    site = FakeSite({
        "https://d.example/a.md": page(),
        "https://d.example/s.xml": page(),
    })  # fmt: skip
    kinds: list[dict[str, object]] = [
        {"kind": "folder", "path": str(tree)},
        {"kind": "git", "repository": str(tree)},
        {"kind": "website", "url": "https://d.example/a.md"},
    ]
    for kind in kinds:
        source = SOURCE.validate_python({"id": "s", "tags": ["t"], "access": ["staff"], **kind})
        async with opened(source, tmp_path / str(kind["kind"]), site.crawl()) as reading:
            (document,) = reading.documents
            assert document.uri.endswith("a.md")
            assert b"words" in document.read()
            assert (document.tags, document.access) == (("t",), ("staff",))
