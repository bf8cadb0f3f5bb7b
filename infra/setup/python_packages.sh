#!/usr/bin/env bash
# Makes a virtual environment with the Python packages that tests use, outside the tree; does
# nothing where it is there already.
#   python_packages.sh           make it
#   python_packages.sh --where   print its folder
# FANFOLD_CACHE: the folder for such things (default: fanfold in the user's cache folder).
set -euo pipefail
cd "$(dirname "$0")/../.."
requirements=tests/interop/requirements.txt
cache=${FANFOLD_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/fanfold}
# Another list is another environment.
folder=$cache/python-$(sha256sum "$requirements" | cut -c 1-12)

case "${1:-}" in
  "") ;;
  --where) echo "$folder"; exit 0 ;;
  *) echo "usage: $0 [--where]" >&2; exit 2 ;;
esac

if [ -e "$folder/complete" ]; then
  echo "the Python packages are there: $folder"
  exit 0
fi
echo "installing the Python packages of $requirements into $folder"
rm -rf "$folder"
mkdir -p "$cache"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ python3 -m venv "$folder" && "$folder/bin/pip" install --disable-pip-version-check -q -r "$requirements"; } >"$log" 2>&1 || {
  cat "$log" >&2
  rm -rf "$folder"
  exit 4
}
touch "$folder/complete"
