"""A build describes itself, and damage to it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.retrieval.build import FORMAT, MANIFEST, BuildRefused, check_files, describe, read_build


def described(folder: Path) -> Path:
    (folder / "segments").mkdir(parents=True)
    (folder / "segments" / "vectors.dat").write_bytes(b"\x01\x02\x03")
    (folder / "config.json").write_bytes(b"{}")
    (folder / MANIFEST).write_bytes(describe(folder, "main", 7, "fake-1", {"acme": 2, "globex": 1}))
    return folder


def test_a_description_can_be_read_again(tmp_path: Path) -> None:
    build = read_build(described(tmp_path / "7"))
    assert (build.index_version, build.revision, build.embedder) == ("main", 7, "fake-1")
    assert (build.tenants, build.passages) == ({"acme": 2, "globex": 1}, 3)
    assert set(build.files) == {"segments/vectors.dat", "config.json"}
    check_files(build, build.path)


def test_the_same_content_has_the_same_name_and_other_content_another(tmp_path: Path) -> None:
    one, two = described(tmp_path / "a"), described(tmp_path / "b")
    assert read_build(one).pointer == read_build(two).pointer
    (two / "config.json").write_bytes(b"[]")
    (two / MANIFEST).write_bytes(describe(two, "main", 7, "fake-1", {"acme": 2, "globex": 1}))
    assert read_build(one).pointer != read_build(two).pointer


def test_one_flipped_bit_is_found(tmp_path: Path) -> None:
    build = read_build(described(tmp_path))
    (tmp_path / "segments" / "vectors.dat").write_bytes(b"\x01\x02\x02")
    with pytest.raises(BuildRefused, match=r"segments/vectors\.dat of build 7 is damaged"):
        check_files(build, tmp_path)


def test_a_missing_file_is_found(tmp_path: Path) -> None:
    build = read_build(described(tmp_path))
    (tmp_path / "config.json").unlink()
    with pytest.raises(BuildRefused, match=r"config\.json of build 7 cannot be read"):
        check_files(build, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"format": 2}',
        b'{"format": 2, "index_version": "main", "revision": "seven", "embedder": "", "tenants": {}, "files": {}}',
        b'{"format": 2, "index_version": "main", "revision": 7, "embedder": "", "tenants": [], "files": {}}',
    ],
)
def test_a_description_that_is_no_description_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(BuildRefused):
        read_build(tmp_path)


def test_a_build_of_another_format_is_refused(tmp_path: Path) -> None:
    manifest = described(tmp_path) / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b'"format": %d' % FORMAT, b'"format": 1'))
    with pytest.raises(BuildRefused, match="format 1 is not the one of this version"):
        read_build(tmp_path)


def test_a_folder_without_a_description_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused):
        read_build(tmp_path / "absent")
