"""What `causeway ingest` is asked to take."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.folder import read_folder
from cli.ingest_targets import Asked, source_name, targets_of
from cli.output import CommandMisused
from libs.common.source import FolderSource, SitemapSource, WebsiteSource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "My Handbook"
    (root / "sub").mkdir(parents=True)
    for name in ("a.md", "b[1].md", "sub/a.md"):
        (root / name).write_text("x")
    return root


def test_a_source_is_named_after_its_folder_the_same_each_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = source_name(str(folder))
    monkeypatch.chdir(folder.parent)

    assert named.startswith("my-handbook-")
    assert source_name("My Handbook/") == source_name("./My Handbook/sub/..") == named
    assert source_name(str(folder / "a.md")) == named
    assert source_name(str(folder / "sub")) != named


def test_a_site_gives_its_name_too() -> None:
    assert source_name("https://Docs.example/guide") == "docs.example"
    assert source_name("http://127.0.0.1:8000/") == "127.0.0.1-8000"


def test_a_file_is_a_part_of_its_folders_source(folder: Path) -> None:
    (target,) = targets_of([str(folder / "b[1].md")], Asked(access=("staff",)))

    assert isinstance(target.source, FolderSource)
    found = read_folder(Path(target.source.path), target.source.include)
    assert [d.uri for d in found.documents] == ["b[1].md"]
    assert target.source.access == ("staff",)


def test_a_name_means_that_file_alone_and_not_one_below(folder: Path) -> None:
    (target,) = targets_of([str(folder / "a.md")], Asked())

    assert isinstance(target.source, FolderSource)
    assert [d.uri for d in read_folder(folder, target.source.include).documents] == ["a.md"]


def test_an_address_is_a_page_a_site_or_a_sitemap() -> None:
    (one,) = targets_of(["https://d.example/x"], Asked())
    (site,) = targets_of(["https://d.example/x"], Asked(depth=3, max_pages=7, allow_private=True))
    (listed,) = targets_of(["https://d.example/s.xml"], Asked(sitemap=True))

    assert isinstance(one.source, WebsiteSource)
    assert one.source.depth == 0
    assert isinstance(site.source, WebsiteSource)
    assert (site.source.depth, site.source.max_pages, site.source.allow_private) == (3, 7, True)
    assert isinstance(listed.source, SitemapSource)


def test_a_place_that_is_named_twice_is_taken_once_and_one_name_holds_for_all(folder: Path) -> None:
    targets = targets_of([str(folder), str(folder), "https://d.example/"], Asked(source_id="all"))

    assert [t.source_id for t in targets] == ["all", "all"]
    assert [t.source.id for t in targets] != ["all", "all"]  # what is kept of each stays apart


@pytest.mark.parametrize(
    ("places", "asked", "words"),
    [
        (["/nowhere"], Asked(), "/nowhere does not exist"),
        (["http://u:p@d/"], Asked(), "no place for secrets"),
        (["https://d/"], Asked(access=(" ",)), "access|pattern"),
    ],
)
def test_what_makes_no_sense_is_misuse(places: list[str], asked: Asked, words: str) -> None:
    with pytest.raises(CommandMisused, match=words):
        targets_of(places, asked)
