#!/usr/bin/env bash
# From a fresh clone to results: installs the packages, builds, makes a synthetic image, processes it.
#   quickstart.sh [FOLDER]    FOLDER: where image and results go (default: out)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-out}

infra/setup/install_packages.sh
cmake --preset release -DFANFOLD_BUILD_TESTS=OFF >/dev/null
cmake --build --preset release
program=build/release/bin/fanfold

mkdir -p "$folder"
"$program" sample "$folder/demo.imzML" --pixels 2000 --channels 4000
"$program" process "$folder/demo.imzML" -o "$folder/results" --force

cat <<END

The image:   $folder/demo.imzML (and .ibd)
The results: $folder/results
  demo-proc.imzML               preprocessed spectra
  demo-peaks.imzML              peak lists
  merged-peakmatrix.zarr, .csv  peak matrix: pixels x bins, for AnnData or any Zarr reader
  report.html, .json            what came out and what the run did; the page opens from disk
Next: $program process YOUR.imzML -o YOUR_FOLDER
END
