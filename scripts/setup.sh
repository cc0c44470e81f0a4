#!/usr/bin/env bash
# Makes .venv and installs one group of locked requirements into it. Usage: scripts/setup.sh run|dev
set -euo pipefail
cd "$(dirname "$0")/.."
group=$1

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do
    if command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Causeway needs Python 3.11 or newer on the PATH; none was found." >&2
  return 1
}

if [ ! -x .venv/bin/python ]; then
  python=$(find_python)
  echo "Creating .venv with $("$python" --version)"
  "$python" -m venv .venv
fi

# dev contains run: a venv that holds the one serves for both.
wanted=$(cat requirements/dev.txt requirements/bootstrap.txt | sha256sum)
if [ "$group" = run ] && [ "$(cat .venv/.ready-dev 2>/dev/null)" = "$wanted" ]; then
  echo "$wanted" >.venv/.ready-run
  exit 0
fi

echo "Installing the locked requirements ($group)"
install() { # uv is faster; pip does the same where uv cannot reach the registry
  # A mirror that is configured for pip serves uv too.
  local index
  index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(.venv/bin/pip config get global.index-url 2>/dev/null || true)}}
  if .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt &&
    env ${index:+UV_DEFAULT_INDEX="$index"} .venv/bin/uv pip install --quiet --no-config \
      --python .venv/bin/python --require-hashes --no-deps -r "requirements/$group.txt"; then
    return
  fi
  echo "uv could not install them; trying pip" >&2
  .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "requirements/$group.txt"
}
install

# The command runs the checkout it belongs to; nothing is copied into site-packages.
# A shell script, because a path with a space cannot stand behind #!.
cat >.venv/bin/causeway <<SCRIPT
#!/bin/sh
PYTHONPATH="$PWD\${PYTHONPATH:+:\$PYTHONPATH}" exec "$PWD/.venv/bin/python" -m cli "\$@"
SCRIPT
chmod +x .venv/bin/causeway
echo "$wanted" >".venv/.ready-$group"
if [ "$group" = dev ]; then echo "$wanted" >.venv/.ready-run; fi
