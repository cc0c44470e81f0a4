#!/usr/bin/env bash
# Generates the Python stubs of proto/ into libs/common/pb, and those of the published client, byte-stable.
# Usage: scripts/proto.sh [folder to write below, in place of the repository]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-.}
files=$(cd proto && find . -name '*.proto' | sort | sed 's#^\./#libs/common/pb/#')
# The virtual path makes protoc write imports that Python can follow, without rewriting them.
# shellcheck disable=SC2086
.venv/bin/python -m grpc_tools.protoc -Ilibs/common/pb=proto \
  --python_out="$out" --pyi_out="$out" --grpc_python_out="$out" $files

client=$out/clients/python/src
mkdir -p "$client"
descriptors=$(mktemp)
trap 'rm -f "$descriptors"' EXIT
.venv/bin/python -m grpc_tools.protoc -Icauseway_client/pb=proto \
  --pyi_out="$client" --descriptor_set_out="$descriptors" causeway_client/pb/retrieval/v1/retrieval.proto
.venv/bin/python -m scripts.client_stubs "$descriptors" "$client"
