"""The arguments of commands that ask judged sets, or others by name."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from pathlib import Path

from evals.judged_set import SETS
from evals.set_index import BENCHES


def add_set_arguments(parser: argparse.ArgumentParser, otherwise: str) -> None:
    """Lets a command name sets, and where their indexes are kept.

    Args:
        parser: The command's parser.
        otherwise: Which sets are taken where none is named, in words.
    """
    parser.add_argument("sets", nargs="*", type=one_of(SETS), help=f"{', '.join(SETS)}; {otherwise}")
    parser.add_argument("--folder", type=Path, default=BENCHES, help="where the indexes are kept")


def one_of(names: Collection[str]) -> Callable[[str], str]:
    """Returns the type of an argument that is one of some names."""

    def read(word: str) -> str:
        if word not in names:
            raise argparse.ArgumentTypeError(f"{word!r} is not one of {', '.join(names)}")
        return word

    return read
