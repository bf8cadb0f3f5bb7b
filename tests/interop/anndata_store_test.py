"""The peak matrix, opened with anndata and with zarr, against rMSI2's numbers."""

import csv
import json
import unittest

import support

try:
    import anndata
    import numpy
    import zarr
except ImportError as problem:
    raise unittest.SkipTest(f"needs anndata and zarr: {problem}")

# Per case the groups of images that share a mass axis; a store each.
GROUPS = {
    "c_default": [["c"]],
    "c_linear": [["c"]],
    "c_bilinear3": [["c"]],
    "c_noalign": [["c"]],
    "c_raw": [["c"]],
    "c_ppm": [["c"]],
    "c_pick": [["c"]],
    "c_cubes": [["c"]],
    "p_default": [["p"]],
    "p_linear2": [["p"]],
    "merged_c_p": [["c", "p"]],
    "merged_c_c2": [["c", "c2"]],
    "unmerged_c_c2": [["c"], ["c2"]],
    "c_roi": [["c_ROI_left", "c_ROI_right"]],
}
# The original files lags of several images under the wrong one.
SEVERAL_IMAGES = {"merged_c_p", "merged_c_c2", "unmerged_c_c2", "c_roi"}
# Sums are folded in another order than the original's.
RELATIVE = 1e-12


def expect_close(actual, expected, what):
    numpy.testing.assert_allclose(actual, expected, rtol=RELATIVE, atol=0, err_msg=what)


def expect_same(actual, expected, what):
    numpy.testing.assert_array_equal(actual, expected, err_msg=what)


class Group:
    """One store, its place among the golden arrays, and the checks of its parts."""

    def __init__(self, case, number, images, folder):
        merged = case.job["params"]["preprocessing"]["merge"]
        self.case, self.images, self.run = case, images, f"run{number}"
        self.root = folder / ("merged-peakmatrix.zarr" if merged else f"{images[0]}-peakmatrix.zarr")
        self.stem = "merged-peakmatrix" if merged else f"{images[0]}-proc-peakmatrix"
        self.store = anndata.read_zarr(self.root)

    def per_pixel(self, name):
        arrays = [self.case.array(f"{name}_{self.run}_img{i + 1}") for i in range(len(self.images))]
        return numpy.concatenate(arrays)

    def check_matrix(self):
        expect_same(self.store.X, self.case.matrix(self.stem, "intensity"), "X")
        expect_close(self.store.layers["snr"], self.case.matrix(self.stem, "SNR"), "layers/snr")
        expect_close(self.store.layers["area"], self.case.matrix(self.stem, "area"), "layers/area")

    def check_obs(self):
        obs = self.store.obs
        layouts = [self.case.layout(f"{image}-peaks") for image in self.images]
        places = numpy.concatenate(layouts)
        names = [name for name, layout in zip(self.images, layouts) for _ in layout]
        pixels = numpy.concatenate([numpy.arange(len(layout)) for layout in layouts])
        assert list(obs["image"]) == names
        assert list(obs.index) == [f"{name}:{pixel}" for name, pixel in zip(names, pixels)]
        expect_same(obs["pixel"], pixels, "obs/pixel")
        expect_same(obs["x"], places[:, 0], "obs/x")
        expect_same(obs["y"], places[:, 1], "obs/y")
        expect_close(obs["TIC"], self.per_pixel("TIC"), "obs/TIC")
        expect_close(obs["RMS"], self.per_pixel("RMS"), "obs/RMS")
        expect_same(obs["MAX"], self.per_pixel("MAX"), "obs/MAX")

    def check_lags(self):
        aligned = self.case.job["params"]["preprocessing"]["alignment"]["enable"]
        assert ("lag_low" in self.store.obs) == aligned
        if not aligned or self.case.name in SEVERAL_IMAGES:
            return
        expect_same(self.store.obs["lag_low"], self.case.array(f"lag_low_{self.run}"), "obs/lag_low")
        expect_same(self.store.obs["lag_high"], self.case.array(f"lag_high_{self.run}"), "obs/lag_high")

    def check_spatial(self):
        size = [
            json.loads(support.fanfold("info", "--json", support.GOLDEN / key["key"])) for key in self.case.job["input"]
        ]
        # Regions are of one file; images are of one each.
        sizes = {name: size[i % len(size)]["pixel_size_x_um"] for i, name in enumerate(self.images)}
        if not self.case.job["params"]["preprocessing"]["merge"]:
            sizes = {self.images[0]: size[int(self.run[3:]) - 1]["pixel_size_x_um"]}
        scale = numpy.array([sizes[name] for name in self.store.obs["image"]])
        expect_same(self.store.obsm["spatial"][:, 0], self.store.obs["x"] * scale, "obsm/spatial x")
        expect_same(self.store.obsm["spatial"][:, 1], self.store.obs["y"] * scale, "obsm/spatial y")

    def check_var(self):
        var = self.store.var
        expect_same(var["mz"], self.case.array(f"{self.stem}_mass"), "var/mz")
        expect_same(var["bin_size"], self.case.array(f"{self.stem}_binSize"), "var/bin_size")
        assert [float(name) for name in var.index] == list(var["mz"])
        assert (var["count"] > 0).all() and (var["count"] <= self.store.n_obs).all()

    def check_spectra(self):
        uns = self.store.uns
        if len(self.images) == 1 or self.case.name == "c_roi":
            expect_same(uns["spectra"]["mz"], self.case.array(f"mass_{self.run}_img1"), "uns/spectra/mz")
        else:  # the original does not show the axis it merges
            assert (numpy.diff(uns["spectra"]["mz"]) > 0).all()
            assert len(uns["spectra"]["mz"]) == len(self.case.array(f"mean_{self.run}_img1"))
        for i, image in enumerate(self.images):
            place = f"{self.run}_img{i + 1}"
            spectra = uns["spectra"][image]
            expect_close(spectra["mean"], self.case.array(f"mean_{place}"), "mean")
            expect_same(spectra["base"], self.case.array(f"base_{place}"), "base")
            assert ("proc_mean" in spectra) == self.case.has(f"proc_mean_{place}")
            if "proc_mean" in spectra:
                expect_close(spectra["proc_mean"], self.case.array(f"proc_mean_{place}"), "proc_mean")
                expect_same(spectra["proc_base"], self.case.array(f"proc_base_{place}"), "proc_base")

    def check_reference(self):
        uns = self.store.uns
        aligned = self.case.has(f"overall_average_{self.run}")
        assert ("reference_pixel" in uns) == aligned
        if not aligned:
            return
        expect_close(uns["spectra"]["overall_average"], self.case.array(f"overall_average_{self.run}"), "average")
        expect_close(uns["spectra"]["reference"], self.case.array(f"reference_smoothed_{self.run}"), "reference")
        score, image, pixel = self.case.array(f"internal_ref_score_imgIndex1_ID1_{self.run}")
        found = uns["reference_pixel"]
        expect_close(found["score"], score, "score")
        assert found["image"] == self.images[int(image) - 1]
        assert found["pixel"] == int(pixel) - 1

    def check_parameters(self):
        parameters = self.store.uns["parameters"]
        given = self.case.job["params"]["preprocessing"]
        assert parameters["compat"] == "rmsi2"
        for section in ("smoothing", "alignment", "peakpicking", "peakbinning"):
            for key, value in given[section].items():
                written = json.loads(parameters[f"{section}.{key}"])
                assert written == value, (section, key, written, value)

    def check_table(self):
        """The .csv beside the store, a line per bin."""
        with open(self.root.with_suffix(".csv"), newline="") as file:
            lines = list(csv.DictReader(file))
        matrix = self.case.matrix(self.stem, "intensity")
        column = lambda name: numpy.array([float(line[name]) for line in lines])
        expect_same(column("mz"), self.store.var["mz"], "csv mz")
        expect_same(column("bin_size"), self.store.var["bin_size"], "csv bin_size")
        expect_same(column("count"), self.store.var["count"], "csv count")
        expect_close(column("mean"), matrix.mean(axis=0), "csv mean")
        expect_same(column("maximum"), matrix.max(axis=0), "csv maximum")
        # A cell that was measured where no peak was picked has a signal-to-noise ratio of 0.
        picked = self.case.matrix(self.stem, "SNR") > 0
        expect_same(column("pixel_fraction"), picked.mean(axis=0), "csv pixel_fraction")

    def check_zarr(self):
        """The same through zarr alone: layout, compression, consolidated metadata."""
        store = zarr.open_consolidated(str(self.root), mode="r", zarr_format=2)
        for name in ("X", "layers/snr", "layers/area"):
            array = store[name]
            assert array.dtype == numpy.dtype("<f8") and array.chunks[1] == array.shape[1]
            assert array.compressors[0].codec_id == "zstd"
            assert [codec.codec_id for codec in array.filters] == ["shuffle"]
        expect_same(store["X"][:], self.store.X, "X through zarr")
        listed = json.loads((self.root / ".zmetadata").read_text())["metadata"]
        on_disk = {str(path.relative_to(self.root)) for path in self.root.rglob(".z*")} - {".zmetadata"}
        assert set(listed) == on_disk


class AnnDataStore(support.TestInFolder):
    def test_equals_the_golden_matrices(self):
        for name, groups in GROUPS.items():
            case = support.GoldenCase(name)
            out = self.folder / name
            case.run(out)
            for number, images in enumerate(groups, 1):
                group = Group(case, number, images, out)
                for check in [method for method in dir(group) if method.startswith("check_")]:
                    with self.subTest(case=name, group=number, check=check):
                        getattr(group, check)()

    def test_opens_lazily_by_chunk(self):
        support.fanfold("sample", self.folder / "a.imzML", "--pixels", 3000, "--channels", 2000, "--quiet")
        support.fanfold("process", self.folder / "a.imzML", "-o", self.folder / "out", "--workers", 2, "--quiet")
        root = self.folder / "out" / "merged-peakmatrix.zarr"
        lazy = zarr.open_consolidated(str(root), mode="r", zarr_format=2)["X"]
        whole = anndata.read_zarr(root)
        self.assertEqual(lazy.shape, whole.shape)
        numpy.testing.assert_array_equal(lazy[1000:1010], whole.X[1000:1010])

    def test_survives_a_round_trip(self):
        case = support.GoldenCase("c_linear")
        case.run(self.folder / "out")
        store = anndata.read_zarr(self.folder / "out" / "merged-peakmatrix.zarr")
        store.write_h5ad(self.folder / "copy.h5ad")
        copy = anndata.read_h5ad(self.folder / "copy.h5ad")
        numpy.testing.assert_array_equal(copy.X, store.X)
        self.assertEqual(list(copy.obs.columns), list(store.obs.columns))
        numpy.testing.assert_array_equal(copy.uns["spectra"]["mz"], store.uns["spectra"]["mz"])


if __name__ == "__main__":
    unittest.main()
