// Real files of many writers, each compared with figures that another program read. They lie outside the
// project; without them the tests skip.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/imzml/roi.h"
#include "runtime/imzml/spectrum_reader.h"
#include "tests/runtime/imzml/test_documents.h"

namespace fanfold::imzml::testing {
namespace {

namespace fs = std::filesystem;

fs::path ibd_of(const fs::path& imzml) {
  return ibd_path_for(imzml.string());
}

struct Pair {
  MemoryByteSource xml;
  MemoryByteSource ibd;
};

Result<Pair> load_pair(const fs::path& imzml) {
  FANFOLD_ASSIGN(MemoryByteSource xml, load_file(imzml));
  FANFOLD_ASSIGN(MemoryByteSource ibd, load_file(ibd_of(imzml)));
  return Pair{std::move(xml), std::move(ibd)};
}

void compare_pixel(const nlohmann::json& wanted, const PixelRecord& pixel, const std::vector<double>& mz,
                   const std::vector<double>& intensity) {
  // The other program looks for positions in scans only.
  if (!wanted["pos"][0].is_null()) {
    EXPECT_EQ(wanted["pos"][0].get<int>(), pixel.x);
    EXPECT_EQ(wanted["pos"][1].get<int>(), pixel.y);
  }
  EXPECT_EQ(wanted["n"].get<std::size_t>(), mz.size());
  double tic = 0;
  double highest = intensity.empty() ? 0 : intensity[0];
  for (const double value : intensity) {
    tic += value;
    highest = std::max(highest, value);
  }
  EXPECT_NEAR(wanted["tic"].get<double>(), tic, 1e-9 * std::fabs(tic));
  EXPECT_EQ(wanted["max"].get<double>(), highest);
  if (mz.empty()) return;
  EXPECT_EQ(wanted["mz_first"].get<double>(), mz.front());
  EXPECT_EQ(wanted["mz_last"].get<double>(), mz.back());
}

class RealFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    m_shared = shared_folder();
    if (m_shared.empty()) GTEST_SKIP() << "no shared sample data: set FANFOLD_SHARED to their folder";
  }
  fs::path m_shared;
};

TEST_F(RealFiles, HaveThePositionsLengthsAndValuesThatAnotherProgramRead) {
  const auto text = load_file(m_shared / "data" / "expected" / "reference_stats.json");
  ASSERT_TRUE(text) << text.error().message();
  std::string json(text->size_bytes(), '\0');
  ASSERT_TRUE(text->read_at(0, std::as_writable_bytes(std::span(json))));
  std::size_t compared = 0;
  const nlohmann::json reference = nlohmann::json::parse(json);
  for (const auto& [name, wanted] : reference.items()) {
    if (!wanted.contains("pixels")) continue;
    SCOPED_TRACE(name);
    const auto pair = load_pair(m_shared / "data" / name);
    ASSERT_TRUE(pair) << pair.error().message();
    const auto [description, pixels] = read(pair->xml, pair->ibd);
    ASSERT_TRUE(description) << description.error().message();
    ASSERT_EQ(pixels.size(), wanted["pixels"].size());
    SpectrumReader reader(pair->ibd, {description->mz, description->intensity}, std::size_t{64} << 20);
    const auto block = reader.read(pixels, WhichArrays::both);
    ASSERT_TRUE(block) << block.error().message();
    std::vector<double> mz, intensity;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      block->mz(i, mz);
      block->intensity(i, intensity);
      compare_pixel(wanted["pixels"][i], pixels[i], mz, intensity);
    }
    ++compared;
  }
  EXPECT_GE(compared, 20U);
}

TEST_F(RealFiles, AreAllReadAndWarnedAboutAsTheyDeserve) {
  const auto described = [&](const char* name) {
    const auto pair = load_pair(m_shared / "data" / name);
    EXPECT_TRUE(pair) << name;
    auto outcome = read(pair->xml, pair->ibd);
    EXPECT_TRUE(outcome.description) << outcome.description.error().message();
    return std::move(outcome.description).value();
  };
  EXPECT_EQ(described("jimzml_matrixtests_n2_nomode/MatrixTests_N2.imzML").mode, Mode::processed);
  EXPECT_EQ(described("maldiquant_tiny_processed/tiny_processed.imzML").mode, Mode::processed);
  EXPECT_EQ(described("thyra_unit_nanometre/unit_nanometre.imzML").pixel_size_x_um, 4406.25 * 1e-3);
  EXPECT_EQ(described("thyra_two_scansettings/two_scansettings.imzML").pixel_size_x_um, 10.0);
  EXPECT_EQ(described("galaxy_combat_40px/Combat_40pixel.imzML").max_count_x, 74U);
  const ImageDescription inf = described("galaxy_out3_pixelsize_inf/out3.imzML");
  EXPECT_EQ(inf.pixel_size_x_um, 1.0);
  EXPECT_EQ(inf.pixel_size_y_um, std::nullopt);
  EXPECT_TRUE(has_warning(described("i2nca_cc/cc.imzML"), "1997 intensities"));
  EXPECT_TRUE(has_warning(described("thyra_iontof_sparse/iontof_sparse.imzML"), "no checksum"));
  for (const char* const broken :
       {"BROKEN_checksum_uuid_112/112_auto_combined.imzML", "BROKEN_checksum_uuid_12/12_combined.imzML",
        "BROKEN_wrong_ibd_peaks/preprocessing_results3.imzML"}) {
    EXPECT_FALSE(described(broken).uuid_matches_ibd) << broken;
  }
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(m_shared / "data")) {
    if (std::string extension = entry.path().extension(); extension == ".imzML" || extension == ".imzml") {
      const auto pair = load_pair(entry.path());
      ASSERT_TRUE(pair) << entry.path();
      const auto outcome = read(pair->xml, pair->ibd);
      EXPECT_TRUE(outcome.description) << entry.path() << ": " << outcome.description.error().message();
      ++files;
    }
  }
  EXPECT_GE(files, 30U);
}

TEST_F(RealFiles, OfRmsi2AreReadWithTheirPeakListsMarked) {
  const auto golden = m_shared / "golden";
  const auto inputs = load_pair(golden / "inputs" / "c.imzML");
  ASSERT_TRUE(inputs) << inputs.error().message();
  const auto image = read(inputs->xml, inputs->ibd);
  ASSERT_TRUE(image.description) << image.description.error().message();
  EXPECT_EQ(image.description->mode, Mode::continuous);
  EXPECT_EQ(image.pixels.size(), 30U);
  EXPECT_EQ(image.pixels[2], (PixelRecord{16, 19216, 9600, 4800, 1200, 1200, 3, 1}));

  const auto peaks = load_pair(golden / "p_default" / "out" / "p-peaks.imzML");
  ASSERT_TRUE(peaks) << peaks.error().message();
  const auto list = read(peaks->xml, peaks->ibd);
  ASSERT_TRUE(list.description) << list.description.error().message();
  EXPECT_EQ(list.description->peak_list, PeakList::rmsi);
  EXPECT_EQ(list.description->ibd_bytes_used, peaks->ibd.size_bytes());

  const auto text = load_file(golden / "inputs" / "c_roi.xml");
  ASSERT_TRUE(text);
  std::string xml(text->size_bytes(), '\0');
  ASSERT_TRUE(text->read_at(0, std::as_writable_bytes(std::span(xml))));
  const auto rois = parse_roi_xml(xml, "c_roi.xml");
  ASSERT_TRUE(rois) << rois.error().message();
  ASSERT_EQ(rois->size(), 2U);
  EXPECT_EQ((*rois)[0].spots.size(), 6U);
  EXPECT_EQ((*rois)[1].spots[4], std::pair(9, 9));
}

}  // namespace
}  // namespace fanfold::imzml::testing
