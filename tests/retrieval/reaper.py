"""Ends this process as if by `kill -9`, at a step that is named, at any step, or at an instant."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from libs.common.database_postgres import PostgresSession
from libs.common.database_sqlite import SqliteSession
from services.retrieval.database_postgres import RetrievalPostgres
from services.retrieval.database_sqlite import SqliteDatabase

INTAKE = ("record", "record", "remove_absent", "_keep_one", "_write", "_sync_folder")
RARE = (
    *("adopt", "settle", "unembedded", "keep_vectors", "go_live", "describe", "seal", "_write_durably"),
    *("publish", "release"),
)
FREQUENT = ("claim", "stage", "compare", "_keep_one", "_write", "record")
"""Functions that open a transaction, force a file to disk or give it its name; what they call is theirs."""
FURTHEST = 12
MOST_STEPS = 200
LONGEST_INSTANT = 0.15
_FRAMES = 8

Doom = Callable[[], None]


def doom_of(chance: random.Random, rare: Sequence[str]) -> Doom:
    """Draws how a life ends: mostly right after something that lasts, else anywhere.

    Args:
        chance: Draws it.
        rare: What a life does a few times only.
    """
    kind = chance.choice(("rare", "rare", "frequent", "any", "instant"))
    if kind == "rare":
        return after_named(chance.choice(rare), 1)
    if kind == "frequent":
        return after_named(chance.choice(FREQUENT), chance.randint(1, FURTHEST))
    if kind == "any":
        return before_step(chance.randint(1, MOST_STEPS))
    seconds = chance.uniform(0.002, LONGEST_INSTANT)
    return lambda: at_an_instant(seconds)


def at_an_instant(seconds: float) -> None:
    """Ends the process at an instant: the default of the alarm is to end it on the spot."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def before_step(number: int) -> Doom:
    """Ends the process before a statement, or a step of a file, whatever that is."""

    def doom() -> None:
        die = _countdown(number)

        def counted(step: Callable[..., Any]) -> Callable[..., Any]:
            def wrapped(*arguments: Any, **named: Any) -> Any:
                die()
                return step(*arguments, **named)

            return wrapped

        _wrap_files(counted)
        for session in (SqliteSession, PostgresSession):
            for name in ("rows", "change", "change_each"):
                setattr(session, name, counted(getattr(session, name)))

    return doom


def after_named(function: str, number: int) -> Doom:
    """Ends the process right after a transaction, or a step of a file, of a function."""

    def doom() -> None:
        die = _countdown(number)

        def counted(step: Callable[..., Any]) -> Callable[..., Any]:
            def wrapped(*arguments: Any, **named: Any) -> Any:
                result = step(*arguments, **named)
                if function in _callers():
                    die()
                return result

            return wrapped

        def after_exit(opened: Callable[..., Any]) -> Callable[..., Any]:
            @contextmanager
            def wrapped(*arguments: Any) -> Iterator[Any]:
                meant = function in _callers()
                with opened(*arguments) as session:
                    yield session
                if meant:
                    die()

            return wrapped

        _wrap_files(counted)
        for database in (SqliteDatabase, RetrievalPostgres):
            setattr(database, "transaction", after_exit(database.transaction))  # noqa: B010

    return doom


def _wrap_files(wrapper: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    for name in ("fsync", "rename", "replace", "utime"):
        setattr(os, name, wrapper(getattr(os, name)))


def _countdown(number: int) -> Callable[[], None]:
    left = [number]

    def die() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def _callers() -> set[str]:
    names, frame = set[str](), sys._getframe(1)
    for _ in range(_FRAMES):
        names.add(frame.f_code.co_name)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return names
