"""Checks a manifest repository for the command line.

Started as `python -m services.config.validate FOLDER ENVIRONMENT`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from services.config.problems import InvalidRepository
from services.config.repository import load_repository
from services.config.resolve import resolve


def main() -> int:
    """Prints `{"manifests": {tenant: manifest_id}, "problems": [...]}`; returns 1 if there are problems."""
    if len(sys.argv) != 3:
        sys.stderr.write("usage: python -m services.config.validate FOLDER ENVIRONMENT\n")
        return 2
    manifests: dict[str, str] = {}
    problems: list[str] = []
    try:
        bundles = resolve(load_repository(Path(sys.argv[1]), sys.argv[2]), sys.argv[2])
        manifests = {tenant: bundle.manifest_id for tenant, bundle in bundles.items()}
    except InvalidRepository as error:
        problems = error.lines()
    sys.stdout.write(json.dumps({"manifests": manifests, "problems": problems}) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
