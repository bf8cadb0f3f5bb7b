#!/usr/bin/env bash
# Gets the official Runtime Interface Emulator that tests run the function runtime in: one file out of a package of PyPI,
# kept in a cache outside the tree. Nothing of the package is installed. An aws-lambda-rie in PATH is used instead.
#   runtime_emulator.sh            get it
#   runtime_emulator.sh --where    print the folder of the one that was got
# FANFOLD_CACHE: the folder for such things (default: fanfold in the user's cache folder).
set -euo pipefail
cache=${FANFOLD_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/fanfold}
programs=$cache/bin
name=aws-lambda-rie
# Fixed, so that a release of theirs changes no test of ours.
package=aws-sam-cli==1.170.0

case "${1:-}" in
  "") ;;
  --where) echo "$programs"; exit 0 ;;
  *) echo "usage: $0 [--where]" >&2; exit 2 ;;
esac

if command -v "$name" >/dev/null || [ -x "$programs/$name" ]; then
  echo "$name is there"
  exit 0
fi

machine=$(uname -m)
case "$machine" in
  x86_64) member=samcli/local/rapid/aws-lambda-rie-x86_64 ;;
  aarch64 | arm64) member=samcli/local/rapid/aws-lambda-rie-arm64 ;;
  *) echo "$0: there is no $name for $machine" >&2; exit 4 ;;
esac

echo "fetching $name of $package into $programs"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$programs"
{
  python3 -m venv "$folder/python" &&
    "$folder/python/bin/pip" download --disable-pip-version-check -q --no-deps --only-binary :all: -d "$folder" "$package" &&
    python3 -m zipfile -e "$folder"/aws_sam_cli-*.whl "$folder/package" &&
    chmod +x "$folder/package/$member" &&
    mv "$folder/package/$member" "$programs/$name"
} >"$folder/log" 2>&1 || {
  cat "$folder/log" >&2
  echo "$0: $name could not be fetched" >&2
  exit 4
}
