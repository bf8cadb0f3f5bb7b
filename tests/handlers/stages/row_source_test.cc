// Spectra that no exporter should have written, on their way to rows.
#include "handlers/spectra/row_source.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "handlers/common_mass_axis/map.h"
#include "handlers/common_mass_axis/partial.h"
#include "handlers/objects/objects.h"
#include "orchestrator/run_directory/run_directory.h"
#include "runtime/partials/job_id.h"

namespace fanfold::handlers {
namespace {

using Values = std::vector<double>;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

class RowSourceTest : public ::testing::Test {
 protected:
  RowSourceTest() {
    m_folder = std::filesystem::temp_directory_path() / ("fanfold-rows-" + new_job_id());
    std::filesystem::create_directories(m_folder);
  }
  ~RowSourceTest() override { std::filesystem::remove_all(m_folder); }

  void add(const Values& mz, const Values& intensity) {
    imzml::PixelRecord record;
    record.mz_offset = append(mz);
    record.intensity_offset = append(intensity);
    record.mz_length = static_cast<std::uint32_t>(mz.size());
    record.intensity_length = static_cast<std::uint32_t>(intensity.size());
    record.mz_encoded_bytes = mz.size() * sizeof(double);
    record.intensity_encoded_bytes = intensity.size() * sizeof(double);
    m_records.push_back(record);
  }

  enum class Image { processed, continuous };
  struct Row {
    Values row, masses, intensities;
  };
  protocol::StageArguments arguments_of(Image image, Compat compat) {
    EXPECT_TRUE(put_object(m_stores, path("ibd"), std::as_bytes(std::span(m_ibd))));
    EXPECT_TRUE(put_object(m_stores, path("index"), std::as_bytes(std::span(m_records))));
    protocol::StageArguments arguments;
    arguments.compat = compat;
    arguments.window_bytes = 1 << 20;
    arguments.images.resize(1);
    protocol::ImageInput& input = arguments.images[0];
    input.ibd = path("ibd");
    input.index = path("index");
    input.pixels = m_records.size();
    input.mz_type = input.intensity_type = ValueType::float64;
    input.continuous = input.matches_axis = image == Image::continuous;
    arguments.cube_pixels = m_records.size();
    return arguments;
  }

  // What the stage common_mass_axis says of a processed image.
  bool axes_are_identical() {
    const protocol::StageArguments arguments = arguments_of(Image::processed, Compat::none);
    const auto output =
        map_common_mass_axis({protocol::Event{}, arguments, m_stores, [] { return Status(); }});
    EXPECT_TRUE(output) << output.error().message();
    return output && output->partial.u64(common_mass_axis::k_identical)->front() == 1;
  }

  std::vector<Row> rows(Image image, const Values& axis, Compat compat = Compat::none) {
    const protocol::StageArguments arguments = arguments_of(image, compat);
    auto source = RowSource::open(m_stores, arguments, {0, 0, m_records.size()}, axis);
    EXPECT_TRUE(source) << source.error().message();
    std::vector<Row> all;
    for (;;) {
      const auto next = source->next(2);
      EXPECT_TRUE(next) << next.error().message();
      if (!next || next->empty()) break;
      for (const SpectrumRow& row : *next) {
        all.push_back({Values(row.row.begin(), row.row.end()), Values(row.masses.begin(), row.masses.end()),
                       Values(row.intensities.begin(), row.intensities.end())});
      }
    }
    m_odd = source->oddities();
    return all;
  }

  SpectrumOddities m_odd;

 private:
  std::uint64_t append(const Values& values) {
    const std::uint64_t at = m_ibd.size() * sizeof(double);
    m_ibd.insert(m_ibd.end(), values.begin(), values.end());
    return at;
  }
  std::string path(const std::string& name) const { return (m_folder / name).string(); }

  std::filesystem::path m_folder;
  StoreRegistry m_stores;
  Values m_ibd;
  std::vector<imzml::PixelRecord> m_records;
};

TEST_F(RowSourceTest, CountsAsManyPointsAsBothArraysHave) {
  add({1, 2, 3}, {10, 20});
  add({1, 2}, {10, 20, 30});
  const auto all = rows(Image::processed, {1, 2, 3});
  for (const Row& row : all) {
    EXPECT_EQ(row.masses, (Values{1, 2}));
    EXPECT_EQ(row.intensities, (Values{10, 20}));
    EXPECT_EQ(row.row, (Values{10, 20, 20}));
  }
  EXPECT_EQ(all.size(), 2u);
}

TEST_F(RowSourceTest, FillsARowOfTheSharedAxisWithZeros) {
  const Values axis{1, 2, 3};
  add(axis, {10, 20});
  add(axis, {10, 20, 30, 40});
  add({}, {});
  add({}, {10, 20, 30});
  add({}, {10, 20});
  const auto all = rows(Image::continuous, axis);
  ASSERT_EQ(all.size(), 5u);
  for (const std::size_t without_masses : {3u, 4u}) EXPECT_EQ(all[without_masses].row, (Values{0, 0, 0}));
  EXPECT_EQ(all[0].row, (Values{10, 20, 0}));
  EXPECT_EQ(all[1].row, (Values{10, 20, 30}));
  EXPECT_EQ(all[2].row, (Values{0, 0, 0}));
}

// Rows of a shared axis are filled with zeros, these are not.
TEST_F(RowSourceTest, IsOfNoSharedAxisWhereIntensitiesOfAProcessedImageAreMissing) {
  add({1, 2, 3}, {10, 20, 30});
  add({1, 2, 3}, {10, 20, 30, 40});
  EXPECT_TRUE(axes_are_identical());
  add({1, 2, 3, 4}, {10, 20, 30});
  EXPECT_FALSE(axes_are_identical());
}

TEST_F(RowSourceTest, SortsThePointsOfASpectrumAndCountsIt) {
  add({1, 2, 3}, {10, 20, 30});
  add({3, 1, 2}, {30, 10, 20});
  const auto all = rows(Image::processed, {1, 2, 3});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].masses, all[0].masses);
  EXPECT_EQ(all[1].intensities, all[0].intensities);
  EXPECT_EQ(all[1].row, (Values{10, 20, 30}));
  EXPECT_EQ(m_odd.unsorted.count, 1u);
  EXPECT_EQ(m_odd.unsorted.first, 1u);
  EXPECT_EQ(m_odd.not_finite.count, 0u);
}

TEST_F(RowSourceTest, KeepsRepeatedMassesZerosAndNegativeIntensities) {
  add({1, 2, 2, 3}, {-5, 0, 7, 1});
  const auto all = rows(Image::processed, {1, 3});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].masses, (Values{1, 2, 2, 3}));
  EXPECT_EQ(all[0].intensities, (Values{-5, 0, 7, 1}));
  EXPECT_EQ(m_odd.unsorted.count, 0u);
}

TEST_F(RowSourceTest, TakesIntensitiesThatAreNoNumbersAsZero) {
  add({1, 2, 3}, {k_nan, 20, -k_infinity});
  EXPECT_EQ(rows(Image::continuous, {1, 2, 3}).at(0).row, (Values{0, 20, 0}));
  EXPECT_EQ(m_odd.not_finite.count, 1u);
  EXPECT_EQ(rows(Image::processed, {1, 2, 3}).at(0).intensities, (Values{0, 20, 0}));
  EXPECT_EQ(m_odd.not_finite.count, 1u);
}

TEST_F(RowSourceTest, LeavesOutPointsWithoutAMass) {
  add({1, k_nan, 3}, {10, 20, 30});
  const auto all = rows(Image::processed, {1, 3});
  EXPECT_EQ(all.at(0).masses, (Values{1, 3}));
  EXPECT_EQ(all.at(0).intensities, (Values{10, 30}));
  EXPECT_EQ(m_odd.not_finite.count, 1u);
}

TEST_F(RowSourceTest, LeavesSpectraAsTheyAreForTheOriginalsNumbersButCountsThem) {
  add({1, 3, 2}, {10, k_nan, 20});
  const auto all = rows(Image::processed, {1, 5}, Compat::rmsi2);
  EXPECT_EQ(all.at(0).masses, (Values{1, 3, 2}));
  EXPECT_TRUE(std::isnan(all.at(0).intensities[1]));
  EXPECT_EQ(m_odd.unsorted.count, 1u);
  EXPECT_EQ(m_odd.not_finite.count, 1u);
}

}  // namespace
}  // namespace fanfold::handlers
