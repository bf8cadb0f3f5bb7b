# shellcheck shell=bash
# The steps of infra/test.sh. Each adds to `passed` and `failed`, goes on after a failure, and is quiet where all is well.
passed=0
failed=0
failures=()
log_folder=build/logs
threaded_tests='aws|local_host|partials|dispatch|invoke|progress|storage|log_test|net_|process_test'
# What reads bytes that others wrote, and what is clever with memory; SANITIZE_ALL=1: every unit test and more runs.
sanitized_tests='net_|aws|storage|s3_test|partials|imzml|protocol|invoke|local_host|log_test|validation|stages|anndata_test|job_test'
sanitized_runs='^(golden|hostile)_test'
if [ -n "${SANITIZE_ALL:-}" ]; then
  sanitized_tests=.
  threaded_tests="$threaded_tests|s3_test"
  sanitized_runs='^(golden|command|fault|hostile|compressed)_test'
fi

pass() { passed=$((passed + ${1:-1})); }
fail() { failed=$((failed + 1)); failures+=("$1"); echo "FAILED: $1"; }

# check NAME COMMAND...: one check that passes or fails as a whole.
check() {
  local name=$1 log="$log_folder/${1// /-}.log"
  shift
  mkdir -p "$log_folder"
  if "$@" >"$log" 2>&1; then
    pass
    echo "ok: $name"
  else
    tail -n 60 "$log"
    fail "$name"
  fi
}

# Files of the project by ending, committed or about to be.
files() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r f; do [ ! -e "$f" ] || echo "$f"; done; }

attribute_sum() {  # attribute_sum NAME FILE...: sum of an attribute over the root elements of GoogleTest's reports
  local name=$1
  shift
  sed -n "s/^<testsuites .*\\b$name=\"\\([0-9]*\\)\".*/\\1/p" "$@" | awk '{n += $1} END {print n + 0}'
}

# run_tests PRESET [CTEST OPTIONS]: single tests are counted, not programs.
run_tests() {
  local preset=$1 reports="$PWD/build/$1/test-reports" log="$log_folder/$1-tests.log" tests broken
  shift
  rm -rf "$reports" && mkdir -p "$reports" "$log_folder"
  GTEST_OUTPUT="xml:$reports/" ctest --preset "$preset" --output-junit "$reports/ctest.junit" "$@" >"$log" 2>&1
  local code=$?
  grep -E 'Test +#' "$log"
  tests=$(attribute_sum tests "$reports"/*.xml 2>/dev/null)
  broken=$(attribute_sum failures "$reports"/*.xml 2>/dev/null)
  pass $((tests - broken))
  for ((i = 0; i < broken; ++i)); do failed=$((failed + 1)); done
  if [ $code -ne 0 ]; then
    sed -n '/FAILED\|Failure\|ERROR: \|WARNING: ThreadSanitizer/,+12p' "$log" | head -n 200
    # A program that crashed or ran out of time has no report of its own.
    failures+=("$preset: $(grep -E '^[[:space:]]+[0-9]+ - ' "$log" | tr -s ' \n' ' ')")
    [ "$broken" -gt 0 ] || failed=$((failed + 1))
  fi
}

# build PRESET [TARGET...]: false where it fails.
build() {
  local preset=$1 log="$log_folder/$1-build.log"
  shift
  mkdir -p "$log_folder"
  if cmake --preset "$preset" >"$log" 2>&1 && cmake --build --preset "$preset" ${1:+--target "$@"} >>"$log" 2>&1; then
    echo "built: $preset"
    return 0
  fi
  grep -E 'error|FAILED|Error' -A 6 "$log" | head -n 80
  fail "$preset: build"
  return 1
}

step_checks() {
  # Lists of files of our own have no spaces.
  # shellcheck disable=SC2046
  check "clang-format" clang-format-14 --dry-run --Werror $(files '*.cc' '*.h')
  # shellcheck disable=SC2046
  check "shellcheck" shellcheck -x $(files '*.sh' '.ci/run')
  # shellcheck disable=SC2046
  check "codespell" codespell --ignore-words infra/ci/words.txt $(files '*.cc' '*.h' '*.md' '*.cmake' '*.sh' '*CMakeLists.txt')
}

step_release() { if build release; then run_tests release; fi; }

# preset_tests PRESET [CTEST OPTIONS]: names of its tests.
preset_tests() { (cd "build/$1" && shift && ctest -N "$@" | sed -n 's/.*Test *#[0-9]*: //p'); }

# And those runs of the programs that go through all of the code.
step_asan() {
  local targets list
  cmake --preset asan >/dev/null 2>&1 || { fail "asan: configure"; return; }
  targets=$({ preset_tests asan -L unit -R "$sanitized_tests"; preset_tests asan -L e2e -R "$sanitized_runs"; } | sort)
  list="^($(tr '\n' '|' <<<"$targets" | sed 's/|$//'))\$"
  # shellcheck disable=SC2086
  if build asan $targets; then ASAN_OPTIONS=detect_stack_use_after_return=1 run_tests asan -R "$list"; fi
}

step_tsan() {
  local targets
  cmake --preset tsan >/dev/null 2>&1 || { fail "tsan: configure"; return; }
  targets=$(preset_tests tsan -R "$threaded_tests")
  # shellcheck disable=SC2086
  if build tsan $targets; then TSAN_OPTIONS=halt_on_error=1 run_tests tsan -R "$threaded_tests"; fi
}

configure_fuzzers() { mkdir -p "$log_folder" && cmake --preset fuzz >"$log_folder/fuzz-build.log" 2>&1; }
# Ninja names each with CMake's own order-only targets too.
fuzzer_names() {
  ninja -C build/fuzz -t targets all | sed -n 's/^\([a-z0-9_]*_fuzz\): phony$/\1/p' | grep -v '^cmake_' | sort -u
}

# fuzz_one NAME SECONDS: from the corpus that lies beside the fuzzer's source, and from what earlier runs found.
fuzz_one() {
  local name=$1 stem program corpus
  stem=${name%_fuzz}
  stem=${stem#fanfold_}
  program=$(find build/fuzz -type f -perm -u+x -name "$name" | head -n 1)
  corpus=$(find tests -type d \( -path "*/corpus/$stem" -o -name "${stem}_corpus" \) | head -n 1)
  mkdir -p "build/fuzz/found/$name"
  check "$name" "$program" -max_total_time="$2" -rss_limit_mb=2048 -timeout=10 \
    -artifact_prefix="build/fuzz/found/$name-" "build/fuzz/found/$name" ${corpus:+"$corpus"}
  [ ${#failures[@]} -eq 0 ]
}

# Five seconds each, on all cores; infra/fuzz.sh runs them for longer.
step_fuzz() {
  local log="$log_folder/fuzz.log" code name
  mkdir -p "$log_folder"
  JOBS=$(nproc) infra/fuzz.sh 5 | tee "$log"
  code=${PIPESTATUS[0]}
  pass "$(grep -c '^ok: .*_fuzz$' "$log")"
  while read -r name; do
    failed=$((failed + 1))
    failures+=("$name")
  done < <(sed -n 's/^FAILED: //p' "$log")
  if [ "$code" -ne 0 ] && ! grep -q '^FAILED: ' "$log"; then fail "fuzz"; fi
}

# Sources changed by the last commit and since; TIDY_ALL=1: every source (an hour on two cores).
tidy_files() {
  if [ -n "${TIDY_ALL:-}" ]; then files '*.cc'; return; fi
  { git diff --name-only --diff-filter=d HEAD~1 -- '*.cc' 2>/dev/null
    git ls-files --others --exclude-standard -- '*.cc'; } | sort -u
}

step_tidy() {
  local list
  [ -e build/release/compile_commands.json ] || cmake --preset release >/dev/null 2>&1
  # A fuzzer is in no compile command of the release build.
  list=$(tidy_files | grep -vE '^bench/|_fuzz\.cc$' | head -n "${TIDY_LIMIT:-40}")
  if [ -z "$list" ]; then
    echo "no source has changed since the last commit"
    return
  fi
  # shellcheck disable=SC2016
  check "clang-tidy of $(wc -l <<<"$list") files" xargs -P "$(nproc)" -n 1 clang-tidy-14 --quiet -p build/release <<<"$list"
}
