// Ion images of peak matrices, from the store to the file.
#include "orchestrator/ion_image/ion_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/orchestrator/ion_image/test_files.h"
#include "tests/orchestrator/ion_image/test_inputs.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold::ion_image {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNan;

class MatrixImages : public ::testing::Test {
 protected:
  MatrixImages() : m_store(make_local_store()) {}

  void add_store(const std::string& name, const TestMatrix& matrix) {
    write_matrix(*m_store, m_folder.uri("out/" + name), matrix);
  }
  ImageOptions options(const std::vector<double>& masses, const std::string& output) const {
    ImageOptions options;
    options.input = m_folder.file("out");
    options.masses = masses;
    options.output = m_folder.file(output);
    return options;
  }
  // Paths of the files, without the folder's.
  Result<std::vector<std::string>> run(const ImageOptions& options) {
    StoreRegistry stores;
    std::vector<std::string> files;
    const auto note = [&](const std::string& path) -> Status {
      files.push_back(path.substr(m_folder.path().string().size() + 1));
      return {};
    };
    const Status status = write_ion_images(stores, options, note, {});
    if (!status) return status.error();
    return files;
  }
  Error refusal(const ImageOptions& options) {
    const auto files = run(options);
    EXPECT_FALSE(files);
    return files ? Error(ErrorKind::internal, "accepted") : files.error();
  }
  DecodedNpy npy(ImageOptions options) {
    const auto files = run(options);
    EXPECT_TRUE(files) << files.error().message();
    return files ? decode_npy(m_folder.read(files->front())) : DecodedNpy{};
  }
  // The values of the image 'left' at one mass.
  std::vector<double> left(ImageOptions options) {
    options.image = "left";
    return npy(std::move(options)).values;
  }

  TemporaryDirectory m_folder;
  std::unique_ptr<Store> m_store;
};

TEST_F(MatrixImages, HoldTheValuesOfTheNearestBin) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  auto wanted = options({200.0005, 100}, "a.npy");
  wanted.image = "left";
  const DecodedNpy stack = npy(wanted);
  EXPECT_THAT(stack.shape, ElementsAre(2, 2, 3));
  EXPECT_THAT(stack.values, ElementsAre(1, 11, 21, 31, IsNan(), IsNan(), 0, 10, 20, 30, IsNan(), IsNan()));
}

TEST_F(MatrixImages, HoldTheLayerAskedFor) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  auto wanted = options({100}, "a.npy");
  wanted.layer = Layer::intensity;
  EXPECT_EQ(left(wanted)[1], 10);
  wanted.layer = Layer::snr;
  EXPECT_EQ(left(wanted)[1], 100);
  wanted.layer = Layer::area;
  EXPECT_EQ(left(wanted)[1], 1000);
}

// Norms 1, 2, 3, 4, 5 and 0: their mean is 3 over the whole matrix.
TEST_F(MatrixImages, AreNormalizedOverTheWholeMatrix) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  auto wanted = options({200}, "a.npy");
  for (const Normalization norm : {Normalization::tic, Normalization::rms, Normalization::max}) {
    wanted.normalization = norm;
    EXPECT_THAT(left(wanted), ElementsAre(3, 11 * 1.5, 21, 31 * 0.75, IsNan(), IsNan()));
    wanted.image = "right";
    EXPECT_THAT(npy(wanted).values, ElementsAre(41 * (3.0 / 5), 0));
  }
}

TEST_F(MatrixImages, AreOnePerImageWithItsName) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  EXPECT_THAT(*run(options({100, 200}, "a.png")), ElementsAre("a-left-100.0000.png", "a-right-100.0000.png",
                                                              "a-left-200.0000.png", "a-right-200.0000.png"));
  EXPECT_THAT(*run(options({100}, "a.png")), ElementsAre("a-left.png", "a-right.png"));
  EXPECT_THAT(*run(options({100, 200}, "a.tiff")), ElementsAre("a-left.tiff", "a-right.tiff"));
  auto one = options({100, 200}, "b.npy");
  one.image = "right";
  EXPECT_THAT(*run(one), ElementsAre("b.npy"));
}

TEST_F(MatrixImages, ComeFromAllStoresOfAFolderOrTheOneThatHasTheImage) {
  TestMatrix matrix = small_matrix();
  matrix.images = {"a", "b"};
  add_store("a-peakmatrix.zarr", matrix);
  matrix.images = {"c", "d"};
  add_store("c-peakmatrix.zarr", matrix);
  EXPECT_THAT(*run(options({100}, "x.npy")), ElementsAre("x-a.npy", "x-b.npy", "x-c.npy", "x-d.npy"));
  auto one = options({100}, "x.npy");
  one.image = "d";
  EXPECT_THAT(*run(one), ElementsAre("x.npy"));
  EXPECT_EQ(decode_npy(m_folder.read("x.npy")).values, (std::vector<double>{40, 50}));
  one.image.reset();
  one.input = m_folder.file("out/c-peakmatrix.zarr/");
  EXPECT_THAT(*run(one), ElementsAre("x-c.npy", "x-d.npy"));
}

TEST_F(MatrixImages, AskWhichMatrixIsMeant) {
  TestMatrix matrix = small_matrix();
  add_store("merged-peakmatrix.zarr", matrix);
  add_store("earlier/left-peakmatrix.zarr", matrix);
  EXPECT_THAT(*run(options({100}, "x.npy")), ElementsAre("x-left.npy", "x-right.npy"))
      << "what lies deeper is not asked about";
  matrix.images = {"left", "alone"};
  add_store("left-peakmatrix.zarr", matrix);
  auto wanted = options({100}, "y.npy");
  EXPECT_EQ(refusal(wanted).kind(), ErrorKind::invalid_argument);
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("('left-peakmatrix.zarr', 'merged-peakmatrix.zarr')"));
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("--image"));
  wanted.image = "left";
  EXPECT_THAT(refusal(wanted).message(),
              HasSubstr("'left' in 'left-peakmatrix.zarr' and in 'merged-peakmatrix.zarr'"));
  for (const char* const image : {"alone", "right"}) {
    wanted.image = image;
    EXPECT_THAT(*run(wanted), ElementsAre("y.npy"));
  }
  wanted.image = "left";
  wanted.input += "/merged-peakmatrix.zarr";
  EXPECT_THAT(*run(wanted), ElementsAre("y.npy"));
}

TEST_F(MatrixImages, OfOneNameInTwoStoresAreRefused) {
  add_store("a-peakmatrix.zarr", small_matrix());
  add_store("b-peakmatrix.zarr", small_matrix());
  EXPECT_THAT(refusal(options({100}, "x.npy")).message(), HasSubstr("has the image 'left' in"));
  EXPECT_EQ(m_folder.entries(), 1u) << "nothing is written";
}

// Someone took a part of the matrix and kept the names.
TEST_F(MatrixImages, AreThoseThatHaveRows) {
  TestMatrix matrix = small_matrix();
  matrix.images = {"gone", "left", "right"};
  matrix.image_of_row.assign(6, 1);
  matrix.x = {1, 2, 3, 4, 5, 6};
  add_store("merged-peakmatrix.zarr", matrix);
  auto wanted = options({100}, "x.npy");
  EXPECT_THAT(*run(wanted), ElementsAre("x.npy")) << "one image needs no name";
  wanted.image = "gone";
  EXPECT_EQ(refusal(wanted).kind(), ErrorKind::not_found);
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("no image 'gone' among its 1"));
  matrix.image_of_row.clear();
  matrix.x.clear();
  matrix.y.clear();
  matrix.tic.clear();
  matrix.cells.clear();
  add_store("merged-peakmatrix.zarr", matrix);
  EXPECT_THAT(refusal(options({100}, "x.npy")).message(), HasSubstr("holds no pixels"));
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("holds no pixels"));
}

TEST_F(MatrixImages, SayWhichBinIsNearestWhereNoneIsNear) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  auto wanted = options({200.002}, "a.png");
  const Error error = refusal(wanted);
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_THAT(error.message(),
              HasSubstr("within 5 ppm of m/z 200.002; the nearest is at 200.000000, 10 ppm away"));
  EXPECT_EQ(m_folder.entries(), 1u) << "nothing is written";
  wanted.ppm = 11;
  EXPECT_TRUE(run(wanted));
}

TEST_F(MatrixImages, SayWhatIsWrongWithTheRequest) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  auto wanted = options({100}, "a.png");
  wanted.image = "lefd";
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("the nearest name is 'left'"));
  wanted = options({100}, "a.png");
  wanted.window = Window::sum;
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("--window is for spectra"));
  EXPECT_THAT(refusal(options({100, 100}, "a.png")).message(), HasSubstr("given twice"));
  EXPECT_THAT(refusal(options({-1}, "a.png")).message(), HasSubstr("no m/z"));
  EXPECT_THAT(refusal(options({NAN}, "a.png")).message(), HasSubstr("no m/z"));
  EXPECT_THAT(refusal(options({}, "a.png")).message(), HasSubstr("--mz"));
  EXPECT_THAT(refusal(options({100}, "a.jpg")).message(), HasSubstr("ends in none of"));
  wanted = options({100}, "a.png");
  wanted.input = m_folder.path().string() + "/elsewhere";
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("holds no finished peak matrix"));
  EXPECT_EQ(m_folder.entries(), 1u);
}

TEST_F(MatrixImages, RefuseStoresThatContradictThemselves) {
  TestMatrix matrix = small_matrix();
  matrix.tic.pop_back();
  add_store("merged-peakmatrix.zarr", matrix);
  auto wanted = options({100}, "a.png");
  EXPECT_TRUE(run(wanted)) << "the norms are not looked at";
  wanted.normalization = Normalization::tic;
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("'obs/TIC' of"));
  matrix = small_matrix();
  matrix.x.back() = std::int64_t{1} << 40;
  add_store("merged-peakmatrix.zarr", matrix);
  EXPECT_EQ(refusal(options({100}, "a.png")).kind(), ErrorKind::corrupt_data);
  matrix = small_matrix();
  matrix.mz.push_back(400);
  add_store("merged-peakmatrix.zarr", matrix);
  const auto text = m_folder.read("out/merged-peakmatrix.zarr/.zmetadata");
  matrix.mz.pop_back();
  add_store("merged-peakmatrix.zarr", matrix);
  m_folder.write("out/merged-peakmatrix.zarr/X/.zarray", "{}");  // the consolidated metadata decide
  EXPECT_TRUE(run(options({100}, "a.png")));
  m_folder.write("out/merged-peakmatrix.zarr/.zmetadata", text);
  EXPECT_EQ(refusal(options({100}, "a.png")).kind(), ErrorKind::corrupt_data);
}

TEST_F(MatrixImages, LeaveNoFileBehindThatIsNotWhole) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  auto wanted = options({100}, "a.png");
  wanted.image = "left";
  wanted.style.zoom = 1000;
  wanted.style.plain = true;
  ASSERT_TRUE(run(wanted));
  const std::string before = m_folder.read("a.png");
  // Too scattered to be shown: the file that is there stays.
  TestMatrix matrix = small_matrix();
  matrix.x.front() = 1 << 30;
  add_store("merged-peakmatrix.zarr", matrix);
  EXPECT_THAT(refusal(wanted).message(), HasSubstr("scattered"));
  EXPECT_EQ(m_folder.read("a.png"), before);
  wanted.output = m_folder.file("a.npy");
  EXPECT_FALSE(run(wanted));
  EXPECT_EQ(m_folder.entries(), 2u);
}

TEST_F(MatrixImages, ShareTheirColoursWithinAMatrix) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  auto wanted = options({100}, "a.png");
  wanted.style = {.clip_percentile = 100, .colors = ColorMap::gray, .plain = true};
  ASSERT_TRUE(run(wanted));
  const auto pixels = [&](const char* file) { return decode_png(as_byte_span(m_folder.read(file))); };
  // The largest value of both, 50, is white.
  EXPECT_EQ(pixels("a-right.png").at(1, 0), k_white);
  EXPECT_EQ(pixels("a-right.png").at(0, 0), (Color{204, 204, 204}));
  EXPECT_EQ(pixels("a-left.png").at(2, 0), (Color{102, 102, 102}));
  EXPECT_EQ(pixels("a-left.png").at(1, 1), k_transparent);
  wanted.image = "left";
  ASSERT_TRUE(run(wanted));
  EXPECT_EQ(pixels("a.png").at(0, 1), k_white) << "alone, its own largest value is";
}

TEST_F(MatrixImages, ClipInPicturesAlone) {
  TestMatrix matrix = small_matrix();
  matrix.images = {"only"};
  matrix.image_of_row.assign(6, 0);
  matrix.x = {1, 2, 3, 4, 5, 6};
  matrix.y.assign(6, 1);
  add_store("merged-peakmatrix.zarr", matrix);
  auto wanted = options({100}, "a.png");
  wanted.style = {.clip_percentile = 60, .colors = ColorMap::gray, .plain = true};
  ASSERT_TRUE(run(wanted));
  // Values above zero: 10, 20, 30, 40, 50; three of five do not exceed 30.
  const DecodedPng png = decode_png(as_byte_span(m_folder.read("a.png")));
  EXPECT_THAT(png.pixels,
              ElementsAre(k_black, Color{85, 85, 85}, Color{170, 170, 170}, k_white, k_white, k_white));
  wanted.output = m_folder.file("a.npy");
  EXPECT_THAT(npy(wanted).values, ElementsAre(0, 10, 20, 30, 40, 50));
}

TEST_F(MatrixImages, CarryTheSizeOfAPixelToTiff) {
  TestMatrix matrix = small_matrix();
  matrix.pixel_size = PixelSize{20, 40};
  add_store("merged-peakmatrix.zarr", matrix);
  auto wanted = options({300, 100}, "a.tif");
  wanted.image = "left";
  wanted.layer = Layer::snr;
  ASSERT_TRUE(run(wanted));
  const auto pages = decode_tiff(m_folder.file("a.tif"));
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0].name, "m/z 300.0000 SNR");
  EXPECT_EQ(pages[0].x_resolution, 500);
  EXPECT_EQ(pages[0].y_resolution, 250);
  EXPECT_THAT(pages[0].cells, ElementsAre(20, 120, 220, 320, IsNan(), IsNan()));
  EXPECT_THAT(pages[1].cells, ElementsAre(0, 100, 200, 300, IsNan(), IsNan()));
  wanted.normalization = Normalization::tic;
  ASSERT_TRUE(run(wanted));
  EXPECT_EQ(decode_tiff(m_folder.file("a.tif"))[1].name, "m/z 100.0000 SNR /TIC");
}

TEST_F(MatrixImages, StopWhenAsked) {
  add_store("merged-peakmatrix.zarr", small_matrix());
  StoreRegistry stores;
  std::stop_source stop;
  stop.request_stop();
  const auto unexpected = [](const std::string& path) -> Status {
    ADD_FAILURE() << path;
    return {};
  };
  const Status status = write_ion_images(stores, options({100}, "a.png"), unexpected, stop.get_token());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind(), ErrorKind::cancelled);
}

}  // namespace
}  // namespace fanfold::ion_image
