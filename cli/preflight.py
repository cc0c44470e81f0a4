"""Checks before the start: the ports are free, and nobody else uses the data."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from cli.output import CommandFailed
from cli.settings import SERVICES, Settings


def check_ports(settings: Settings) -> None:
    """Refuses to start on a port that is taken.

    Raises:
        CommandFailed: Names each taken port and the variable that moves it.
    """
    taken = [service for service in SERVICES if not is_free(settings.bind, settings.port(service))]
    if not taken:
        return
    lines = [f"Port {settings.port(s)} ({s}) is taken." for s in taken]
    example = " ".join(f"CAUSEWAY_{s.upper()}_PORT={_free_port(settings.bind)}" for s in taken)
    raise CommandFailed(
        " ".join(lines)
        + f" Stop the process that listens there, or put other ports in front of the command: {example}"
    )


@contextlib.contextmanager
def lock_data(folder: Path) -> Iterator[None]:
    """Holds a data folder for one `causeway up`.

    Raises:
        CommandFailed: Another one holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "up.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise CommandFailed(f"{folder} cannot be written ({error.strerror}); set CAUSEWAY_DATA.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise CommandFailed(
                f"Another causeway (process {file.read().strip() or 'unknown'}) already runs on {folder}. "
                "Stop it, or give this one its own folder: CAUSEWAY_DATA=.causeway-2"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_free(bind: str, port: int) -> bool:
    """Whether nobody listens on a port."""
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True


def _free_port(bind: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.bind((bind, 0))
        return int(probe.getsockname()[1])
