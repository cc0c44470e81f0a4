#!/usr/bin/env bash
# Generates the Python stubs of proto/ into libs/common/pb (or the folder given), byte-stable.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-.}
files=$(cd proto && find . -name '*.proto' | sort | sed 's#^\./#libs/common/pb/#')
# The virtual path makes protoc write imports that Python can follow, without rewriting them.
# shellcheck disable=SC2086
.venv/bin/python -m grpc_tools.protoc -Ilibs/common/pb=proto \
  --python_out="$out" --pyi_out="$out" --grpc_python_out="$out" $files
