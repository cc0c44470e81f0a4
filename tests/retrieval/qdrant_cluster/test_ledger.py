"""The ledger tells what has to be written, and what has to go."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.qdrant_cluster.ledger import Ledger

contents = st.dictionaries(
    st.integers(0, 2**128 - 1).map(lambda number: str(UUID(int=number))),
    st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}"),
    max_size=20,
)


@given(contents, contents, st.integers(1, 7))
def test_it_finds_the_new_the_changed_and_the_gone(
    held: dict[str, str], others: dict[str, str], size: int
) -> None:
    kept = dict(list(held.items())[::2])
    wanted = list((others | kept).items())
    ledger = Ledger(held.items())
    written = []
    for start in range(0, len(wanted), size):
        page = wanted[start : start + size]
        written += [pair for pair, differs in zip(page, ledger.meet(page), strict=True) if differs]
    assert written == [pair for pair in wanted if held.get(pair[0]) != pair[1]]
    assert set(ledger.unmet()) == set(held) - {name for name, _ in wanted}
    ledger.settle()
    assert len(ledger) == len(wanted)
    assert set(ledger.unmet()) == {name for name, _ in wanted}
    assert ledger.meet(wanted) == [False] * len(wanted)
    assert list(ledger.unmet()) == []


def test_an_empty_ledger_wants_everything_written() -> None:
    ledger = Ledger()
    assert ledger.meet([(str(UUID(int=1)), "00")]) == [True]
    assert ledger.meet([]) == []
    assert list(ledger.unmet()) == []
