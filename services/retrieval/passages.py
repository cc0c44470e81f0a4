"""Looks passages up by id, as far as the caller may see them."""

from __future__ import annotations

from collections.abc import Sequence

from libs.common.caller import Caller
from libs.common.errors import DependencyUnavailable, InvalidRequest
from services.retrieval.index import IndexFailure
from services.retrieval.passage import Passage
from services.retrieval.served_versions import ServedVersions
from services.retrieval.visibility import Condition, visible_to

MAX_IDS = 100


class PassageLookup:
    """Reads passages from the served index.

    Args:
        served: The index.
    """

    def __init__(self, served: ServedVersions) -> None:
        self._served = served

    async def get(self, caller: Caller, passage_ids: Sequence[str]) -> list[Passage]:
        """Returns the passages of these ids in their order, each once.

        An id that is unknown, or another tenant's, or hidden from the caller, is left out: nobody
        learns which of the three it is.

        Raises:
            InvalidRequest: There are more than 100 ids, or none.
            DependencyUnavailable: The index failed.
        """
        wanted = list(dict.fromkeys(passage_ids))
        if not 1 <= len(passage_ids) <= MAX_IDS:
            raise InvalidRequest(f"Ask for 1 to {MAX_IDS} passages at a time.", field="passage_ids")
        condition = Condition(visible_to(caller))
        with self._served.lease(caller.tenant) as serving:
            if serving is None:
                return []
            try:
                stored = await serving.index.fetch(wanted, condition)
            except IndexFailure as error:
                raise DependencyUnavailable("The passages cannot be read; try again shortly.") from error
        return [stored[passage_id].passage for passage_id in wanted if passage_id in stored]
