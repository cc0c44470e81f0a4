"""The widget's files."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from services.edge_gateway.etag import strong_etag
from services.edge_gateway.widget_files import WidgetFiles


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "loader.js").write_text("load()")
    (folder / "panel.64aaaadc0b30.js").write_text("panel()")
    (folder / "demo.852e5a96d21a.css").write_text("p{}")
    (folder / "demo.html").write_text("<!doctype html>")
    (folder / "playground.html").write_text("<!doctype html><title>p</title>")
    (folder / "manifest.json").write_text("{}")
    (tmp_path / "outside.64aaaadc0b30.js").write_text("secret")
    return folder


def test_a_file_comes_with_its_type_its_tag_and_compressed(dist: Path) -> None:
    file = WidgetFiles(dist).hashed("panel.64aaaadc0b30.js")

    assert file is not None
    assert file.content == b"panel()"
    assert gzip.decompress(file.compressed) == b"panel()"
    assert file.content_type == "text/javascript; charset=utf-8"
    assert file.etag == strong_etag(b"panel()")
    assert file.compressed_etag != file.etag


def test_loader_pages_and_stylesheet_are_found(dist: Path) -> None:
    files = WidgetFiles(dist)
    playground = files.playground()
    assert playground is not None
    assert b"<title>p" in playground.content

    loader, page, css = files.loader(), files.page(), files.hashed("demo.852e5a96d21a.css")
    assert loader is not None
    assert page is not None
    assert css is not None
    assert css.content_type == "text/css"


@pytest.mark.parametrize(
    "name",
    [
        "loader.js",
        "demo.html",
        "manifest.json",
        "missing.64aaaadc0b30.js",
        "../outside.64aaaadc0b30.js",
        "..%2foutside.64aaaadc0b30.js",
        "panel.64aaaadc0b30.js\x00",
        "panel.64aaaadc0b30.py",
        "",
        ".",
        "x" * 300 + ".64aaaadc0b30.js",
    ],
)
def test_nothing_else_is_served_under_a_hashed_name(dist: Path, name: str) -> None:
    assert WidgetFiles(dist).hashed(name) is None


def test_before_the_build_there_is_nothing(tmp_path: Path) -> None:
    files = WidgetFiles(tmp_path / "missing")

    assert files.loader() is None
    assert files.page() is None
    assert files.playground() is None


def test_a_new_build_is_served_without_a_restart(dist: Path) -> None:
    files = WidgetFiles(dist)
    before = files.loader()
    assert files.loader() is before

    (dist / "loader.js").write_text("load2()")
    os.utime(dist / "loader.js", ns=(1, 1))

    after = files.loader()
    assert after is not None
    assert after.content == b"load2()"
