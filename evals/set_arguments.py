"""The arguments of commands that ask judged sets."""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.judged_set import SETS
from evals.set_index import BENCHES


def add_set_arguments(parser: argparse.ArgumentParser, otherwise: str) -> None:
    """Lets a command name sets, and where their indexes are kept.

    Args:
        parser: The command's parser.
        otherwise: Which sets are taken where none is named, in words.
    """
    parser.add_argument("sets", nargs="*", type=_set, help=f"{', '.join(SETS)}; {otherwise}")
    parser.add_argument("--folder", type=Path, default=BENCHES, help="where the indexes are kept")


def _set(word: str) -> str:
    if word not in SETS:
        raise argparse.ArgumentTypeError(f"{word!r} is not one of {', '.join(SETS)}")
    return word
