#!/usr/bin/env bash
# Compares proto/ with the newest release in docs/releases.md: a change that breaks its clients fails.
set -euo pipefail
cd "$(dirname "$0")/.."
released=$(grep -oE '\b[0-9a-f]{40}\b' docs/releases.md | head -1)
if [ -z "$released" ]; then
  echo "docs/releases.md names no commit; nothing to compare with"
  exit 1
fi
if ! git cat-file -e "$released^{commit}" 2>/dev/null; then
  echo "the released commit $released is not in this clone; fetch the whole history"
  exit 1
fi
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
git archive "$released" proto buf.yaml | tar -x -C "$before"
tools/node_modules/.bin/buf breaking --against "$before" ${1:+"$1"}
