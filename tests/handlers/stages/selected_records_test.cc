#include "handlers/spectra/selected_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace fanfold::handlers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An index whose record i has x = i, which notes how many records each read asked for.
class NotingIndex final : public ByteSource {
 public:
  explicit NotingIndex(std::uint64_t records) {
    for (std::uint64_t i = 0; i < records; ++i) m_records.push_back({.x = static_cast<std::int32_t>(i)});
  }
  std::uint64_t size_bytes() const override { return m_records.size() * sizeof(imzml::PixelRecord); }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t offset, MutableBytes into) const override {
    const auto bytes = std::as_bytes(std::span(m_records));
    std::ranges::copy(bytes.subspan(static_cast<std::size_t>(offset), into.size()), into.begin());
    m_reads.push_back(into.size() / sizeof(imzml::PixelRecord));
    return {};
  }
  const std::vector<std::size_t>& reads() const { return m_reads; }

 private:
  std::string m_name = "index";
  std::vector<imzml::PixelRecord> m_records;
  mutable std::vector<std::size_t> m_reads;
};

std::vector<std::int32_t> places(const NotingIndex& index, const std::vector<std::uint64_t>& pixels) {
  const auto records = read_selected_records(index, pixels);
  EXPECT_TRUE(records) << records.error().message();
  std::vector<std::int32_t> found;
  for (const imzml::PixelRecord& record : records.value()) found.push_back(record.x);
  return found;
}

TEST(SelectedRecords, OfAWholeRangeAreOneRead) {
  const NotingIndex index(5000);
  std::vector<std::uint64_t> pixels(4000);
  std::iota(pixels.begin(), pixels.end(), std::uint64_t{7});
  const auto found = places(index, pixels);
  EXPECT_EQ(found.front(), 7);
  EXPECT_EQ(found.back(), 4006);
  EXPECT_THAT(index.reads(), ElementsAre(4000));
}

TEST(SelectedRecords, ThatLieFarApartAreReadAlone) {
  const NotingIndex index(9000);
  EXPECT_THAT(places(index, {3, 3000, 8999}), ElementsAre(3, 3000, 8999));
  EXPECT_THAT(index.reads(), ElementsAre(1, 1, 1));
}

TEST(SelectedRecords, ThatLieCloseAreReadTogether) {
  const NotingIndex index(9000);
  const std::uint64_t far = 20 + k_records_read_over + 1;
  EXPECT_THAT(places(index, {10, 20, far, far + k_records_read_over}),
              ElementsAre(10, 20, static_cast<std::int32_t>(far),
                          static_cast<std::int32_t>(far + k_records_read_over)));
  EXPECT_THAT(index.reads(), ElementsAre(11, k_records_read_over + 1));
}

TEST(SelectedRecords, OfNoPixelAreNotRead) {
  const NotingIndex index(3);
  EXPECT_THAT(places(index, {}), IsEmpty());
  EXPECT_THAT(index.reads(), IsEmpty());
}

TEST(SelectedRecords, MustBeInTheIndex) {
  const NotingIndex index(10);
  const auto records = read_selected_records(index, std::vector<std::uint64_t>{2, 10});
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().kind(), ErrorKind::corrupt_data);
}

}  // namespace
}  // namespace fanfold::handlers
