#!/usr/bin/env bash
# Installs what Fanfold is built from, on Debian 12 or a relative of it. Installs nothing that is there already.
#   install_packages.sh          to build and to run
#   install_packages.sh --tests  to build, to run, and to run all tests and checks
set -euo pipefail

# package: why
build_packages=(
  "g++: the compiler"
  "cmake: the build"
  "ninja-build: the build"
  "ca-certificates: HTTPS"
  "libcurl4-openssl-dev: HTTP"
  "libssl-dev: checksums, TLS"
  "libtinyxml2-dev: region files"
  "libexpat1-dev: imzML, read as a stream"
  "libhiredis-dev: the Redis protocol"
  "nlohmann-json3-dev: JSON"
  "libzstd-dev: compression"
  "zlib1g-dev: compressed imzML"
  "libpng-dev: ion images as pictures"
  "libtiff-dev: ion images as numbers"
  "libfmt-dev: text"
  "libspdlog-dev: logging"
  "libcli11-dev: the command line"
  "redis-server: partial results of a local run"
)
test_packages=(
  "libgtest-dev: tests"
  "libgmock-dev: tests"
  "libbenchmark-dev: benchmarks"
  "git: the list of files to check"
  "clang-14: fuzzers"
  "libclang-rt-14-dev: fuzzers"
  "clang-tidy-14: static checks"
  "clang-format-14: layout of the code"
  "shellcheck: checks of shell scripts"
  "codespell: spelling"
  "python3-venv: readers of our outputs, in tests"
  "r-cran-maldiquantforeign: a reader of our outputs, in tests"
  "chromium: the report, in tests"
)

wanted=("${build_packages[@]}")
case "${1:-}" in
  "") ;;
  --tests) wanted+=("${test_packages[@]}") ;;
  *) echo "usage: $0 [--tests]" >&2; exit 2 ;;
esac

command -v apt-get >/dev/null || {
  echo "$0: there is no apt-get here; install these by hand:" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  exit 3
}

missing=()
for entry in "${wanted[@]}"; do
  package=${entry%%:*}
  state=$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  [[ $state == ii* ]] && continue
  echo "installing $package (${entry#*: })"
  missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "all packages are there"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "$0: needs root or sudo to install packages" >&2; exit 3; }
  as_root=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 4; }; }
quietly apt-get -q update
quietly apt-get -q -y install --no-install-recommends "${missing[@]}"
echo "installed ${#missing[@]} packages"
