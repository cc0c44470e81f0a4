"""How a command ends: its words and its exit code."""

from __future__ import annotations

from pathlib import Path

import grpc
import httpx
import pytest

from cli.output import CommandFailed, CommandMisused, ending_of
from libs.common.errors import InvalidRequest, NotFound, Unauthenticated
from libs.common.settings import SettingsError


def rpc_error(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), "away")


def test_misuse_ends_with_2_and_failure_with_1() -> None:
    assert ending_of(CommandMisused("no")) == ("no", 2)
    assert ending_of(SettingsError("no")) == ("no", 2)
    assert ending_of(InvalidRequest("A state is one of these.")) == ("A state is one of these.", 2)
    assert ending_of(CommandFailed("no")) == ("no", 1)
    full = OSError(28, "No space left on device", "/data/x")
    assert ending_of(full) == ("/data/x: No space left on device.", 1)
    assert ending_of(NotFound("There is no such document.")) == ("There is no such document.", 1)


def test_keys_of_another_stack_are_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CAUSEWAY_DATA", str(tmp_path))
    monkeypatch.delenv("CAUSEWAY_KEYS", raising=False)

    ending = ending_of(Unauthenticated("The token's signature does not hold."))

    assert ending is not None
    assert str(tmp_path / "keys") in ending[0]
    assert "set CAUSEWAY_DATA" in ending[0]
    assert ending_of(Unauthenticated("The token's tenant is not known here.")) == (
        "The token's tenant is not known here.",
        1,
    )


def test_a_service_that_is_away_is_asked_for() -> None:
    ending = ending_of(rpc_error(grpc.StatusCode.UNAVAILABLE))
    assert ending is not None
    assert "Is `causeway up` running?" in ending[0]

    refused = httpx.ConnectError("refused", request=httpx.Request("GET", "http://127.0.0.1:1/v1/x?secret=1"))
    assert ending_of(refused) == (
        "The edge at http://127.0.0.1:1/ does not answer. Is `causeway up` running?",
        1,
    )
    assert ending_of(httpx.ConnectError("refused")) == (
        "The edge does not answer. Is `causeway up` running?",
        1,
    )


def test_a_fault_of_ours_is_not_dressed_up() -> None:
    assert ending_of(KeyError("x")) is None
