"""What this process holds."""

from __future__ import annotations

from benchmarks.process_memory import peak_mib, private_mib, resident_mib_here


def test_what_is_taken_is_counted() -> None:
    before = private_mib()
    taken = bytearray(b"x") * (64 * 2**20)

    assert private_mib() > before + 50
    assert private_mib() <= resident_mib_here() <= peak_mib()
    assert len(taken) == 64 * 2**20
