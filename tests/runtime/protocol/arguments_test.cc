#include "runtime/protocol/arguments.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fanfold::protocol {
namespace {

ImageInput image(std::uint64_t pixels) {
  ImageInput input;
  input.name = "brain";
  input.ibd = "s3://bucket/brain.ibd";
  input.ibd_identity = "etag";
  input.index = "/scratch/index";
  input.pixels = pixels;
  input.continuous = true;
  input.matches_axis = true;
  input.mz_type = ValueType::float32;
  input.intensity_type = ValueType::int32;
  input.intensity_compression = pixels == 33 ? Compression::none : Compression::zlib;
  input.mz_compression = pixels == 33 ? Compression::zlib : Compression::none;
  input.tic = "/scratch/tic";
  return input;
}

StageArguments sample() {
  StageArguments arguments;
  arguments.compat = Compat::rmsi2;
  arguments.parameters.alignment.max_shift_ppm = 300;
  arguments.cube_pixels = 32;
  arguments.window_bytes = 1 << 20;
  arguments.images = {image(100), image(33)};
  arguments.outputs.resize(2);
  arguments.outputs[1] = {"/out/b-proc.ibd", "/scratch/b",      4711,
                          "/scratch/layout", Uuid::random_v4(), ValueType::float64};
  arguments.peak_lists = {image(100), image(33)};
  arguments.peak_lists[1].peak_blocks = true;
  arguments.peak_lists[1].peak_blocks_begin = std::uint64_t{1} << 40;
  arguments.arrays.set("axis", std::vector<double>{1, 2, 3});
  return arguments;
}

TEST(StageArguments, GiveBackWhatWasPutIn) {
  const StageArguments before = sample();
  const auto after = StageArguments::decode(before.encode());
  ASSERT_TRUE(after) << after.error().message();
  EXPECT_EQ(after->compat, Compat::rmsi2);
  EXPECT_EQ(after->parameters, before.parameters);
  EXPECT_EQ(after->cube_pixels, 32u);
  EXPECT_EQ(after->window_bytes, before.window_bytes);
  ASSERT_EQ(after->images.size(), 2u);
  EXPECT_EQ(after->images[1].pixels, 33u);
  EXPECT_EQ(after->images[0].ibd, "s3://bucket/brain.ibd");
  EXPECT_EQ(after->images[0].ibd_identity, "etag");
  EXPECT_TRUE(after->images[0].continuous);
  EXPECT_TRUE(after->images[0].matches_axis);
  EXPECT_EQ(after->images[0].mz_type, ValueType::float32);
  EXPECT_EQ(after->images[0].intensity_type, ValueType::int32);
  EXPECT_EQ(after->images[0].mz_compression, Compression::none);
  EXPECT_EQ(after->images[0].intensity_compression, Compression::zlib);
  EXPECT_EQ(after->images[1].mz_compression, Compression::zlib);
  EXPECT_EQ(after->images[1].intensity_compression, Compression::none);
  EXPECT_EQ(after->images[0].tic, "/scratch/tic");
  EXPECT_EQ(after->outputs[1].uuid, before.outputs[1].uuid);
  EXPECT_EQ(after->outputs[1].size_bytes, 4711u);
  ASSERT_EQ(after->peak_lists.size(), 2u);
  EXPECT_FALSE(after->peak_lists[0].peak_blocks);
  EXPECT_TRUE(after->peak_lists[1].peak_blocks);
  EXPECT_EQ(after->peak_lists[0].peak_blocks_begin, 0u);
  EXPECT_EQ(after->peak_lists[1].peak_blocks_begin, std::uint64_t{1} << 40);
  EXPECT_EQ(after->arrays.f64("axis")->size(), 3u);
}

TEST(StageArguments, MayHavePeakListsAlone) {
  StageArguments arguments = sample();
  arguments.images.clear();
  arguments.outputs.clear();
  const auto after = StageArguments::decode(arguments.encode());
  ASSERT_TRUE(after) << after.error().message();
  EXPECT_TRUE(after->images.empty());
  EXPECT_EQ(after->peak_lists.size(), 2u);
}

TEST(StageArguments, RefusePeakListsThatAreNotOnePerImage) {
  StageArguments arguments = sample();
  arguments.peak_lists.pop_back();
  const auto after = StageArguments::decode(arguments.encode());
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().kind(), ErrorKind::corrupt_data);
}

TEST(StageArguments, RefuseEveryTruncation) {
  const auto good = sample().encode();
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(StageArguments::decode(Bytes(good).first(length))) << "at " << length << " bytes";
  }
}

TEST(StageArguments, RefuseAMetaThatIsNotTheirs) {
  for (const char* meta : {"", "[]", "{}", "{\"compat\": 3}"}) {
    Bundle bundle;
    bundle.set_text("meta", meta);
    const auto decoded = StageArguments::decode(compress(bundle.encode()));
    ASSERT_FALSE(decoded) << meta;
    EXPECT_EQ(decoded.error().kind(), ErrorKind::corrupt_data) << meta;
  }
}

TEST(CubePlan, CutsEveryImageIntoRunsThatCoverItOnce) {
  const std::vector<ImageInput> images{image(100), image(32), image(1)};
  ASSERT_EQ(count_cubes(images, 32), 4u + 1u + 1u);
  std::vector<std::uint64_t> covered(3);
  for (std::uint32_t cube = 0; cube < 6; ++cube) {
    const auto range = locate_cube(images, 32, cube);
    ASSERT_TRUE(range);
    EXPECT_EQ(range->first_pixel, covered[range->image]);
    covered[range->image] += range->pixels;
  }
  EXPECT_EQ(covered, (std::vector<std::uint64_t>{100, 32, 1}));
}

TEST(CubePlan, HasNoCubeBehindTheLast) {
  const std::vector<ImageInput> images{image(100)};
  EXPECT_FALSE(locate_cube(images, 32, 4));
  EXPECT_FALSE(locate_cube(images, 0, 0));
}

}  // namespace
}  // namespace fanfold::protocol
