"""Declared sources are kept in step by the running stack: a folder, a repository, a website."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import ROOT, Stack, running

pytestmark = [pytest.mark.process, pytest.mark.timeout(400)]

GIT = {
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@x",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@x",
}


@dataclass
class Site:
    """A website on this machine."""

    pages: dict[str, str | int] = field(default_factory=dict)
    address: str = ""

    def handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = site.pages.get(self.path, 404)
                body = (
                    b""
                    if isinstance(found, int)
                    else f"<html><body><main>{found}</main></body></html>".encode()
                )
                self.send_response(found if isinstance(found, int) else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    one = Site({
        "/": '<h1>Harbour</h1><p>The harbour office opens at eight.</p><a href="/tides">Tides</a><a href="/fuel">Fuel</a>',
        "/tides": "<h1>Tides</h1><p>High water is announced by two blasts of the horn.</p>",
        "/fuel": "<h1>Fuel</h1><p>The fuel dock is closed on Sundays.</p>",
    })  # fmt: skip
    server = ThreadingHTTPServer(("127.0.0.1", 0), one.handler())
    one.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield one
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Stack]:
    """A stack whose tenant declares a website, a repository and a folder that is not there."""
    root = tmp_path_factory.mktemp("sourced")
    shutil.copytree(ROOT / "manifests", root / "manifests")
    tree = root / "tree"
    (tree / "docs").mkdir(parents=True)
    (tree / "docs" / "radio.md").write_text("# Radio\n\nThe marine radio listens on channel sixteen.\n")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "m"]):
        subprocess.run(["git", *command], cwd=tree, check=True, env={**os.environ, **GIT})
    declare(root, site, tree)
    with running(Stack(root / "data", extra={"CAUSEWAY_MANIFESTS": str(root / "manifests")})) as started:
        yield started


def declare(root: Path, site: Site, tree: Path, *more: dict[str, Any]) -> None:
    sources = [
        {"id": "site", "kind": "website", "url": site.address, "allow_private": True, "delay_seconds": 0, "interval": "1h", "tags": ["harbour"]},
        {"id": "code", "kind": "git", "repository": str(tree), "folder": "docs", "interval": "1h", "url": "https://docs.example/{page}"},
        {"id": "lost", "kind": "folder", "path": str(root / "nowhere"), "interval": "1h"},
        *more,
    ]  # fmt: skip
    tenant = (ROOT / "manifests/tenants/demo.yaml").read_text()
    (root / "manifests/tenants/demo.yaml").write_text(f"{tenant}\nsources: {json.dumps(sources)}\n")


def listed(stack: Stack) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in json.loads(stack.cli("sources", "list", "--json").stdout)}


def documents(stack: Stack, source_id: str) -> dict[str, dict[str, Any]]:
    found = json.loads(stack.cli("documents", "list", "--json").stdout)
    return {one["uri"]: one for one in found if one["source_id"] == source_id}


def eventually(condition: Callable[[], bool], seconds: float = 120.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
    return True


def test_declared_sources_are_read_by_themselves_and_what_fails_says_why(stack: Stack, site: Site) -> None:
    assert eventually(lambda: {s["state"] for s in listed(stack).values()} == {"read", "failed"})

    found = listed(stack)
    assert (found["site"]["state"], found["site"]["documents"]) == ("read", 3)
    assert (found["code"]["state"], found["code"]["documents"]) == ("read", 1)
    assert found["lost"]["state"] == "failed"
    assert "nowhere does not exist" in found["lost"]["error"]
    assert set(documents(stack, "site")) == {site.address, f"{site.address}tides", f"{site.address}fuel"}
    assert documents(stack, "code")["radio.md"]["url"] == "https://docs.example/radio"
    assert eventually(lambda: "channel sixteen" in stack.cli("search", "marine radio").stdout)


def test_a_site_that_is_half_down_loses_nothing_and_a_page_that_is_gone_leaves(
    stack: Stack, site: Site
) -> None:
    assert eventually(lambda: listed(stack)["site"]["state"] == "read")
    tides = f"{site.address}tides"
    kept = site.pages["/tides"]
    site.pages["/tides"] = 500
    down = stack.cli("sources", "sync", "site", check=False)
    assert down.returncode == 1
    assert "Nothing was removed" in down.stdout
    assert tides in documents(stack, "site")

    site.pages["/tides"] = 404
    assert "1 removed" in stack.cli("sources", "sync", "site").stdout
    assert tides not in documents(stack, "site")

    site.pages["/tides"] = kept
    assert "1 new or changed" in stack.cli("sources", "sync", "site").stdout


def test_a_site_that_shrinks_is_held_back_until_somebody_says_that_it_is_right(
    stack: Stack, site: Site
) -> None:
    assert eventually(lambda: listed(stack)["site"]["state"] == "read")
    home = site.pages["/"]
    site.pages["/"] = "<h1>Harbour</h1><p>A new page that leads nowhere.</p>"

    held = stack.cli("sources", "sync", "site", check=False)
    assert held.returncode == 1
    assert "--allow-shrink" in held.stdout
    assert len(documents(stack, "site")) == 3
    allowed = stack.cli("sources", "sync", "site", "--allow-shrink")
    assert "2 removed" in allowed.stdout

    site.pages["/"] = home
    stack.cli("sources", "sync", "site")


def test_a_source_that_is_declared_later_is_read_at_once_and_the_manifest_keeps_its_name(
    stack: Stack, site: Site
) -> None:
    root = Path(stack.extra["CAUSEWAY_MANIFESTS"]).parent
    before = json.loads(stack.cli("manifest", "show", "--json").stdout)
    (root / "later").mkdir()
    (root / "later" / "boats.md").write_text("# Boats\n\nBoats are lifted in October.\n")
    declare(root, site, root / "tree", {"id": "later", "kind": "folder", "path": str(root / "later")})

    assert eventually(lambda: set(documents(stack, "later")) == {"boats.md"})
    after = json.loads(stack.cli("manifest", "show", "--json").stdout)
    assert after["manifest_id"] == before["manifest_id"]
    assert after["environment_revision"] != before["environment_revision"]

    declare(root, site, root / "tree")
    assert eventually(lambda: "later" not in listed(stack))
    assert set(documents(stack, "later")) == {"boats.md"}
    assert "1 documents removed" in stack.cli("sources", "forget", "later").stdout
    assert documents(stack, "later") == {}


def test_ingest_takes_folders_files_and_addresses_and_waits_until_they_are_found(
    stack: Stack, site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "bees.md").write_text("# Bees\n\nThe hives are opened on the first warm day of March.\n")
    (folder / "logo.png").write_bytes(b"x")

    done = stack.cli("ingest", str(folder), f"{site.address}fuel", "--allow-private", "--tag", "notes")

    assert "left out: logo.png" in done.stdout
    assert "all of them can be found" in done.stdout
    assert "hives" in stack.cli("search", "hives in March").stdout
    (name,) = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("notes-")]
    assert set(documents(stack, name)) == {"bees.md"}
    again = json.loads(stack.cli("ingest", str(folder), "--json").stdout)
    assert (again["files"], again["failed"]) == (1, 0)
    refused = stack.cli("ingest", f"{site.address}fuel", check=False)
    assert refused.returncode == 1
    assert "--allow-private" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ingest", "/nowhere"), 2, "does not exist"),
        (("sources", "sync", "nope"), 1, "is not declared"),
        (("sources", "forget", "site"), 1, "would be read again"),
        (("sources", "sync", "site", "--watch"), 2, "--watch reads all sources"),
        (("documents", "list", "--state", "nonsense"), 2, "is no state. Name one of"),
    ],
)
def test_misuse_and_failures_say_what_to_do(
    stack: Stack, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = stack.cli(*arguments, check=False)

    assert done.returncode == code
    assert words in done.stderr


def test_keys_of_another_stack_are_explained(stack: Stack, tmp_path: Path) -> None:
    from cli.dev_keys import prepare_dev_keys

    prepare_dev_keys(tmp_path / "keys")
    other = Stack(tmp_path, extra={**stack.extra, "CAUSEWAY_DATA": str(tmp_path)})
    other.ports = stack.ports

    done = other.cli("documents", "list", check=False)

    assert done.returncode == 1
    assert "set CAUSEWAY_DATA" in done.stderr
