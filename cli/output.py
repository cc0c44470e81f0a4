"""What the command prints, for people and for machines, and how it ends."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import grpc
import httpx
import orjson
import typer
from rich.console import Console

from libs.common.errors import CausewayError, DependencyUnavailable
from libs.common.rpc_errors import decode
from libs.common.settings import SettingsError

P = ParamSpec("P")
R = TypeVar("R")

console = Console(highlight=False, soft_wrap=True, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

FAILED = 1
MISUSED = 2


class CommandFailed(Exception):
    """The command could not do what was asked; the message says what to do next."""


def print_json(value: Any) -> None:
    """Prints one JSON document on standard output."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def ends_cleanly(command: Callable[P, R]) -> Callable[P, R]:
    """Turns expected errors into one line on standard error and an exit code."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (CommandFailed, CausewayError) as error:
            raise _ended(str(error), FAILED) from None
        except SettingsError as error:
            raise _ended(str(error), MISUSED) from None
        except grpc.aio.AioRpcError as error:
            meant = decode(error, "The service")
            hint = " Is `causeway up` running?" if isinstance(meant, DependencyUnavailable) else ""
            raise _ended(f"{meant}{hint}", FAILED) from None
        except httpx.HTTPError as error:
            address = f" at {error.request.url.copy_with(path='/')}" if _has_request(error) else ""
            raise _ended(f"The edge{address} does not answer. Is `causeway up` running?", FAILED) from None
        except KeyboardInterrupt:
            raise _ended("Stopped.", 130) from None

    return wrapped


def _has_request(error: httpx.HTTPError) -> bool:
    try:
        return error.request is not None
    except RuntimeError:
        return False


def _ended(message: str, code: int) -> typer.Exit:
    errors.print(f"[red]causeway:[/] {message}", markup=True)
    return typer.Exit(code)
