#!/usr/bin/env bash
# Installs what is needed, builds, runs all tests and checks. The last line says how many passed and failed.
#   test.sh             everything (half an hour on two cores)
#   test.sh STEP...     some steps: checks release asan tsan fuzz tidy
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=infra/ci/steps.sh
source infra/ci/steps.sh

steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=(checks release asan tsan fuzz tidy)

infra/setup/install_packages.sh --tests || exit 4
infra/setup/python_packages.sh || echo "test.sh: without these packages the tests that need them are skipped"
infra/setup/s3_servers.sh || echo "test.sh: without these servers the tests against them are skipped"
infra/setup/runtime_emulator.sh || echo "test.sh: without the emulator the tests in it are skipped"
for step in "${steps[@]}"; do
  declare -F "step_$step" >/dev/null || { echo "test.sh: no step is called '$step'" >&2; exit 2; }
  echo "== $step"
  started=$SECONDS
  "step_$step"
  echo "== $step took $((SECONDS - started)) s"
done
[ ${#failures[@]} -eq 0 ] || printf 'failed: %s\n' "${failures[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
