// Files above 2 and 4 GiB, sparse ones: honest offsets, and those of writers that kept them in 32 bits.
#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "runtime/core/handle.h"
#include "runtime/imzml/spectrum_reader.h"
#include "tests/runtime/imzml/tolerance.h"

namespace fanfold::imzml::testing {
namespace {

constexpr std::uint64_t k_gib = std::uint64_t{1} << 30;

// A file of holes in the temporary folder, with no name, that holds what was written.
class SparseFile final : public ByteSource {
 public:
  explicit SparseFile(std::uint64_t size) : m_size(size) {
    std::string path = (std::filesystem::temp_directory_path() / "fanfold-sparse-XXXXXX").string();
    m_file = ::mkstemp(path.data());
    m_is_made =
        m_file >= 0 && ::unlink(path.c_str()) == 0 && ::ftruncate(m_file, static_cast<off_t>(size)) == 0;
    const std::string uuid = ibd_of_size(16);
    write(0, uuid.data(), uuid.size());
  }
  SparseFile(const SparseFile&) = delete;
  SparseFile& operator=(const SparseFile&) = delete;
  ~SparseFile() override {
    if (m_file >= 0) ::close(m_file);
  }
  bool is_made() const { return m_is_made; }

  void write(std::uint64_t offset, const void* bytes, std::size_t count) {
    m_is_made = m_is_made &&
                ::pwrite(m_file, bytes, count, static_cast<off_t>(offset)) == static_cast<ssize_t>(count);
  }
  template <typename T>
  void write_values(std::uint64_t offset, const std::vector<T>& values) {
    write(offset, values.data(), values.size() * sizeof(T));
  }

  std::uint64_t size_bytes() const override { return m_size; }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t offset, MutableBytes into) const override {
    const ssize_t got = ::pread(m_file, into.data(), into.size(), static_cast<off_t>(offset));
    if (got == static_cast<ssize_t>(into.size())) return {};
    return make_error(ErrorKind::corrupt_data, "{} of {} bytes at {}", got, into.size(), offset);
  }

 private:
  int m_file = -1;
  bool m_is_made = false;
  std::uint64_t m_size;
  std::string m_name = "sparse.ibd";
};

// Four pixels around the borders at 2 and 4 GiB, whose m/z values and intensities begin with their number.
struct LargeImage {
  static constexpr std::array<std::uint64_t, 4> k_begins{1000, 2 * k_gib - 8, 4 * k_gib - 8,
                                                         4 * k_gib + 5000};
  SparseFile ibd{4 * k_gib + 8192};

  LargeImage() {
    for (std::size_t i = 0; i < k_begins.size(); ++i) {
      const auto number = static_cast<double>(i + 1);
      ibd.write_values<double>(k_begins[i], {number, number + 1});
      ibd.write_values<float>(k_begins[i] + 16, {static_cast<float>(number), 50});
    }
  }
  // `as_written`: what the writer made of an offset.
  template <typename Write>
  static std::string document(Write as_written) {
    DocumentText document;
    for (std::size_t i = 0; i < k_begins.size(); ++i) {
      document.add(static_cast<int>(i) + 1, 1, {std::to_string(as_written(k_begins[i])), "2", "16"},
                   {std::to_string(as_written(k_begins[i] + 16)), "2", "8"});
    }
    return document.text();
  }
  void expect_values(const Outcome& outcome) const {
    ASSERT_TRUE(outcome.description) << message_of(outcome);
    SpectrumReader reader(ibd, {outcome.description->mz, outcome.description->intensity}, 1 << 20);
    const auto block = reader.read(outcome.pixels, WhichArrays::both);
    ASSERT_TRUE(block) << block.error().message();
    std::vector<double> mz, intensity;
    for (std::size_t i = 0; i < k_begins.size(); ++i) {
      EXPECT_EQ(outcome.pixels[i].mz_offset, k_begins[i]);
      block->mz(i, mz);
      block->intensity(i, intensity);
      const auto number = static_cast<double>(i + 1);
      EXPECT_EQ(mz, (std::vector<double>{number, number + 1}));
      EXPECT_EQ(intensity, (std::vector<double>{number, 50}));
    }
  }
};

std::int64_t in_32_bits(std::uint64_t offset) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(offset));
}

TEST(LargeOffsets, AreReadAsTheyStand) {
  const LargeImage image;
  if (!image.ibd.is_made()) GTEST_SKIP() << "the temporary folder has no sparse files above 4 GiB";
  image.expect_values(read(source_of("a.imzML", LargeImage::document([](std::uint64_t at) { return at; })),
                           image.ibd, {.strict = true}));
}

TEST(LargeOffsets, ThatWrappedAt32BitsAreUnwrapped) {
  const LargeImage image;
  if (!image.ibd.is_made()) GTEST_SKIP() << "the temporary folder has no sparse files above 4 GiB";
  const MemoryByteSource xml = source_of("a.imzML", LargeImage::document(in_32_bits));
  const Outcome outcome = read(xml, image.ibd);
  image.expect_values(outcome);
  EXPECT_TRUE(has_warning(*outcome.description, "as of a 32-bit writer; read as 2147483656"));
  EXPECT_THAT(message_of(read(xml, image.ibd, {.strict = true})), HasSubstr("as of a 32-bit writer"));
}

TEST(LargeOffsets, ThatWouldLieBeyondTheFileAreRefused) {
  SparseFile small(3 * k_gib);
  if (!small.is_made()) GTEST_SKIP() << "the temporary folder has no sparse files above 2 GiB";
  const Outcome outcome = read(source_of("a.imzML", LargeImage::document(in_32_bits)), small);
  EXPECT_THAT(message_of(outcome),
              HasSubstr("'sparse.ibd' has 3221225472 bytes where the whole image needs"));
}

TEST(LargeOffsets, OfASharedArrayMayWrapToo) {
  SparseFile ibd(3 * k_gib);
  if (!ibd.is_made()) GTEST_SKIP() << "the temporary folder has no sparse files above 2 GiB";
  const std::string shared = std::to_string(in_32_bits(2 * k_gib + 64));
  DocumentText document;
  document.mode = cv("IMS:1000030", "continuous");
  document.add(1, 1, {shared, "2", "16"}, {std::to_string(in_32_bits(2 * k_gib + 128)), "2", "8"});
  document.add(2, 1, {shared, "2", "16"}, {std::to_string(in_32_bits(2 * k_gib + 256)), "2", "8"});
  const Outcome outcome = read(source_of("a.imzML", document.text()), ibd);
  ASSERT_TRUE(outcome.description) << message_of(outcome);
  EXPECT_EQ(outcome.description->mode, Mode::continuous);
  EXPECT_EQ(outcome.pixels.at(1).mz_offset, 2 * k_gib + 64);
  EXPECT_EQ(outcome.pixels.at(1).intensity_offset, 2 * k_gib + 256);
}

}  // namespace
}  // namespace fanfold::imzml::testing
