#include "handlers/peak_lists/peak_list_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "handlers/objects/objects.h"
#include "runtime/imzml/peak_list_mark.h"
#include "runtime/partials/job_id.h"

namespace fanfold::handlers {
namespace {

constexpr std::uint64_t k_window = 1 << 20;

class PeakListReaderTest : public ::testing::Test {
 protected:
  PeakListReaderTest()
      : m_folder(std::filesystem::temp_directory_path() / ("fanfold-peak-lists-" + new_job_id())) {
    std::filesystem::create_directories(m_folder);
  }
  ~PeakListReaderTest() override { std::filesystem::remove_all(m_folder); }

  // Appends blocks of float64 and a record that announces two of them.
  void add(const std::vector<std::vector<double>>& blocks) {
    imzml::PixelRecord record;
    record.mz_offset = m_ibd.size() * sizeof(double);
    record.mz_length = static_cast<std::uint32_t>(blocks[0].size());
    record.mz_encoded_bytes = record.mz_length * sizeof(double);
    record.intensity_offset = record.mz_offset + record.mz_encoded_bytes;
    record.intensity_length = static_cast<std::uint32_t>(blocks[1].size());
    record.intensity_encoded_bytes = record.intensity_length * sizeof(double);
    for (const auto& block : blocks) m_ibd.insert(m_ibd.end(), block.begin(), block.end());
    m_records.push_back(record);
  }

  // As Fanfold writes them: behind a UUID the masses and intensities of all pixels, then all blocks. Each
  // pixel has as many lists as blocks of float64: masses, intensities, areas, ratios, bin sizes.
  protocol::ImageInput fanfold_input(const std::vector<std::vector<std::vector<double>>>& pixels) {
    m_ibd.assign(imzml::k_peak_lists_begin / sizeof(double), 0.0);
    for (const auto& lists : pixels) add({lists[0], lists[1]});
    const std::uint64_t begin = m_ibd.size() * sizeof(double);
    for (const auto& lists : pixels) {
      for (std::size_t i = 2; i < lists.size(); ++i) {
        m_ibd.insert(m_ibd.end(), lists[i].begin(), lists[i].end());
      }
    }
    protocol::ImageInput lists = input(true);
    lists.peak_blocks_begin = begin;
    return lists;
  }

  protocol::ImageInput input(bool blocks) {
    EXPECT_TRUE(put_object(m_stores, path("ibd"), std::as_bytes(std::span(m_ibd))));
    EXPECT_TRUE(put_object(m_stores, path("index"), std::as_bytes(std::span(m_records))));
    protocol::ImageInput lists;
    lists.name = "c";
    lists.ibd = path("ibd");
    lists.index = path("index");
    lists.pixels = m_records.size();
    lists.mz_type = lists.intensity_type = ValueType::float64;
    lists.peak_blocks = blocks;
    return lists;
  }

  // The masses of `pixels` pixels from `first` on.
  std::vector<std::vector<double>> masses(const protocol::ImageInput& lists, std::uint64_t first,
                                          std::uint64_t pixels, std::uint64_t window = k_window) {
    std::vector<std::vector<double>> all;
    auto reader = PeakListReader::open(m_stores, lists, ListOrigin::input, first, pixels, window);
    EXPECT_TRUE(reader);
    for (std::uint64_t i = 0; reader && i < pixels; ++i) {
      const auto peaks = reader->next();
      EXPECT_TRUE(peaks) << peaks.error().message();
      if (!peaks) break;
      all.emplace_back();
      for (const kernels::Peak& peak : *peaks) all.back().push_back(peak.mass);
    }
    return all;
  }

  ErrorKind first_error(const protocol::ImageInput& lists) {
    auto reader = PeakListReader::open(m_stores, lists, ListOrigin::input, 0, lists.pixels, k_window);
    if (!reader) return reader.error().kind();
    const auto peaks = reader->next();
    EXPECT_FALSE(peaks);
    return peaks ? ErrorKind::internal : peaks.error().kind();
  }

  std::string path(const std::string& name) const { return (m_folder / name).string(); }

  std::filesystem::path m_folder;
  StoreRegistry m_stores;
  std::vector<double> m_ibd;
  std::vector<imzml::PixelRecord> m_records;
};

TEST_F(PeakListReaderTest, GivesListsWithBlocksAsTheyAre) {
  add({{200, 100}, {-1, 5}, {7, 8}, {9, 10}, {0.5, 0.25}});
  auto reader = PeakListReader::open(m_stores, input(true), ListOrigin::input, 0, 1, k_window);
  ASSERT_TRUE(reader);
  const auto peaks = reader->next();
  ASSERT_TRUE(peaks) << peaks.error().message();
  ASSERT_EQ(peaks->size(), 2u);
  const kernels::Peak& first = (*peaks)[0];
  EXPECT_EQ(first.mass, 200);
  EXPECT_EQ(first.intensity, -1);
  EXPECT_EQ(first.area, 7);
  EXPECT_EQ(first.snr, 9);
  EXPECT_EQ(first.bin_size, 0.5);
  EXPECT_EQ((*peaks)[1].mass, 100);
  EXPECT_EQ((*peaks)[1].bin_size, 0.25);
  EXPECT_EQ(reader->damaged(), 0u);
}

// Pixels of 3, 1, 0 and 2 peaks, whose every value tells pixel, kind and peak.
std::vector<std::vector<std::vector<double>>> pixels_of_different_lengths() {
  std::vector<std::vector<std::vector<double>>> pixels;
  for (const std::size_t peaks : {3u, 1u, 0u, 2u}) {
    std::vector<std::vector<double>> lists(5, std::vector<double>(peaks));
    for (std::size_t kind = 0; kind < lists.size(); ++kind) {
      for (std::size_t i = 0; i < peaks; ++i) {
        lists[kind][i] = static_cast<double>(1000 * (pixels.size() + 1) + 100 * kind + i);
      }
    }
    pixels.push_back(lists);
  }
  return pixels;
}

TEST_F(PeakListReaderTest, FindsBlocksBehindAllMassesAndIntensities) {
  const auto pixels = pixels_of_different_lengths();
  const protocol::ImageInput lists = fanfold_input(pixels);
  for (const std::uint64_t window : {k_window, std::uint64_t{40}}) {
    for (std::size_t first = 0; first < pixels.size(); ++first) {
      auto reader =
          PeakListReader::open(m_stores, lists, ListOrigin::input, first, pixels.size() - first, window);
      ASSERT_TRUE(reader) << reader.error().message();
      for (std::size_t pixel = first; pixel < pixels.size(); ++pixel) {
        const auto peaks = reader->next();
        ASSERT_TRUE(peaks) << peaks.error().message();
        ASSERT_EQ(peaks->size(), pixels[pixel][0].size());
        for (std::size_t i = 0; i < peaks->size(); ++i) {
          const kernels::Peak& peak = (*peaks)[i];
          EXPECT_EQ((std::vector<double>{peak.mass, peak.intensity, peak.area, peak.snr, peak.bin_size}),
                    (std::vector<double>{pixels[pixel][0][i], pixels[pixel][1][i], pixels[pixel][2][i],
                                         pixels[pixel][3][i], pixels[pixel][4][i]}))
              << "pixel " << pixel << ", peak " << i;
        }
      }
    }
  }
}

TEST_F(PeakListReaderTest, RefusesPeaksThatDoNotLieAsTheirBlocksTakeForGranted) {
  const auto first_pixel_with = [&](auto change) {
    m_records.clear();
    protocol::ImageInput lists = fanfold_input(pixels_of_different_lengths());
    change(m_records[0], lists);
    const std::uint64_t begin = lists.peak_blocks_begin;
    const ValueType mz_type = lists.mz_type;
    const Compression mz_compression = lists.mz_compression;
    lists = input(true);
    lists.peak_blocks_begin = begin;
    lists.mz_type = mz_type;
    lists.mz_compression = mz_compression;
    return first_error(lists);
  };
  using Record = imzml::PixelRecord;
  using Lists = protocol::ImageInput;
  EXPECT_EQ(first_pixel_with([](Record& record, Lists&) { record.mz_offset = 8; }), ErrorKind::corrupt_data);
  EXPECT_EQ(first_pixel_with([](Record& record, Lists&) { record.mz_offset = 32; }), ErrorKind::corrupt_data);
  EXPECT_EQ(first_pixel_with([](Record& record, Lists&) { record.intensity_offset += 8; }),
            ErrorKind::corrupt_data);
  EXPECT_EQ(first_pixel_with([](Record& record, Lists&) {
              record.mz_offset += 8;
              record.intensity_offset += 8;
            }),
            ErrorKind::corrupt_data);
  EXPECT_EQ(first_pixel_with([](Record&, Lists& lists) { lists.peak_blocks_begin = 48; }),
            ErrorKind::corrupt_data);
  EXPECT_EQ(first_pixel_with([](Record&, Lists& lists) { lists.mz_type = ValueType::float32; }),
            ErrorKind::corrupt_data);
  EXPECT_EQ(first_pixel_with([](Record&, Lists& lists) { lists.mz_compression = Compression::zlib; }),
            ErrorKind::corrupt_data);
}

TEST_F(PeakListReaderTest, LeavesDamagedPeaksOfInputWithBlocksOut) {
  constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double k_infinity = std::numeric_limits<double>::infinity();
  add({{100, k_nan, -200, 0, 300, 310, 320, 330, 340, 350},
       {0, 1, 1, 1, k_nan, k_infinity, 1, 1, 1, -4},
       {1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
       {2, 2, 2, 2, 2, 2, 2, 2, 2, k_infinity},  // no noise, no damage
       {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, k_nan, -1, 0.5}});
  add({{100}, {1}, {1}, {1}, {k_infinity}});
  const protocol::ImageInput lists = input(true);
  EXPECT_EQ(masses(lists, 0, 2), (std::vector<std::vector<double>>{{100, 350}, {}}));
  auto reader = PeakListReader::open(m_stores, lists, ListOrigin::input, 0, 2, k_window);
  ASSERT_TRUE(reader && reader->next() && reader->next());
  EXPECT_EQ(reader->damaged(), 9u);
  auto own = PeakListReader::open(m_stores, lists, ListOrigin::this_job, 0, 2, k_window);
  ASSERT_TRUE(own);
  const auto peaks = own->next();
  ASSERT_TRUE(peaks);
  EXPECT_EQ(peaks->size(), 10u);
  EXPECT_EQ(own->damaged(), 0u);
}

TEST_F(PeakListReaderTest, CleansListsWithoutBlocks) {
  add({{200, 100, 300, 400}, {3, 5, -1, 0}});
  add({{150}, {-2}});
  auto reader = PeakListReader::open(m_stores, input(false), ListOrigin::input, 0, 2, k_window);
  ASSERT_TRUE(reader);
  const auto peaks = reader->next();
  ASSERT_TRUE(peaks);
  ASSERT_EQ(peaks->size(), 2u);
  EXPECT_EQ((*peaks)[0].mass, 100);
  EXPECT_EQ((*peaks)[0].snr, 0);
  EXPECT_LT((*peaks)[0].bin_size, 0);
  EXPECT_EQ((*peaks)[1].mass, 200);
  ASSERT_TRUE(reader->next());
  EXPECT_EQ(reader->damaged(), 2u);
}

TEST_F(PeakListReaderTest, TakesAnyRunOfPixelsThroughAnyWindow) {
  std::vector<std::vector<double>> expected;
  for (std::size_t pixel = 0; pixel < 5000; ++pixel) {  // more than the records that are held at once
    std::vector<double> own(pixel % 7);
    for (std::size_t i = 0; i < own.size(); ++i) own[i] = static_cast<double>(10 * pixel + i + 1);
    add({own, own, own, own, own});
    expected.push_back(own);
  }
  const protocol::ImageInput lists = input(true);
  EXPECT_EQ(masses(lists, 0, 5000), expected);
  EXPECT_EQ(masses(lists, 0, 5000, 100), expected);
  EXPECT_EQ(masses(lists, 4090, 20),
            (std::vector<std::vector<double>>(expected.begin() + 4090, expected.begin() + 4110)));
}

TEST_F(PeakListReaderTest, BringsArraysOfDifferentLengthToOne) {
  add({{100, 200, 300}, {5, 6}});
  protocol::ImageInput lists = input(false);
  EXPECT_EQ(masses(lists, 0, 1), (std::vector<std::vector<double>>{{100, 200}}));
  lists.continuous = true;  // what is missing is no peak
  EXPECT_EQ(masses(lists, 0, 1), (std::vector<std::vector<double>>{{100, 200}}));
}

TEST_F(PeakListReaderTest, RefusesBlocksThatCannotBe) {
  add({{100, 200}, {5, 6}, {7, 8}, {9, 10}, {0.5, 0.5}});
  protocol::ImageInput lists = input(true);
  lists.intensity_type = ValueType::float32;
  EXPECT_EQ(first_error(lists), ErrorKind::corrupt_data);

  m_ibd.pop_back();  // the last bin size
  EXPECT_EQ(first_error(input(true)), ErrorKind::corrupt_data);
  m_ibd.push_back(0.5);

  m_records[0].intensity_length = 1;
  EXPECT_EQ(first_error(input(true)), ErrorKind::corrupt_data);

  m_records[0].mz_length = m_records[0].intensity_length = 0x80000000u;
  EXPECT_EQ(first_error(input(true)), ErrorKind::corrupt_data);
}

}  // namespace
}  // namespace fanfold::handlers
