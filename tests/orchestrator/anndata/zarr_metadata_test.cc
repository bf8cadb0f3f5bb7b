#include "orchestrator/anndata/zarr_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fanfold {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

Json good_array() {
  return Json::parse(R"({"zarr_format": 2, "shape": [100, 7], "chunks": [64, 7], "dtype": "<f8",
    "compressor": {"id": "zstd", "level": 1}, "fill_value": 0.0, "order": "C",
    "filters": [{"id": "shuffle", "elementsize": 8}], "dimension_separator": "."})");
}

Result<ZarrArray> parse(const Json& array) {
  const Json document{{"zarr_consolidated_format", 1}, {"metadata", {{"X/.zarray", array}}}};
  auto metadata = ZarrMetadata::parse(document.dump(), "a.zarr");
  EXPECT_TRUE(metadata);
  return metadata->array("X");
}

// What is said about the good array with one member replaced.
Error refusal(const char* key, const Json& value) {
  Json array = good_array();
  array[key] = value;
  const auto result = parse(array);
  EXPECT_FALSE(result) << key << " = " << value;
  return result ? Error(ErrorKind::internal, "accepted") : result.error();
}

TEST(ZarrMetadata, DescribesWhatTheWriterWrites) {
  const auto array = parse(good_array());
  ASSERT_TRUE(array) << array.error().message();
  EXPECT_EQ(array->rows(), 100u);
  EXPECT_EQ(array->columns(), 7u);
  EXPECT_EQ(array->chunk_rows(), 64u);
  EXPECT_EQ(array->chunk_columns(), 7u);
  EXPECT_EQ(array->type, ZarrType::float64);
  EXPECT_TRUE(array->compressed);
  EXPECT_TRUE(array->shuffled);
  EXPECT_EQ(array->separator, '.');
}

TEST(ZarrMetadata, AcceptsArraysWithoutCompressionAndFilters) {
  Json json = good_array();
  json["compressor"] = nullptr;
  json["filters"] = nullptr;
  json["dimension_separator"] = "/";
  json["fill_value"] = "NaN";
  const auto array = parse(json);
  ASSERT_TRUE(array) << array.error().message();
  EXPECT_FALSE(array->compressed);
  EXPECT_FALSE(array->shuffled);
  EXPECT_EQ(array->separator, '/');
  EXPECT_NE(array->fill_value, array->fill_value);
}

TEST(ZarrMetadata, SaysWhatItCannotRead) {
  EXPECT_THAT(refusal("zarr_format", 3).message(), HasSubstr("Zarr format 3"));
  EXPECT_THAT(refusal("order", "F").message(), HasSubstr("order F"));
  EXPECT_THAT(refusal("dtype", ">f8").message(), HasSubstr("type >f8"));
  EXPECT_THAT(refusal("dtype", Json::array({"x", "<f8"})).message(), HasSubstr("holds values of type"));
  EXPECT_THAT(
      refusal("compressor", {{"id", "blosc"}}).message(),
      HasSubstr("the array 'X' of 'a.zarr' is compressed with blosc; this program reads zstd or none"));
  EXPECT_THAT(refusal("filters", {{{"id", "delta"}}}).message(), HasSubstr("delta"));
  EXPECT_THAT(refusal("filters", {{{"id", "shuffle"}, {"elementsize", 4}}}).message(), HasSubstr("shuffled"));
  EXPECT_THAT(refusal("dimension_separator", "_").message(), HasSubstr("separator"));
  EXPECT_THAT(refusal("shape", {2, 3, 4}).message(), HasSubstr("one and two dimensions"));
  EXPECT_EQ(refusal("compressor", {{"id", "blosc"}}).kind(), ErrorKind::invalid_argument);
}

TEST(ZarrMetadata, RefusesSizesThatCannotBe) {
  EXPECT_EQ(refusal("shape", {-1, 7}).kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(refusal("shape", {1.5, 7}).kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(refusal("shape", {"9", 7}).kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(refusal("chunks", {0, 7}).kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(refusal("chunks", {64}).kind(), ErrorKind::corrupt_data);
  const std::uint64_t huge = std::uint64_t{1} << 40;
  EXPECT_THAT(refusal("shape", {huge, huge}).message(), HasSubstr("a shape that no memory holds"));
  EXPECT_THAT(refusal("chunks", {huge, huge}).message(), HasSubstr("chunks of"));
  EXPECT_THAT(refusal("chunks", {std::uint64_t{1} << 26, 2}).message(), HasSubstr("more than 512 MiB"));
  EXPECT_EQ(refusal("fill_value", Json::array()).kind(), ErrorKind::corrupt_data);
}

TEST(ZarrMetadata, RefusesWhatIsNoMetadata) {
  for (const char* text : {"", "{", "[]", "null", "{\"metadata\": []}", "{\"metadata\": 1}", "\xff\xfe"}) {
    const auto metadata = ZarrMetadata::parse(text, "a.zarr");
    ASSERT_FALSE(metadata) << text;
    EXPECT_EQ(metadata.error().kind(), ErrorKind::corrupt_data);
    EXPECT_THAT(metadata.error().message(), HasSubstr("'a.zarr'"));
  }
  EXPECT_EQ(parse(Json::array()).error().kind(), ErrorKind::corrupt_data);
}

TEST(ZarrMetadata, SaysWhichArrayIsMissing) {
  const auto metadata = ZarrMetadata::parse("{\"metadata\": {\"X/.zarray\": 1}}", "a.zarr");
  ASSERT_TRUE(metadata);
  EXPECT_TRUE(metadata->has_array("X"));
  EXPECT_FALSE(metadata->has_array("layers/snr"));
  const auto missing = metadata->array("layers/snr");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  EXPECT_THAT(missing.error().message(), HasSubstr("'layers/snr'"));
}

}  // namespace
}  // namespace fanfold
