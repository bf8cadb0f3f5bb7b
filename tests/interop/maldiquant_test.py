"""imzML outputs, read with MALDIquantForeign (R), against the bytes of the .ibd."""

import pathlib
import shutil
import subprocess
import unittest

import numpy
import support

SCRIPT = pathlib.Path(__file__).with_name("maldiquant_read.R")


def has_maldiquant():
    if shutil.which("Rscript") is None:
        return False
    return subprocess.run(["Rscript", "-e", "library(MALDIquantForeign)"], capture_output=True).returncode == 0


def read(image, kind, out):
    """x, y, masses, intensities of every spectrum."""
    run = subprocess.run(["Rscript", SCRIPT, image, kind, out], capture_output=True, text=True, timeout=300)
    if run.returncode != 0:
        raise AssertionError(f"MALDIquantForeign cannot read {image.name}: {run.stderr}")
    lines = out.read_text().split("\n")
    numbers = lambda line: numpy.array([float.fromhex(word) for word in line.split()])
    return [
        (*map(int, lines[i].split()[:2]), numbers(lines[i + 1]), numbers(lines[i + 2]))
        for i in range(0, len(lines) - 1, 3)
    ]


@unittest.skipUnless(has_maldiquant(), "needs R with MALDIquantForeign (apt: r-cran-maldiquantforeign)")
class Outputs(support.TestInFolder):
    def expect_equal(self, case, stem, kind, types):
        spectra = read(self.folder / "out" / f"{stem}.imzML", kind, self.folder / f"{stem}.txt")
        ibd = (case.path / "out" / f"{stem}.ibd").read_bytes()
        layout = case.layout(stem)
        self.assertEqual([(x, y) for x, y, _, _ in spectra], [(row[0], row[1]) for row in layout])
        for (x, y, masses, intensities), row in zip(spectra, layout):
            _, _, mz_length, mz_offset, length, offset = row
            expected_masses = numpy.frombuffer(ibd, types[0], mz_length, mz_offset)
            expected = numpy.frombuffer(ibd, types[1], length, offset)
            # MALDIquant leaves out what is negative; with rMSI2's numbers some of it is written.
            kept = expected >= 0
            numpy.testing.assert_array_equal(masses, expected_masses[kept], f"{stem} ({x}, {y}): m/z")
            numpy.testing.assert_array_equal(intensities, expected[kept], f"{stem} ({x}, {y}): intensity")

    def check(self, name, stem, types):
        case = support.GoldenCase(name)
        case.run(self.folder / "out")
        self.expect_equal(case, f"{stem}-proc", "profile", types)
        self.expect_equal(case, f"{stem}-peaks", "centroid", ("<f8", "<f8"))

    def test_equal_the_golden_continuous_files(self):
        self.check("c_linear", "c", ("<f8", "<f4"))

    def test_equal_the_golden_processed_files(self):
        self.check("p_linear2", "p", ("<f8", "<f4"))


if __name__ == "__main__":
    unittest.main()
