#!/usr/bin/env bash
# Runs many invocations with crashes, kills, timeouts and broken answers through the local function host, and looks for
# leaks of memory, descriptors, threads and processes. Minutes; not part of the tests.
#   soak.sh [INVOCATIONS] [BUILD_FOLDER]     (default: 100000 build/release)
set -euo pipefail
cd "$(dirname "$0")/.."
build=${2:-build/release}
[ -e "$build/build.ninja" ] || { echo "soak.sh: '$build' is not configured; see CMakePresets.json" >&2; exit 2; }
ninja -C "$build" fanfold_local_host_soak
exec "$build/tests/orchestrator/local_host/fanfold_local_host_soak" "${1:-100000}"
