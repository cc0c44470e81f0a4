"""How sources are listed."""

from __future__ import annotations

import json

import pytest

from cli.source_list import Standing, ago, show_sources
from cli.source_schedule import declaration_of
from cli.source_state import SourceState
from libs.common.source import FolderSource, WebsiteSource

FOLDER = FolderSource(id="handbook", kind="folder", path="/srv/handbook", interval="1h")
SITE = WebsiteSource(id="site", kind="website", url="https://d.example/", interval="1h")
READ = SourceState("read", 10_000, 10_000, 1.0, declaration_of(FOLDER), 1234)
FAILED = SourceState(
    "failed", 10_000, 0, 1.0, declaration_of(SITE), failures=1, message="The [site] is down."
)


def test_the_table_shows_success_next_reading_and_what_is_late(capsys: pytest.CaptureFixture[str]) -> None:
    show_sources([Standing(FOLDER, READ), Standing(SITE, FAILED)], 10_600.0, as_json=False)

    shown = capsys.readouterr().out
    assert "1,234" in shown
    assert "10 min ago" in shown
    assert "in 50 min" in shown
    assert "failed late" in shown
    assert "site: The [site] is down." in shown


def test_machines_get_everything(capsys: pytest.CaptureFixture[str]) -> None:
    show_sources([Standing(SITE, FAILED)], 10_600.0, as_json=True)

    (one,) = json.loads(capsys.readouterr().out)
    assert (one["id"], one["kind"], one["place"]) == ("site", "website", "https://d.example/")
    assert (one["state"], one["late"], one["error"]) == ("failed", True, "The [site] is down.")
    assert one["last_success_at"] is None
    assert one["last_attempt_at"] == "1970-01-01T02:46:40Z"


def test_a_tenant_without_sources_is_told_where_they_go(capsys: pytest.CaptureFixture[str]) -> None:
    show_sources([], 0.0, as_json=False)

    assert "below `sources:`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (200_000, "2 d"), (-5, "0 s")],
)
def test_spans_of_time_are_rounded_as_people_do(seconds: float, words: str) -> None:
    assert ago(seconds) == words
