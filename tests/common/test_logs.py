"""What a process writes to its log."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def logged(body: str, level: str = "info") -> list[dict[str, Any]]:
    """Runs a program of its own, because logging is the process's, and returns its records."""
    done = subprocess.run(
        [sys.executable, "-c", _program(body, level)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def _program(body: str, level: str) -> str:
    return "\n".join(
        (
            "import logging, threading",
            "from libs.common.logs import configure_logs, logger",
            f"configure_logs('probe', {level!r})",
            "log = logger('services.probe.server')",
            body,
        )
    )


def test_a_record_is_one_line_of_json_with_service_level_and_time() -> None:
    [record] = logged("log.info('answered', query_id='q_1', tokens=3)")
    assert record.pop("timestamp").endswith("Z")
    assert record == {
        "event": "answered",
        "level": "info",
        "service": "probe",
        "query_id": "q_1",
        "tokens": 3,
    }


def test_the_service_is_named_in_threads_too() -> None:
    body = "t = threading.Thread(target=lambda: log.warning('here')); t.start(); t.join()"
    assert [record["service"] for record in logged(body)] == ["probe"]


def test_records_of_other_libraries_look_the_same() -> None:
    [record] = logged("logging.getLogger('grpc').warning('odd: %s', 5)")
    assert (record["event"], record["level"], record["service"]) == ("odd: 5", "warning", "probe")


def test_only_our_own_modules_speak_while_debugging() -> None:
    body = "log.debug('ours'); logging.getLogger('hpack').debug('theirs')"
    assert [record["event"] for record in logged(body, "debug")] == ["ours"]
    assert logged(body, "info") == []


def test_a_level_hides_what_is_below_it() -> None:
    body = "log.info('no'); log.warning('no'); log.error('yes')"
    assert [record["event"] for record in logged(body, "error")] == ["yes"]


def test_a_traceback_stays_within_its_record_and_shows_no_variables() -> None:
    body = "\n".join(
        (
            "def fail(token):",
            "    raise KeyError('x')",
            "try:",
            "    fail('s3cr' + '3t')",
            "except KeyError:",
            "    log.exception('failed')",
        )
    )
    [record] = logged(body)
    assert "KeyError: 'x'" in record["exception"]
    assert "s3cr3t" not in json.dumps(record)


def test_a_value_that_json_cannot_hold_is_logged_all_the_same() -> None:
    records = logged("log.info('odd', half='\\ud800', big=10**40, path=__import__('pathlib').Path('/x'))")
    assert [record["event"] for record in records] == ["odd"]


def test_a_line_break_in_a_value_makes_no_second_record() -> None:
    [record] = logged("log.info('said', by='a\\n{\"event\": \"forged\"}')")
    assert record["event"] == "said"


def test_on_a_terminal_tracebacks_show_no_variables_either() -> None:
    body = "def fail(token):\n    raise KeyError('x')\ntry:\n    fail('s3cr' + '3t')\nexcept KeyError:\n    log.exception('failed')"
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", _program(body, "info")], cwd=ROOT, stderr=theirs)
    assert process.wait(timeout=30) == 0
    os.close(theirs)
    shown = _read_all(ours).decode()
    assert "failed" in shown
    assert "KeyError" in shown
    assert "s3cr3t" not in shown


def _read_all(descriptor: int) -> bytes:
    data = b""
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # how a pseudo-terminal says that nobody writes any more
            part = b""
        if not part:
            os.close(descriptor)
            return data
        data += part
