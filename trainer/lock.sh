#!/bin/sh
# Regenerates both locks: `sh trainer/lock.sh [--upgrade]`. No index is written into them, so they install from any mirror.
# --no-deps at installation (or `uv pip sync`) keeps out what the overrides leave out.
# torch carries no hash: its CPU build has the same version, other bytes, and comes from another index.
set -eu
cd "$(dirname "$0")"
compile() {
  uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-emit-index-url --no-annotate --no-header "$@"
}
unhash() { awk '/^[a-z]/ { torch = /^torch==/ } torch { if (/^torch/) { sub(/ *\\$/, ""); print }; next } { print }' "$1" >"$1.new" && mv "$1.new" "$1"; }
compile pyproject.toml -o requirements.lock "$@"
compile pyproject.toml --overrides cpu.overrides.txt -o requirements-cpu.lock "$@"
unhash requirements.lock
unhash requirements-cpu.lock
