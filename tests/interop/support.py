"""What the tests of this folder share: the program, its golden cases, and a folder for outputs."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import numpy

PROGRAM = os.environ["FANFOLD_PROGRAM"]
GOLDEN = pathlib.Path(os.environ["FANFOLD_GOLDEN_DIR"])
SOURCE = pathlib.Path(__file__).resolve().parents[2]


def fanfold(*words):
    """Runs the program; its standard output. Fails the test where the program fails."""
    run = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300)
    if run.returncode != 0:
        raise AssertionError(f"fanfold {' '.join(map(str, words))}: exit {run.returncode}: {run.stderr}")
    return run.stdout


class TestInFolder(unittest.TestCase):
    """A test with a folder of its own, `self.folder`, that is gone after it."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="fanfold-interop-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)


class GoldenCase:
    """The outputs of rMSI2 for one set of inputs and parameters."""

    def __init__(self, name):
        self.name = name
        self.path = GOLDEN / name
        self.job = json.loads((self.path / "job.json").read_text())

    def run(self, out):
        """Runs Fanfold with rMSI2's numbers on the case's inputs."""
        fanfold("run", self.path / "job.json", "--input-root", GOLDEN, "--compat", "rmsi2", "-o", out, "--quiet")

    def has(self, name):
        return (self.path / "arrays" / f"{name}.f64").exists()

    def array(self, name):
        return numpy.fromfile(self.path / "arrays" / f"{name}.f64", dtype="<f8")

    def matrix(self, stem, layer):
        """The one file `STEM_LAYER_rowmajor_ROWSxCOLUMNS`."""
        (path,) = (self.path / "arrays").glob(f"{stem}_{layer}_rowmajor_*.f64")
        rows, columns = map(int, re.fullmatch(r".*_(\d+)x(\d+)", path.stem).groups())
        return numpy.fromfile(path, dtype="<f8").reshape(rows, columns)

    def layout(self, stem):
        """x, y, then length and offset of the m/z array, length and offset of the intensity array."""
        return numpy.loadtxt(self.path / "out" / f"{stem}.layout.tsv", dtype=numpy.int64, ndmin=2)
