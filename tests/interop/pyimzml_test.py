"""imzML outputs, read with pyimzML, against the bytes and the inputs."""

import unittest
import warnings

import support

try:
    import numpy
    from pyimzml.ImzMLParser import ImzMLParser
except ImportError as problem:
    raise unittest.SkipTest(f"needs pyimzML: {problem}")


class Outputs(support.TestInFolder):
    def open_image(self, path):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a document that pyimzML grumbles at is not good enough
            return self.enterContext(ImzMLParser(str(path), parse_lib="ElementTree"))

    def expect_equal_to_golden(self, case, stem, out):
        """Positions and every value, against the layout table and the .ibd that rMSI2 wrote."""
        parser = self.open_image(out / f"{stem}.imzML")
        peaks = stem.endswith("-peaks")
        mz_type = parser.mzPrecision
        ibd = (case.path / "out" / f"{stem}.ibd").read_bytes()
        layout = case.layout(stem)
        self.assertEqual([(x, y) for x, y, _ in parser.coordinates], [(row[0], row[1]) for row in layout])
        types = {"f": "<f4", "d": "<f8"}
        mz_dtype, intensity_dtype = types[mz_type], types[parser.intensityPrecision]
        for i, (_, _, mz_length, mz_offset, length, offset) in enumerate(layout):
            masses, intensities = parser.getspectrum(i)
            expected = numpy.frombuffer(ibd, mz_dtype, mz_length, mz_offset)
            numpy.testing.assert_array_equal(masses, expected, f"{stem} {i}: m/z")
            expected = numpy.frombuffer(ibd, intensity_dtype, length, offset)
            numpy.testing.assert_array_equal(intensities, expected, f"{stem} {i}: intensity")
        self.assertEqual(parser.spectrum_mode, "centroid" if peaks else "profile")
        return parser

    def test_equal_the_golden_files(self):
        for name in ("c_linear", "p_linear2", "merged_c_p", "c_roi"):
            case = support.GoldenCase(name)
            out = self.folder / name
            case.run(out)
            stems = sorted(path.stem for path in (case.path / "out").glob("*.ibd"))
            self.assertTrue(stems)
            for stem in stems:
                with self.subTest(case=name, file=stem):
                    self.expect_equal_to_golden(case, stem, out)

    def test_keep_what_the_input_says_of_itself(self):
        image = self.folder / "a.imzML"
        support.fanfold("sample", image, "--pixels", 60, "--channels", 1500, "--quiet")
        support.fanfold("process", image, "-o", self.folder / "out", "--quiet")
        given = self.open_image(image)
        for name in ("a-proc", "a-peaks"):
            written = self.open_image(self.folder / "out" / f"{name}.imzML")
            self.assertEqual(written.coordinates, given.coordinates)
            self.assertEqual(written.polarity, given.polarity)
            for key in ("pixel size x", "pixel size y", "max count of pixels x", "max count of pixels y"):
                self.assertEqual(written.imzmldict.get(key), given.imzmldict.get(key), f"{name}: {key}")


if __name__ == "__main__":
    unittest.main()
