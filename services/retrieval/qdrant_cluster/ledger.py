"""Remembers what a collection holds: 24 bytes a passage, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

import numpy as np
import numpy.typing as npt

_PAGE = 10_000
_ID = np.dtype([("high", ">u8"), ("low", ">u8")])

_Ids = npt.NDArray[np.void]
_Digests = npt.NDArray[np.uint64]


class Ledger:
    """The ids and digests of a collection's passages, to be compared with what should be there.

    Args:
        held: Ids and digests (16 hexadecimal digits) of what the collection holds.
    """

    def __init__(self, held: Iterable[tuple[str, str]] = ()) -> None:
        self._hold(*_columns(held))

    def __len__(self) -> int:
        return len(self._ids)

    def meet(self, wanted: Sequence[tuple[str, str]]) -> list[bool]:
        """Marks passages as wanted, and tells for each whether it has to be written."""
        ids, digests = _columns(wanted)
        self._wanted.append((ids, digests))
        if not len(self._ids):
            return [True] * len(wanted)
        places = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        held = self._ids[places] == ids
        self._met[places[held]] = True
        differs: list[bool] = (~held | (self._digests[places] != digests)).tolist()
        return differs

    def unmet(self) -> Iterator[str]:
        """Yields the ids that nobody wanted: what the collection holds and should not."""
        for place in np.flatnonzero(~self._met):
            yield str(UUID(bytes=self._ids[place].tobytes()))

    def settle(self) -> None:
        """Takes what was wanted for what is held, once it has been written."""
        ids, digests = _columns(())
        if self._wanted:
            # Joining arrays may change their byte order, and with it what `tobytes` gives.
            ids = np.concatenate([page for page, _ in self._wanted]).astype(_ID)
            digests = np.concatenate([page for _, page in self._wanted])
        self._hold(ids, digests)

    def _hold(self, ids: _Ids, digests: _Digests) -> None:
        order = np.argsort(ids, order=("high", "low"))
        self._ids, self._digests = ids[order], digests[order]
        self._met = np.zeros(len(ids), bool)
        self._wanted: list[tuple[_Ids, _Digests]] = []


def _columns(pairs: Iterable[tuple[str, str]]) -> tuple[_Ids, _Digests]:
    remaining = iter(pairs)
    ids: list[bytes] = []
    digests: list[_Digests] = []
    while page := list(islice(remaining, _PAGE)):
        ids.append(b"".join(UUID(passage_id).bytes for passage_id, _ in page))
        digests.append(np.array([int(digest or "0", 16) for _, digest in page], np.uint64))
    numbers = np.concatenate(digests) if digests else np.zeros(0, np.uint64)
    return np.frombuffer(b"".join(ids), _ID), numbers
