"""A process that serves the published build of a folder, for tests of several of them.

Called with the folder, it prints `served`, a revision and how many passages it found, whenever the revision changes.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

from libs.common.clock import SystemClock
from services.retrieval.builds import BuildFolder
from services.retrieval.index_engine import load_index
from services.retrieval.served_index import ServedIndex
from services.retrieval.serving_copy import ServingCopies
from services.retrieval.visibility import Condition, Visibility

ALL = Condition(Visibility("acme", frozenset()))


async def serve(root: Path, last: int) -> None:
    """Serves until a revision has been searched."""
    copies = ServingCopies(root / "serving")
    served = ServedIndex(BuildFolder(root / "index", "main"), partial(load_index, copies), SystemClock())
    told = 0
    while told < last:
        await served.refresh()
        with served.lease() as serving:
            if serving is not None and serving.build.revision != told:
                found = await serving.index.keywords("text", ALL, 1000)
                assert len(found) == serving.build.passages
                told = serving.build.revision
                print("served", told, len(found), flush=True)
        await asyncio.sleep(0.01)
    await served.close()
    copies.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
