"""What the command prints, for people and for machines, and how it ends."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from cli.settings import read_settings
from libs.common.errors import CausewayError, DependencyUnavailable, InvalidRequest, Unauthenticated
from libs.common.settings import SettingsError

P = ParamSpec("P")
R = TypeVar("R")

console = Console(highlight=False, soft_wrap=True, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

FAILED = 1
MISUSED = 2
INTERRUPTED = 130

_OF_KEYS = ("signature", "signed with a key", "owner of its key")
"""How refusals read that come of another stack's keys."""


class CommandFailed(Exception):
    """The command could not do what was asked; the message says what to do next."""


class CommandMisused(CommandFailed):
    """What was asked makes no sense as it stands; the message says how to ask for it."""


def print_json(value: Any) -> None:
    """Prints one JSON document on standard output."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def ends_cleanly(command: Callable[P, R]) -> Callable[P, R]:
    """Turns expected errors into one line on standard error and an exit code."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            raise _ended("Stopped.", INTERRUPTED) from None
        except Exception as error:
            ending = ending_of(error)
            if ending is None:
                raise
            raise _ended(*ending) from None

    return wrapped


def ending_of(error: Exception) -> tuple[str, int] | None:
    """The words and the exit code with which an expected error ends the command; None for any other."""
    if isinstance(error, SettingsError | CommandMisused):
        return str(error), MISUSED
    if isinstance(error, CommandFailed):
        return str(error), FAILED
    if isinstance(error, CausewayError):
        return _told(error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}.", FAILED
    # grpc and httpx take long to import: whoever raised their errors has done it already.
    family = type(error).__module__.partition(".")[0]
    if family == "grpc":
        return _rpc_ending(error)
    if family == "httpx":
        return _http_ending(error)
    return None


def _told(error: CausewayError) -> tuple[str, int]:
    if isinstance(error, Unauthenticated) and any(word in error.detail for word in _OF_KEYS):
        place = read_settings().keys_folder
        todo = "set CAUSEWAY_DATA to the data folder of the stack that runs, or CAUSEWAY_KEYS to its keys."
        return f"{error} The running services trust other keys than those in {place}: {todo}", FAILED
    if isinstance(error, DependencyUnavailable) and "does not answer" in error.detail:
        return f"{error} Is `causeway up` running?", FAILED
    return str(error), MISUSED if isinstance(error, InvalidRequest) else FAILED


def _rpc_ending(error: Exception) -> tuple[str, int] | None:
    import grpc

    from libs.common.rpc_errors import decode

    if not isinstance(error, grpc.aio.AioRpcError):
        return None
    return _told(decode(error, "The service"))


def _http_ending(error: Exception) -> tuple[str, int] | None:
    import httpx

    if not isinstance(error, httpx.HTTPError):
        return None
    try:
        address = f" at {error.request.url.copy_with(path='/', query=None)}"
    except RuntimeError:  # it was raised before there was a request
        address = ""
    return f"The edge{address} does not answer. Is `causeway up` running?", FAILED


def _ended(message: str, code: int) -> typer.Exit:
    errors.print(f"[red]causeway:[/] {escape(message)}", markup=True)
    return typer.Exit(code)
