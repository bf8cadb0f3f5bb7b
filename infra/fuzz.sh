#!/usr/bin/env bash
# Builds the fuzzers with clang and runs them from the corpora that lie beside their sources.
#   fuzz.sh                     ten minutes each
#   fuzz.sh SECONDS [NAME...]   so long each, all or those of these names (read_imzml_fuzz or read_imzml)
#   fuzz.sh --list              their names
# JOBS=2 runs two at a time (default 1). What they find, and what they learn for the next time, lies in build/fuzz/found.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=infra/ci/steps.sh
source infra/ci/steps.sh

usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; }

case "${1:-600}" in
  -h | --help) usage; exit 0 ;;
  --list) configure_fuzzers && fuzzer_names; exit ;;
  *[!0-9]* | 0*) usage >&2; exit 2 ;;
esac
seconds=${1:-600}
[ $# -eq 0 ] || shift

configure_fuzzers || { echo "fuzz.sh: cannot configure the fuzzers; see $log_folder/fuzz-build.log" >&2; exit 1; }
names=()
for name in "$@"; do
  name=${name%_fuzz}_fuzz
  fuzzer_names | grep -qx "$name" || { echo "fuzz.sh: no fuzzer is called '$name'; --list names them" >&2; exit 2; }
  names+=("$name")
done
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(fuzzer_names)
build fuzz "${names[@]}" || exit 1

running=0
for name in "${names[@]}"; do
  if [ "$running" -ge "${JOBS:-1}" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  fuzz_one "$name" "$seconds" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
[ "$failed" -eq 0 ]
