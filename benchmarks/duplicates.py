"""MinHash beside SimHash on real pages that were edited a little: which finds them, at what cost.

Run it as `python -m benchmarks.duplicates FOLDER…`; it prints a Markdown table.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.conditions import observe
from services.retrieval.document_digest import FEWEST_WORDS, RUN, DocumentDigest, digest_of, similarity
from services.retrieval.resemblance import NEARLY

ROOT = Path(__file__).parents[1]
SEED = 7
MOST_PAGES = 100
EDITS = (0.01, 0.03, 0.06, 0.1)
"""Shares of a page's words that are replaced."""
BITS = (3, 6, 10)
"""Bits by which two SimHashes may differ."""


def simhash(words: Sequence[str]) -> int:
    """Returns a 64-bit SimHash of the runs of words (Charikar, 2002)."""
    sums = [0] * 64
    for place in range(len(words) - RUN + 1):
        run = " ".join(words[place : place + RUN])
        value = int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest())
        for bit in range(64):
            sums[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if sums[bit] > 0)


def edited(words: Sequence[str], share: float, chance: random.Random) -> list[str]:
    """Returns the words with a share of them replaced."""
    changed = list(words)
    for place in chance.sample(range(len(words)), max(1, round(share * len(words)))):
        changed[place] = f"edit{chance.randrange(10**9)}"
    return changed


def runs_of(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Returns the runs of words of a text."""
    return frozenset(tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1))


def runs_in_common(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Returns the exact share of runs that two texts have in common."""
    return len(one & other) / len(one | other)


def nearly_by_minhash(one: DocumentDigest, other: DocumentDigest) -> bool:
    """Whether two digests are taken for nearly the same, as the ingest does."""
    return bool(set(one.bands) & set(other.bands)) and similarity(one.signature, other.signature) >= NEARLY


def measured(pages: Sequence[Sequence[str]]) -> list[tuple[str, float, float, float]]:
    """Returns name, share of nearly equal pairs found, share of other pairs taken for such, ms a page."""
    chance = random.Random(SEED)
    pairs = [(page, edited(page, chance.choice(EDITS), chance)) for page in pages]
    near = [pair for pair in pairs if runs_in_common(runs_of(pair[0]), runs_of(pair[1])) >= NEARLY]
    runs = [(page, runs_of(page)) for page in pages]
    apart = (
        (one, other) for one, other in combinations(runs, 2) if runs_in_common(one[1], other[1]) < NEARLY
    )
    far = [(one[0], other[0]) for one, other in apart]
    rows = [_row("MinHash, 20 bands of 6", _minhash, nearly_by_minhash, near, far)]
    for bits in BITS:

        def alike(one: int, other: int, most: int = bits) -> bool:
            return (one ^ other).bit_count() <= most

        rows.append(_row(f"SimHash, up to {bits} of 64 bits", simhash, alike, near, far))
    return rows


def _minhash(words: Sequence[str]) -> DocumentDigest:
    return digest_of([" ".join(words)])


def _row(
    name: str,
    make: Callable[[Sequence[str]], Any],
    alike: Callable[[Any, Any], bool],
    near: Sequence[tuple[Sequence[str], Sequence[str]]],
    far: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> tuple[str, float, float, float]:
    began = time.process_time()
    made = {id(text): make(text) for pair in near for text in pair}
    cost = (time.process_time() - began) * 1000 / max(1, len(made))
    others = {id(text): text for pair in far for text in pair if id(text) not in made}
    made |= {name: make(text) for name, text in others.items()}
    found = sum(alike(made[id(one)], made[id(other)]) for one, other in near) / max(1, len(near))
    wrong = sum(alike(made[id(one)], made[id(other)]) for one, other in far) / max(1, len(far))
    return name, found, wrong, cost


def main() -> None:
    """Measures the pages of the folders that are named."""
    texts = [
        path.read_text(encoding="utf-8", errors="replace").casefold().split()
        for folder in sys.argv[1:]
        for path in sorted(Path(folder).rglob("*.md"))
    ]
    pages = [words for words in texts if len(words) >= 4 * FEWEST_WORDS]
    random.Random(SEED).shuffle(pages)
    seen = observe(ROOT, datetime.now(UTC).strftime("%Y-%m-%d"), "")
    where = f"{seen.processor}, {seen.cores} cores, load {seen.load:.1f}, {seen.date}"
    head = ["| | found | wrongly | ms a page |", "|---|--:|--:|--:|"]
    lines = [f"{min(len(pages), MOST_PAGES)} pages; {where}", "", *head]
    for name, found, wrong, cost in measured(pages[:MOST_PAGES]):
        lines.append(f"| {name} | {found:.1%} | {wrong:.2%} | {cost:.2f} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
