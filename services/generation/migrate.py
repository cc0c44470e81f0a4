"""Brings generation's database to what the code expects and ends: `python -m services.generation.migrate`.

The service does the same when it starts. A job that runs before it may have a role with more rights.
"""

from __future__ import annotations

import asyncio

from libs.common.clock import SystemClock
from libs.common.logs import configure_logs
from libs.common.process import run
from libs.common.settings import environment, load_settings
from services.generation.settings import SERVICE, Settings
from services.generation.stores import open_generation_database


async def migrate(_: asyncio.Event) -> None:
    """Opens the database, which migrates it, and closes it."""
    settings = load_settings(Settings, environment())
    configure_logs(SERVICE, settings.log_level)
    open_generation_database(settings, SystemClock()).close()


def main() -> None:
    """Runs the process."""
    run(migrate)


if __name__ == "__main__":
    main()
