#include "runtime/protocol/bundle.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace fanfold::protocol {
namespace {

Bundle sample() {
  Bundle bundle;
  bundle.set("values", std::vector<double>{1.5, -0.0, std::numeric_limits<double>::infinity()});
  bundle.set("counts", std::vector<std::uint64_t>{1, ~std::uint64_t{0}});
  bundle.set("points", std::vector<std::uint32_t>{7, 8, 9});
  bundle.set("empty", std::vector<double>{});
  bundle.set_text("meta", "{\"a\": 1}");
  return bundle;
}

TEST(Bundle, GivesBackWhatWasPutIn) {
  const auto bytes = sample().encode();
  const auto decoded = Bundle::decode(bytes);
  ASSERT_TRUE(decoded) << decoded.error().message();
  const auto values = decoded->f64("values", 3);
  ASSERT_TRUE(values);
  EXPECT_EQ((*values)[0], 1.5);
  EXPECT_TRUE(std::signbit((*values)[1]));
  EXPECT_EQ((*values)[2], std::numeric_limits<double>::infinity());
  EXPECT_EQ((*decoded->u64("counts"))[1], ~std::uint64_t{0});
  EXPECT_EQ((*decoded->u32("points"))[2], 9u);
  EXPECT_TRUE(decoded->f64("empty")->empty());
  EXPECT_EQ(*decoded->text("meta"), "{\"a\": 1}");
}

TEST(Bundle, HasTheDocumentedBytes) {
  Bundle bundle;
  bundle.set("k", std::vector<std::uint32_t>{5});
  const auto bytes = bundle.encode();
  const std::string expected(
      "FFB1"
      "\x01\0\0\0"
      "\x02\x01"
      "k"
      "\x01\0\0\0\0\0\0\0"
      "\x05\0\0\0",
      4 + 4 + 2 + 1 + 8 + 4);
  EXPECT_EQ(as_text(bytes), expected);
}

TEST(Bundle, RefusesEveryTruncation) {
  const auto bytes = sample().encode();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(Bundle::decode(Bytes(bytes).first(length))) << "at " << length << " bytes";
  }
}

TEST(Bundle, RefusesBytesBehindTheLastEntry) {
  auto bytes = sample().encode();
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(Bundle::decode(bytes));
}

TEST(Bundle, TakesNoMemoryForACountThatIsNotThere) {
  Bundle bundle;
  bundle.set("k", std::vector<double>{1});
  auto bytes = bundle.encode();
  store(bytes.data() + 11, std::numeric_limits<std::uint64_t>::max() / 4);  // the count of "k"
  const auto decoded = Bundle::decode(bytes);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().kind(), ErrorKind::corrupt_data);
}

TEST(Bundle, NamesWhatIsMissingOrOfAnotherTypeOrLength) {
  const Bundle bundle = sample();
  EXPECT_NE(bundle.f64("nothing").error().message().find("'nothing'"), std::string::npos);
  EXPECT_FALSE(bundle.u64("values"));
  EXPECT_FALSE(bundle.f64("values", 4));
  EXPECT_FALSE(bundle.text("values"));
}

TEST(Bundle, MovesAnArrayOut) {
  Bundle bundle = sample();
  const auto values = bundle.take_f64("values", 3);
  ASSERT_TRUE(values);
  EXPECT_EQ(values->size(), 3u);
  EXPECT_FALSE(bundle.contains("values"));
}

TEST(Compression, ReturnsTheSameBytes) {
  std::vector<std::byte> plain(100'000, std::byte{7});
  const auto packed = compress(plain);
  EXPECT_LT(packed.size(), plain.size() / 10);
  const auto back = decompress(packed, plain.size());
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, plain);
}

TEST(Compression, RefusesMoreThanItsBound) {
  const auto packed = compress(std::vector<std::byte>(1000));
  EXPECT_FALSE(decompress(packed, 999));
}

TEST(Compression, RefusesWhatIsNoFrameOrIsCut) {
  EXPECT_FALSE(decompress(as_byte_span("no frame at all"), 1 << 20));
  EXPECT_FALSE(decompress({}, 1 << 20));
  const auto packed = compress(std::vector<std::byte>(100'000, std::byte{3}));
  EXPECT_FALSE(decompress(Bytes(packed).first(packed.size() - 1), 1 << 20));
}

}  // namespace
}  // namespace fanfold::protocol
