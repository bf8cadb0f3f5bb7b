// Peak lists as input, ours and the original's: they give the matrix of the run that picked them, with zeros
// where that run measured spectra. The original itself aborts here (B12).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/e2e/peak_lists_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string k_golden = FANFOLD_GOLDEN_DIR;

// Where the run from spectra has a ratio there was a peak.
void expect_peaks_of(const DumpedMatrix& spectra, const DumpedMatrix& lists, Tolerance derived) {
  EXPECT_TRUE(arrays_equal("masses", spectra.mass, lists.mass, Tolerance::exact));
  EXPECT_TRUE(arrays_equal("bin sizes", spectra.bin_size, lists.bin_size, Tolerance::exact));
  EXPECT_TRUE(arrays_equal("ratios", spectra.snr, lists.snr, derived));
  ASSERT_EQ(spectra.snr.size(), spectra.intensity.size());
  Spectrum intensity(spectra.intensity.size());
  Spectrum area(spectra.area.size());
  std::size_t gaps = 0;
  for (std::size_t i = 0; i < spectra.snr.size(); ++i) {
    if (spectra.snr[i] == 0) {
      ++gaps;
    } else {
      intensity[i] = spectra.intensity[i];
      area[i] = spectra.area[i];
    }
  }
  EXPECT_TRUE(arrays_equal("intensities", intensity, lists.intensity, Tolerance::exact));
  EXPECT_TRUE(arrays_equal("areas", area, lists.area, derived));
  EXPECT_GT(gaps, 0u) << "the example has no gaps";
  EXPECT_LT(gaps, spectra.snr.size()) << "the example has no peaks";
}

// An imzML in the original's manner, with the original's mark and nothing else to tell a peak list by.
std::string original_imzml(const std::string& ibd, const std::vector<PixelLayout>& layout) {
  std::string uuid;
  for (const char byte : ibd.substr(0, 16)) uuid += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  const auto param = [](const char* accession, const char* name, const auto& value) {
    return fmt::format(R"(<cvParam accession="{}" cvRef="IMS" name="{}" value="{}"/>)", accession, name,
                       value);
  };
  const auto group = [](const char* id, const char* accession) {
    return fmt::format(R"(<referenceableParamGroup id="{}"><cvParam accession="{}" cvRef="MS" name="array"/>
      <cvParam accession="MS:1000523" cvRef="MS" name="64-bit float"/>
      <cvParam accession="MS:1000576" cvRef="MS" name="no compression"/></referenceableParamGroup>)",
                       id, accession);
  };
  const auto block = [&](const char* id, std::uint64_t length, std::uint64_t offset) {
    return fmt::format(R"(<binaryDataArray encodedLength="0"><referenceableParamGroupRef ref="{}"/>)", id) +
           param("IMS:1000103", "external array length", length) +
           param("IMS:1000104", "external encoded length", 8 * length) +
           param("IMS:1000102", "external offset", offset) + "<binary/></binaryDataArray>";
  };
  std::string xml =
      R"(<?xml version="1.0" encoding="UTF-8"?><mzML version="1.1"><fileDescription><fileContent>)" +
      param("IMS:1000080", "universally unique identifier", uuid) + param("IMS:1000031", "processed", "") +
      R"(</fileContent><sourceFileList count="1"><sourceFile id="sourceFile0" location="x" name="x">)" +
      param("MS:1000560", "mass spectrometer file format", "rMSIpeakList") +
      "</sourceFile></sourceFileList></fileDescription><referenceableParamGroupList count=\"2\">" +
      group("mzArray", "MS:1000514") + group("intensityArray", "MS:1000515") +
      fmt::format("</referenceableParamGroupList><run id=\"r\"><spectrumList count=\"{}\">", layout.size());
  for (const PixelLayout& pixel : layout) {
    xml += "<spectrum><scanList count=\"1\"><scan>" + param("IMS:1000050", "position x", pixel.x) +
           param("IMS:1000051", "position y", pixel.y) +
           "</scan></scanList><binaryDataArrayList count=\"2\">" +
           block("mzArray", pixel.mz_length, pixel.mz_offset) +
           block("intensityArray", pixel.intensity_length, pixel.intensity_offset) +
           "</binaryDataArrayList></spectrum>";
  }
  return xml + "</spectrumList></run></mzML>";
}

class PeakLists : public PeakListInput {
 protected:
  // Peaks of `images` into out("spectra"), then a job on the lists of `names` into out("lists").
  void run_twice(const Words& images, const Words& names, const Words& flags) const {
    Words words{"--set", "peakpicking.SNR=1.5", "--quiet"};
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), images.begin(), images.end());
    run("spectra", words);
    words.resize(3 + flags.size());
    for (const std::string& name : names) words.push_back(out("spectra") + "/" + name + ".imzML");
    run("lists", words);
  }

  Words original_lists(const std::string& golden_case) const {
    const std::string from = k_golden + "/" + golden_case + "/out/";
    Words files;
    for (std::string stem : stems_in(from, "-peaks.ibd")) {
      stem += "-peaks";
      const std::string ibd = read_file(from + stem + ".ibd");
      files.push_back(m_workspace.path(stem + ".imzML"));
      write_text(m_workspace.path(stem + ".ibd"), ibd);
      write_text(files.back(), original_imzml(ibd, read_layout_table(from + stem + ".layout.tsv")));
    }
    return files;
  }
};

TEST_F(PeakLists, GiveTheMatrixOfTheRunThatPickedThem) {
  const std::string image =
      m_workspace.sample("c", {"--pixels", "150", "--channels", "400", "--peaks", "30"});
  run_twice({image}, {"c-peaks"}, {});
  expect_peaks_of(matrix("spectra"), matrix("lists"), Tolerance::exact);
  const Words files = files_below(out("lists"));
  for (const std::string& file : files) {
    EXPECT_FALSE(file.ends_with(".imzML") || file.ends_with(".ibd")) << file << " was written";
  }
  EXPECT_THAT(files, Contains("merged-peakmatrix.zarr/layers/snr/.zarray"));
  EXPECT_THAT(files, Contains("merged-peakmatrix.csv"));
  EXPECT_THAT(files, Not(Contains("merged-peakmatrix.zarr/uns/spectra/mz")));
}

TEST_F(PeakLists, OfSeveralImagesAndBlocksGiveThatMatrixInBothModes) {
  const std::string a = m_workspace.sample("a", {"--pixels", "700", "--channels", "128", "--peaks", "10"});
  const std::string b =
      m_workspace.sample("b", {"--pixels", "500", "--channels", "128", "--peaks", "10", "--seed", "5"});
  for (const char* compat : {"none", "rmsi2"}) {
    run_twice({a, b}, {"a-peaks", "b-peaks"}, {"--set", "peakpicking.SNR=1", "--compat", compat, "--force"});
    expect_peaks_of(matrix("spectra"), matrix("lists"), Tolerance::exact);
  }
}

// Without alignment a region's peaks are those that its pixels have in the whole image.
TEST_F(PeakLists, OfARegionGiveTheMatrixOfTheRegion) {
  const std::string image =
      m_workspace.sample("c", {"--pixels", "120", "--channels", "300", "--peaks", "20"});
  std::string roi = "<ClinProtSpectraImport><Class Name=\"left\">";
  for (int x = 1; x <= 4; ++x) {
    for (int y = 1; y <= 9; ++y) roi += fmt::format("<Element Spot=\"R00X{}Y{}\"/>", x, y);
  }
  write_text(m_workspace.path("roi.xml"), roi + "</Class></ClinProtSpectraImport>");
  const Words flags{"--set", "alignment.enable=false", "--set", "peakpicking.SNR=1.5", "--quiet"};
  const auto with = [&](Words words) {
    words.insert(words.end(), flags.begin(), flags.end());
    return words;
  };
  run("whole", with({image}));
  run("spectra", with({image, "--roi", m_workspace.path("roi.xml")}));
  run("lists", with({out("whole") + "/c-peaks.imzML", "--roi", m_workspace.path("roi.xml")}));
  expect_peaks_of(matrix("spectra"), matrix("lists"), Tolerance::exact);
  EXPECT_EQ(array("lists", "TIC_run1_img1").size(), 36u);
}

TEST_F(PeakLists, HaveTheNormsOfTheirIntensities) {
  const std::string image = m_workspace.sample("c", {"--pixels", "20", "--channels", "300", "--peaks", "20"});
  run_twice({image}, {"c-peaks"}, {});
  const auto layout = read_imzml_layout(out("spectra") + "/c-peaks.imzML", out("spectra") + "/c-peaks.ibd");
  const PeakBlocks blocks = read_peak_blocks(read_file(out("spectra") + "/c-peaks.ibd"), layout);
  Spectrum tic, maximum;
  std::size_t at = 0;
  for (const PixelLayout& pixel : layout) {
    tic.push_back(0);
    maximum.push_back(0);
    for (const std::size_t end = at + pixel.mz_length; at < end; ++at) {
      tic.back() += blocks.intensity[at];
      maximum.back() = std::max(maximum.back(), blocks.intensity[at]);
    }
  }
  EXPECT_TRUE(arrays_equal("TIC", tic, array("lists", "TIC_run1_img1"), Tolerance::exact));
  EXPECT_TRUE(arrays_equal("MAX", maximum, array("lists", "MAX_run1_img1"), Tolerance::exact));
}

TEST_F(PeakLists, OfTheOriginalGiveItsMatrix) {
  for (const char* golden_case : {"c_default", "c_ppm", "merged_c_p"}) {
    SCOPED_TRACE(golden_case);
    Words words = original_lists(golden_case);
    words.insert(words.end(),
                 {"--compat", "rmsi2", "--force", "--params", k_golden + "/" + golden_case + "/job.json"});
    std::filesystem::remove_all(dump("lists"));
    const ProgramRun done = run("lists", words);
    EXPECT_THAT(done.errors, HasSubstr("holds peak lists (of rMSI2): binning and matrix only"));
    const DumpedMatrix golden = read_matrix(k_golden + "/" + golden_case + "/arrays", "merged-peakmatrix");
    expect_peaks_of(golden, matrix("lists"), Tolerance::relative);
  }
}

TEST_F(PeakLists, DoNotDependOnTheNumberOfWorkers) {
  const std::string image =
      m_workspace.sample("c", {"--pixels", "1100", "--channels", "128", "--peaks", "10"});
  run("spectra", {image, "--set", "peakpicking.SNR=1", "--quiet"});
  const std::string lists = out("spectra") + "/c-peaks.imzML";
  run("once", {lists, "--quiet"});
  for (const Words& way : {Words{"--workers", "1"}, {"--workers", "3", "--cube-pixels", "16"}}) {
    Words words{lists, "--quiet", "--force"};
    words.insert(words.end(), way.begin(), way.end());
    run("again", words);
    expect_equal_outputs(read_outputs(out("once")), read_outputs(out("again")), way[1]);
    expect_equal_outputs(read_outputs(dump("once")), read_outputs(dump("again")), way[1]);
  }
}

TEST_F(PeakLists, MakeAMatrixEachWhereImagesAreNotMerged) {
  const std::string a = m_workspace.sample("a", {"--pixels", "40", "--channels", "200", "--peaks", "12"});
  const std::string b =
      m_workspace.sample("b", {"--pixels", "30", "--channels", "200", "--peaks", "12", "--seed", "5"});
  run_twice({a, b}, {"a-peaks", "b-peaks"}, {"--set", "merge=false"});
  for (const std::string name : {"a", "b"}) {
    expect_peaks_of(matrix("spectra", name + "-proc-peakmatrix"), matrix("lists", name + "-peaks-peakmatrix"),
                    Tolerance::exact);
    EXPECT_TRUE(has("lists", name + "-peaks-peakmatrix.zarr/.zmetadata"));
  }
}

TEST_F(PeakLists, WithTheMarkMayBeDamagedAllTheSame) {
  const std::string image = m_workspace.sample("c", {"--pixels", "20", "--channels", "300", "--peaks", "20"});
  run("spectra", {image, "--set", "peakpicking.SNR=1.5", "--quiet"});
  const std::string lists = out("spectra") + "/c-peaks";
  const auto layout = read_imzml_layout(lists + ".imzML", lists + ".ibd");
  std::string ibd = read_file(lists + ".ibd");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  ASSERT_GE(layout[3].mz_length, 2u);
  std::memcpy(ibd.data() + layout[3].intensity_offset, &nan, sizeof nan);
  std::memcpy(ibd.data() + layout[3].mz_offset + sizeof nan, &nan, sizeof nan);
  const double nothing = 0;  // the last bin size
  std::memcpy(ibd.data() + ibd.size() - sizeof nothing, &nothing, sizeof nothing);
  write_text(lists + ".ibd", ibd);
  const ProgramRun done = run("lists", {lists + ".imzML"});
  EXPECT_THAT(done.errors, HasSubstr("has 3 peaks whose m/z, intensity or bin size is not a number, or whose "
                                     "m/z or bin size is not above 0; they are left out"));
  for (const double tic : array("lists", "TIC_run1_img1")) EXPECT_TRUE(std::isfinite(tic));
}

TEST_F(PeakLists, AreNotReplacedUnasked) {
  const std::string image = m_workspace.sample("c", {"--pixels", "20", "--channels", "300", "--peaks", "20"});
  run_twice({image}, {"c-peaks"}, {});
  const std::string lists = out("spectra") + "/c-peaks.imzML";
  const ProgramRun again = try_run("lists", {lists});
  EXPECT_EQ(again.exit_code, 3);
  EXPECT_THAT(again.errors, HasSubstr("--force"));
  // Beside the lists themselves: the matrix there is replaced, the lists stay.
  const std::string before = read_file(lists);
  run("spectra", {lists, "--force"});
  EXPECT_EQ(read_file(lists), before);
  EXPECT_TRUE(has("spectra", "c-proc.imzML"));
}

TEST_F(PeakLists, AreRefusedBesideSpectra) {
  const std::string image = m_workspace.sample("c", {"--pixels", "20", "--channels", "300", "--peaks", "20"});
  run("spectra", {image, "--set", "peakpicking.SNR=1.5", "--quiet"});
  const std::string lists = out("spectra") + "/c-peaks.imzML";
  EXPECT_THAT(refusal({lists, image}), HasSubstr("process them apart"));
  EXPECT_THAT(refusal({lists, "--input", "spectra"}), HasSubstr("cannot be taken for spectra"));
  EXPECT_THAT(refusal({lists, "--set", "peakbinning.enable=false"}), HasSubstr("nothing to do"));
}

// ---- A matrix without columns, from spectra and from lists.

class EmptyMatrix : public PeakLists {
 protected:
  // A bin would have to hold more peaks than there are pixels.
  static Words process_flags(Words words) {
    words.insert(words.end(), {"--set", "peakpicking.SNR=1.5", "--set", "peakbinning.binFilter=1"});
    return words;
  }
  void expect_warning(const std::string& name, const ProgramRun& run, const std::string& words) const {
    EXPECT_THAT(run.errors, HasSubstr("warning: merged-peakmatrix is not written: " + words));
    const nlohmann::json report = m_workspace.report(out(name));
    EXPECT_THAT(report["warnings"].dump(), HasSubstr("merged-peakmatrix is not written"));
    EXPECT_EQ(report["bins"], 0);
    EXPECT_FALSE(has(name, "merged-peakmatrix.zarr"));
    EXPECT_FALSE(has(name, "merged-peakmatrix.csv"));
  }
};

TEST_F(EmptyMatrix, IsNotWrittenAndTheRestIs) {
  const std::string image = m_workspace.sample("c", {"--pixels", "40", "--channels", "300", "--peaks", "20"});
  for (const char* compat : {"none", "rmsi2"}) {
    const ProgramRun done = run("spectra", process_flags({image, "--compat", compat, "--force"}));
    expect_warning("spectra", done, "none of the ");
    for (const char* file : {"c-proc.imzML", "c-proc.ibd", "c-peaks.imzML", "c-peaks.ibd"}) {
      EXPECT_TRUE(has("spectra", file)) << file;
    }
  }
  const ProgramRun done = run("lists", process_flags({out("spectra") + "/c-peaks.imzML"}));
  expect_warning("lists", done, "none of the ");
}

TEST_F(EmptyMatrix, TakesTheMatrixOfAFormerRunAway) {
  const std::string image = m_workspace.sample("c", {"--pixels", "40", "--channels", "300", "--peaks", "20"});
  run("spectra", {image, "--set", "peakpicking.SNR=1.5"});
  ASSERT_TRUE(has("spectra", "merged-peakmatrix.zarr/.zmetadata"));
  expect_warning("spectra", run("spectra", process_flags({image, "--force"})), "none of the ");
}

TEST_F(EmptyMatrix, FollowsFromSpectraWithoutPeaks) {
  TestImage flat;
  flat.masses = {even_axis(128, 500, 0x1p-6)};
  flat.intensities.assign(20, Spectrum(128, 1.0));
  const ProgramRun done =
      run("flat", {write("flat", flat), "--set", "alignment.enable=false", "--set", "peakpicking.SNR=100"});
  expect_warning("flat", done, "there is no peak in any of the 20 pixels");
  EXPECT_TRUE(has("flat", "flat-peaks.imzML"));
}

}  // namespace
}  // namespace fanfold::e2e
