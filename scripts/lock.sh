#!/usr/bin/env bash
# Compiles requirements/<group>.txt from pyproject.toml: exact versions, hashes, no registry address.
# Usage: scripts/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."

uv=${UV:-.venv/bin/uv}
resolve() { # group, further arguments
  local group=$1
  shift
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-build-options \
    --output-file "requirements/$group.txt" "$@"
}
compile() { # group, further arguments
  resolve "$1" --group "$@"
}

# `dev` contains every other group; the others take their versions from it.
compile dev "$@"
for group in common embedding edge_gateway retrieval generation config insights cli run; do
  compile "$group" --constraint requirements/dev.txt
done
# The published client with all its extras, which its tests install into an environment of their own.
resolve clients clients/python/pyproject.toml --all-extras --constraint requirements/dev.txt "$@"
echo "uv==$("$uv" --version | cut -d' ' -f2)" |
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links - --output-file requirements/bootstrap.txt
