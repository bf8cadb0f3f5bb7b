#!/usr/bin/env python3
"""End-to-end benchmark: `fanfold process` on two generated images, CPU and wall seconds per stage.

    bench/pipeline/pipeline_bench.py [--fanfold build/release/bin/fanfold] [--runs 9] [--workers N] [--keep DIR]

Continuous: 3,600 pixels x 20,000 channels, float32 intensities (288 MB). Processed: 1,600 pixels x 18,000 values (342 MB).
Every run is paired with a plain read of the same .ibd (the reference: what merely looking at the bytes costs), in
alternation. Figures are medians with the smallest and largest value. CPU of a stage is that of its map calls and of the
orchestrator meanwhile, transport included; starting the worker processes is part of the first stage's wall time.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

IMAGES = {
    "continuous": ["--pixels", "3600", "--channels", "20000"],
    "processed": ["--pixels", "1600", "--channels", "18000", "--processed"],
}
# One thread of rMSI2 on images of these sizes and default parameters, CPU seconds, measured once on a machine like the
# one this was written on. For orientation; it cannot be run beside us (its licence and its set-up are its own).
RMSI2_CPU = {
    "continuous": {"normalizations_and_means": 0.32, "overall_average_spectrum": 0.26, "internal_reference_spectrum": 0.44,
                   "preprocessing": 10.4, "peak_picking": 3.2, "fill_peak_matrix": 0.29},
    "processed": {"common_mass_axis": 1.06, "normalizations_and_means": 2.1, "overall_average_spectrum": 2.1,
                  "internal_reference_spectrum": 2.2, "preprocessing": 6.4, "peak_picking": 3.3, "fill_peak_matrix": 2.1},
}


def spread(values):
    return f"{statistics.median(values):7.3f} [{min(values):.3f}..{max(values):.3f}]"


def read_through(path):
    started = time.perf_counter()
    with open(path, "rb", buffering=0) as file:
        buffer = bytearray(8 << 20)
        while file.readinto(buffer):
            pass
    return time.perf_counter() - started


def run_once(arguments, image, workers):
    with tempfile.TemporaryDirectory(dir=os.path.dirname(image)) as out:
        command = [arguments.fanfold, "process", image, "-o", out, "--quiet", "--json"]
        if workers:
            command += ["--workers", str(workers)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(arguments, kind, folder):
    image = os.path.join(folder, kind + ".imzML")
    subprocess.run([arguments.fanfold, "sample", image, "--quiet", *IMAGES[kind]], check=True, stdout=subprocess.DEVNULL)
    ibd = image[:-len("imzML")] + "ibd"
    reports, reads = [], []
    run_once(arguments, image, arguments.workers)  # warms the page cache for both sides
    for _ in range(arguments.runs):
        reads.append(read_through(ibd))
        reports.append(run_once(arguments, image, arguments.workers))
    return os.path.getsize(ibd), reports, reads


def print_table(kind, size, reports, reads):
    print(f"\n{kind}: {size / 1e6:.0f} MB, {len(reports)} runs, median [min..max] seconds")
    print(f"{'stage':30} {'CPU':26} {'wall':26} {'rMSI2 CPU':>10} {'ratio':>6}")
    for i, stage in enumerate(reports[0]["stages"]):
        rows = [report["stages"][i] for report in reports]
        cpu = [row["map_cpu_seconds"] + row["reduce_cpu_seconds"] for row in rows]
        wall = [row["wall_seconds"] for row in rows]
        reference = RMSI2_CPU[kind].get(stage["name"])
        ratio = f"{reference / statistics.median(cpu):6.1f}" if reference else ""
        print(f"{stage['name']:30} {spread(cpu):26} {spread(wall):26} {reference or '':>10} {ratio:>6}")
    wall = [report["wall_seconds"] for report in reports]
    print(f"{'whole run':30} {spread([report['cpu_seconds'] for report in reports]):26} {spread(wall):26}")
    ratios = [w / r for w, r in zip(wall, reads)]
    print(f"plain read of the .ibd: {spread(reads)} s; a run takes {spread(ratios)} times as long")
    peak = max(stage["peak_memory_bytes"] for report in reports for stage in report["stages"])
    orchestrator = max(report["orchestrator_peak_memory_bytes"] for report in reports)
    print(f"peak memory: worker {peak / 2**20:.1f} MiB, orchestrator {orchestrator / 2**20:.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fanfold", default="build/release/bin/fanfold")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--workers", type=int, default=0, help="default: the cores")
    parser.add_argument("--keep", help="folder for the generated images (default: a temporary one)")
    arguments = parser.parse_args()
    if shutil.which(arguments.fanfold) is None:
        sys.exit(f"{arguments.fanfold} is not there: build it with cmake --preset release && cmake --build --preset release")
    print("command:", " ".join(sys.argv), "| cores:", os.cpu_count(), "| load:", os.getloadavg()[0])
    with tempfile.TemporaryDirectory() as temporary:
        for kind in IMAGES:
            print_table(kind, *measure(arguments, kind, arguments.keep or temporary))


if __name__ == "__main__":
    main()
