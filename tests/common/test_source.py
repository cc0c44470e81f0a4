"""What a tenant may declare as a source."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from libs.common.source import FolderSource, GitSource, SitemapSource, Source, WebsiteSource, seconds_of

SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


def source(**fields: Any) -> Source:
    return SOURCE.validate_python({"id": "handbook", **fields})


def wrong(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        source(**fields)
    return str(caught.value)


def test_each_kind_is_told_by_its_kind() -> None:
    assert isinstance(source(kind="folder", path="../handbook"), FolderSource)
    assert isinstance(source(kind="git", repository="https://git.example/a.git"), GitSource)
    assert isinstance(source(kind="website", url="https://docs.example/"), WebsiteSource)
    assert isinstance(source(kind="sitemap", url="https://docs.example/sitemap.xml"), SitemapSource)


@pytest.mark.parametrize(("interval", "seconds"), [("90s", 90), ("15m", 900), ("6h", 21600), ("1d", 86400)])
def test_intervals_are_a_number_and_a_unit(interval: str, seconds: int) -> None:
    assert source(kind="folder", path="x", interval=interval).interval_seconds == seconds


@pytest.mark.parametrize("interval", ["", "15", "1w", "-1m", "1s", "91d", "1 h", "٣m", "1h\n"])
def test_other_intervals_are_refused_with_how_to_write_one(interval: str) -> None:
    with pytest.raises(ValueError, match=r"such as 15m|between 10 seconds and 90 days"):
        seconds_of(interval)


@pytest.mark.parametrize(
    "repository",
    [
        "https://git.example/team/docs.git",
        "ssh://git@git.example/team/docs.git",
        "git@git.example:team/docs.git",
        "file:///srv/docs.git",
        "/srv/docs.git",
    ],
)
def test_repositories_are_named_by_a_plain_protocol(repository: str) -> None:
    assert source(kind="git", repository=repository)


@pytest.mark.parametrize(
    "repository",
    [
        "ext::sh -c id",
        "ext::sh",
        "fd::17",
        "a@b::c",
        "--upload-pack=id",
        "-oProxyCommand=id@host:x",
        "docs.git",
        "https://token@git.example/docs.git",
        "git://git.example/docs.git",
    ],
)
def test_other_protocols_options_and_credentials_are_refused(repository: str) -> None:
    assert "repository" in wrong(kind="git", repository=repository)


@pytest.mark.parametrize("branch", ["-x", "a b", "--upload-pack=id", "a..b\n", "/x"])
def test_a_branch_is_no_option(branch: str) -> None:
    wrong(kind="git", repository="/r", branch=branch)


@pytest.mark.parametrize("folder", ["/etc", "../x", "a/../../b"])
def test_a_folder_stays_below_its_repository(folder: str) -> None:
    assert "leaves the repository" in wrong(kind="git", repository="/r", folder=folder)


@pytest.mark.parametrize(
    "url", ["ftp://x/", "docs.example", "https://", "https://u:p@x/", "https://x:99999/", "https://x:0/"]
)
def test_a_website_has_a_plain_address(url: str) -> None:
    wrong(kind="website", url=url)


@pytest.mark.parametrize("url", ["https://d.example/{stem}.html", "https://d.example/{path}?v={name}", ""])
def test_a_template_names_parts_of_the_path(url: str) -> None:
    assert source(kind="folder", path="x", url=url)


@pytest.mark.parametrize(
    "url",
    ["https://d.example/{stem", "https://d.example/{}", "https://d.example/{path!r}", "https://d.example/{path:>9999999}",
     "https://d.example/{path.real}", "https://{path}/", "/docs/{path}"],
)  # fmt: skip
def test_other_templates_are_refused(url: str) -> None:
    wrong(kind="folder", path="x", url=url)


def test_the_source_of_make_run_cannot_be_declared() -> None:
    with pytest.raises(ValidationError, match="choose another id"):
        SOURCE.validate_python({"id": "docs", "kind": "folder", "path": "x"})


def test_a_field_of_another_kind_is_refused() -> None:
    assert "depth" in wrong(kind="sitemap", url="https://d.example/s.xml", depth=3)
