"""Reads a declared source, of whatever kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from cli.crawl.website import Crawl, read_website
from cli.document import Reading
from cli.folder import read_folder
from cli.git_repository import GitRepository
from cli.path_rules import described
from libs.common.source import FolderSource, GitSource, Source


@asynccontextmanager
async def opened(source: Source, kept: Path, crawl: Crawl) -> AsyncIterator[Reading]:
    """Reads a source; its documents can be read until the context ends.

    Args:
        source: The declaration.
        kept: Folder in which copies are kept between two readings.
        crawl: How websites are fetched.

    Raises:
        CommandFailed: It cannot be read at all.
    """
    if isinstance(source, FolderSource):
        reading = await asyncio.to_thread(read_folder, Path(source.path), source.include, source.exclude)
        yield _described(source, reading)
    elif isinstance(source, GitSource):
        repository = GitRepository(kept / "repository.git")
        try:
            await asyncio.to_thread(repository.fetch, source)
            yield _described(source, await asyncio.to_thread(repository.read, source))
        finally:
            repository.close()
    else:
        yield _described(source, await read_website(source, kept / "pages", crawl))


def _described(source: Source, reading: Reading) -> Reading:
    return replace(reading, documents=tuple(described(source, d) for d in reading.documents))
