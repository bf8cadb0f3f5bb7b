#include "orchestrator/anndata/zarr_store_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "orchestrator/anndata/zarr_store_writer.h"
#include "runtime/protocol/bundle.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint64_t k_rows = 150;
constexpr std::uint64_t k_columns = 9;
constexpr std::uint64_t k_chunk_rows = 64;

class ZarrStoreReaderTest : public ::testing::Test {
 protected:
  ZarrStoreReaderTest()
      : m_store(make_local_store()), m_root(m_folder.uri("a.zarr")), m_writer(*m_store, m_root) {
    std::mt19937 random(7);
    for (double& value : m_matrix) value = static_cast<double>(random()) / 3;
  }

  // As the functions write it; the last chunk is padded.
  void write_matrix() {
    ASSERT_TRUE(m_writer.matrix("X", k_rows, k_columns, k_chunk_rows));
    for (std::uint64_t chunk = 0; chunk * k_chunk_rows < k_rows; ++chunk) {
      std::vector<double> values(k_chunk_rows * k_columns);
      const std::uint64_t first = chunk * k_chunk_rows * k_columns;
      const std::uint64_t count = std::min<std::uint64_t>(values.size(), m_matrix.size() - first);
      std::copy_n(m_matrix.begin() + static_cast<std::ptrdiff_t>(first), count, values.begin());
      put(fmt::format("X/{}.0", chunk), handlers::encode_chunk(values));
    }
  }

  void put(const std::string& path, Bytes bytes) { ASSERT_TRUE(m_store->put(m_root.join(path), bytes)); }

  ZarrStoreReader open() {
    EXPECT_TRUE(m_writer.finish());
    auto reader = ZarrStoreReader::open(*m_store, m_root);
    EXPECT_TRUE(reader) << reader.error().message();
    return std::move(*reader);
  }

  // The store's metadata with one array's replaced.
  void replace_metadata(const std::string& path, const char* key, const nlohmann::json& value) {
    ASSERT_TRUE(m_writer.finish());
    auto json = nlohmann::json::parse(m_folder.read("a.zarr/.zmetadata"));
    json["metadata"][path + "/.zarray"][key] = value;
    m_folder.write("a.zarr/.zmetadata", json.dump());
  }

  std::vector<double> column(std::uint64_t column) const {
    std::vector<double> values;
    for (std::uint64_t row = 0; row < k_rows; ++row) values.push_back(m_matrix[row * k_columns + column]);
    return values;
  }

  TemporaryDirectory m_folder;
  std::unique_ptr<Store> m_store;
  Uri m_root;
  ZarrStoreWriter m_writer;
  std::vector<double> m_matrix = std::vector<double>(k_rows * k_columns);
};

TEST_F(ZarrStoreReaderTest, ReadsBackWhatTheWriterWrote) {
  const std::vector<double> doubles{1.5, -2, 1e300};
  const std::vector<std::int64_t> integers{-5, 0, 7};
  const std::vector<std::uint64_t> counts{1, 2};
  const std::vector<std::int32_t> codes{1, 0, 1, 1};
  ASSERT_TRUE(m_writer.array("obs/TIC", doubles));
  ASSERT_TRUE(m_writer.array("obs/x", integers));
  ASSERT_TRUE(m_writer.array("var/count", counts));
  ASSERT_TRUE(m_writer.array("obsm/spatial", std::span<const double>(m_matrix), k_columns));
  ASSERT_TRUE(m_writer.categorical("obs/image", {"brain", "kidney µ"}, codes));
  ASSERT_TRUE(m_writer.strings("var/_index", {}));
  const ZarrStoreReader reader = open();
  EXPECT_THAT(*reader.numbers("obs/TIC"), ElementsAre(1.5, -2, 1e300));
  EXPECT_THAT(*reader.numbers("obs/x"), ElementsAre(-5, 0, 7));
  EXPECT_THAT(*reader.numbers("var/count"), ElementsAre(1, 2));
  EXPECT_EQ(*reader.numbers("obsm/spatial"), m_matrix);
  EXPECT_THAT(*reader.strings("var/_index"), ElementsAre());
  const auto images = reader.categorical("obs/image");
  ASSERT_TRUE(images) << images.error().message();
  EXPECT_THAT(images->names, ElementsAre("brain", "kidney µ"));
  EXPECT_THAT(images->codes, ElementsAre(1, 0, 1, 1));
}

TEST_F(ZarrStoreReaderTest, ReadsColumnsAcrossChunks) {
  write_matrix();
  const ZarrStoreReader reader = open();
  const std::vector<std::uint64_t> wanted{8, 0, 3, 3};
  const auto columns = reader.columns("X", wanted, {});
  ASSERT_TRUE(columns) << columns.error().message();
  EXPECT_THAT(*columns, ElementsAre(column(8), column(0), column(3), column(3)));
  EXPECT_EQ(*reader.numbers("X"), m_matrix);
}

TEST_F(ZarrStoreReaderTest, ReadsColumnsOfChunksThatDivideRows) {
  // 2 x 2 chunks of 100 x 5, neither shuffled nor compressed, named with '/'.
  ASSERT_TRUE(m_writer.matrix("X", k_rows, k_columns, k_chunk_rows));
  for (std::uint64_t i = 0; i < 2; ++i) {
    for (std::uint64_t j = 0; j < 2; ++j) {
      std::vector<double> chunk(100 * 5, -1);
      for (std::uint64_t r = 0; r < 100 && i * 100 + r < k_rows; ++r) {
        for (std::uint64_t c = 0; c < 5 && j * 5 + c < k_columns; ++c)
          chunk[r * 5 + c] = m_matrix[(i * 100 + r) * k_columns + j * 5 + c];
      }
      put(fmt::format("X/{}/{}", i, j), std::as_bytes(std::span(chunk)));
    }
  }
  replace_metadata("X", "chunks", {100, 5});
  auto json = nlohmann::json::parse(m_folder.read("a.zarr/.zmetadata"));
  for (const auto& [key, value] : {std::pair<const char*, nlohmann::json>{"compressor", nullptr},
                                   {"filters", nullptr},
                                   {"dimension_separator", "/"}})
    json["metadata"]["X/.zarray"][key] = value;
  m_folder.write("a.zarr/.zmetadata", json.dump());
  const auto reader = ZarrStoreReader::open(*m_store, m_root);
  ASSERT_TRUE(reader);
  const std::vector<std::uint64_t> wanted{7, 1};
  const auto columns = reader->columns("X", wanted, {});
  ASSERT_TRUE(columns) << columns.error().message();
  EXPECT_THAT(*columns, ElementsAre(column(7), column(1)));
  EXPECT_EQ(*reader->numbers("X"), m_matrix);
}

TEST_F(ZarrStoreReaderTest, FillsChunksThatAreNotThere) {
  write_matrix();
  ASSERT_TRUE(m_store->remove(m_root.join("X/1.0")));
  replace_metadata("X", "fill_value", 2.5);
  const auto reader = ZarrStoreReader::open(*m_store, m_root);
  const std::vector<std::uint64_t> wanted{4};
  const auto columns = reader->columns("X", wanted, {});
  ASSERT_TRUE(columns);
  auto expected = column(4);
  std::fill(expected.begin() + 64, expected.begin() + 128, 2.5);
  EXPECT_EQ((*columns)[0], expected);
}

TEST_F(ZarrStoreReaderTest, RefusesDamagedChunks) {
  write_matrix();
  const ZarrStoreReader reader = open();
  const std::vector<std::uint64_t> wanted{0};
  const std::string whole = m_folder.read("a.zarr/X/1.0");
  const std::vector<double> short_chunk(10);
  const std::vector<std::byte> short_bytes = handlers::encode_chunk(short_chunk);
  for (const std::string& damaged :
       {whole.substr(0, whole.size() / 2), std::string(), std::string("not zstd"),
        std::string(as_text(short_bytes)), std::string(100'000, 'x')}) {
    m_folder.write("a.zarr/X/1.0", damaged);
    const auto columns = reader.columns("X", wanted, {});
    ASSERT_FALSE(columns) << damaged.size();
    EXPECT_THAT(columns.error().message(), HasSubstr("X/1.0"));
  }
}

TEST_F(ZarrStoreReaderTest, RefusesDamagedTextsAndCodes) {
  ASSERT_TRUE(m_writer.categorical("obs/image", {"a", "b"}, std::vector<std::int32_t>{0, 1, 2}));
  ASSERT_TRUE(m_writer.strings("texts", {"one", "two"}));
  const ZarrStoreReader reader = open();
  EXPECT_EQ(reader.categorical("obs/image").error().kind(), ErrorKind::corrupt_data);
  // Two texts, the first of which claims 4 GiB.
  std::vector<std::byte> raw(8, std::byte{0xff});
  raw[0] = std::byte{2};
  raw[1] = raw[2] = raw[3] = std::byte{0};
  put("texts/0", protocol::compress(raw));
  EXPECT_EQ(reader.strings("texts").error().kind(), ErrorKind::corrupt_data);
  put("texts/0", protocol::compress({}));
  EXPECT_EQ(reader.strings("texts").error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(reader.numbers("texts").error().kind(), ErrorKind::corrupt_data);
}

TEST_F(ZarrStoreReaderTest, TakesNoMemoryForShapesOfDreams) {
  write_matrix();
  replace_metadata("X", "shape", {std::uint64_t{1} << 50, 9});
  const auto reader = ZarrStoreReader::open(*m_store, m_root);
  ASSERT_TRUE(reader);
  const std::vector<std::uint64_t> wanted{0};
  EXPECT_THAT(reader->columns("X", wanted, {}).error().message(), HasSubstr("too long"));
  EXPECT_THAT(reader->numbers("X").error().message(), HasSubstr("too long"));
}

TEST_F(ZarrStoreReaderTest, OpensNoMillionsOfChunks) {
  write_matrix();
  replace_metadata("X", "chunks", {1, 1});
  auto json = nlohmann::json::parse(m_folder.read("a.zarr/.zmetadata"));
  json["metadata"]["X/.zarray"]["shape"] = {std::uint64_t{1} << 16, 2};
  m_folder.write("a.zarr/.zmetadata", json.dump());
  const auto reader = ZarrStoreReader::open(*m_store, m_root);
  ASSERT_TRUE(reader);
  const auto refused = reader->numbers("X");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_argument);
  EXPECT_THAT(refused.error().message(), HasSubstr("131072 chunks"));
}

// As names of images and calibrants come from files of other code pages.
TEST_F(ZarrStoreReaderTest, ReadsTextsThatWereNoUtf8) {
  ASSERT_TRUE(m_writer.strings("texts", {"caf\xe9", "\xc2\xb5",
                                         "\xff\xfe"
                                         "a"}));
  ASSERT_TRUE(m_writer.array("uns/pixel_size_um/caf\xe9", std::vector<double>{20, 40}));
  const ZarrStoreReader reader = open();
  EXPECT_THAT(*reader.strings("texts"), ElementsAre("caf\ufffd", "µ",
                                                    "\ufffd\ufffd"
                                                    "a"));
  const auto size = reader.numbers("uns/pixel_size_um/caf\ufffd");
  ASSERT_TRUE(size) << size.error().message();
  EXPECT_THAT(*size, ElementsAre(20, 40));
}

TEST_F(ZarrStoreReaderTest, StopsWhenAsked) {
  write_matrix();
  const ZarrStoreReader reader = open();
  std::stop_source stop;
  stop.request_stop();
  const std::vector<std::uint64_t> wanted{0};
  EXPECT_EQ(reader.columns("X", wanted, stop.get_token()).error().kind(), ErrorKind::cancelled);
}

TEST_F(ZarrStoreReaderTest, SaysThatAFolderIsNoStore) {
  EXPECT_EQ(ZarrStoreReader::open(*m_store, m_root).error().kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace fanfold
