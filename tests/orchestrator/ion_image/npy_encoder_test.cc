#include "orchestrator/ion_image/npy_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/orchestrator/ion_image/test_files.h"

namespace fanfold::ion_image {
namespace {

using ::testing::ElementsAre;

TEST(NpyHeader, IsReadBack) {
  const std::vector<std::uint64_t> shape{3, 100'000, 20};
  const std::string header = npy_header(shape);
  EXPECT_EQ(header.size() % 64, 0u);
  EXPECT_THAT(decode_npy(header).shape, ElementsAre(3, 100'000, 20));
}

TEST(NpyHeader, WritesATupleOfOne) {
  const std::vector<std::uint64_t> shape{5};
  EXPECT_THAT(npy_header(shape), ::testing::HasSubstr("'shape': (5,), }"));
}

}  // namespace
}  // namespace fanfold::ion_image
