"""A queue in which tenants take turns, so that none can make another wait."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Things that wait, first in first out for each tenant, one tenant after the other."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, OrderedDict[T, None]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def push(self, tenant: str, thing: T) -> None:
        """Puts a thing at the end of its tenant's line; a tenant without one takes the last turn."""
        self._waiting.setdefault(tenant, OrderedDict())[thing] = None
        self._length += 1

    def pop(self) -> T:
        """Takes the thing whose turn it is; raises IndexError when nothing waits."""
        if not self._waiting:
            raise IndexError("nothing waits")
        tenant, line = self._waiting.popitem(last=False)
        thing, _ = line.popitem(last=False)
        if line:
            self._waiting[tenant] = line
        self._length -= 1
        return thing

    def drop(self, tenant: str, thing: T) -> None:
        """Takes a thing out of its line, if it is still there."""
        line = self._waiting.get(tenant)
        if line is None or thing not in line:
            return
        del line[thing]
        if not line:
            del self._waiting[tenant]
        self._length -= 1

    def ahead_of(self, tenant: str) -> int:
        """Returns how many would be taken before a new thing of a tenant.

        With turns, a tenant with many things in line is ahead of a newcomer by one for each turn that
        the newcomer's own line takes, and no more.
        """
        own = len(self._waiting.get(tenant, ()))
        others = sum(min(len(line), own + 1) for name, line in self._waiting.items() if name != tenant)
        return own + others
