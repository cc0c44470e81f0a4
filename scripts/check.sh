#!/usr/bin/env bash
# What CI runs besides the tests; names each step and stops at the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
step() {
  local name=$1
  shift
  printf '%-22s' "$name"
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    echo ok
  else
    echo FAILED
    cat "$log"
    exit 1
  fi
}
fresh_stubs() {
  local out
  out=$(mktemp -d)
  local client_pb=clients/python/src/causeway_client/pb
  scripts/proto.sh "$out" && diff -r "$out/libs/common/pb" libs/common/pb --exclude=__pycache__ &&
    diff -r "$out/$client_pb" "$client_pb" --exclude=__pycache__
}
widget() { cd widget && PATH="$PWD/../.venv/bin:$PATH" && npm run --silent check && npm run --silent build && npm run --silent size; }

step format .venv/bin/ruff format --check .
step lint .venv/bin/ruff check .
step types .venv/bin/mypy libs services cli clients/python/src scripts benchmarks evals tests
step "import contracts" .venv/bin/lint-imports
step "stubs are fresh" fresh_stubs
step "proto lint" tools/node_modules/.bin/buf lint
step "proto breaking" scripts/proto_breaking.sh
step "house rules, docs" .venv/bin/python -m pytest -q tests/architecture tests/docs
step widget widget
