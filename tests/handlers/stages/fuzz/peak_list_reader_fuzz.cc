// The input is how lists are stored (a byte), how many there are (a byte), their records of the pixel index,
// and the .ibd they lie in. Both files live in memory, under the names that /proc gives them.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "handlers/peak_lists/peak_list_reader.h"

namespace {

using namespace fanfold;

constexpr std::size_t k_record_bytes = sizeof(imzml::PixelRecord);
constexpr std::uint64_t k_window_bytes = 1 << 16;
constexpr std::uint64_t k_blocks_begin = 16 + 3 * 16;  // form bit 64: behind three peaks in all

class MemoryFile {
 public:
  MemoryFile() : m_fd(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (m_fd < 0) std::abort();
  }
  std::string put(std::string_view bytes) const {
    if (::ftruncate(m_fd, 0) != 0) std::abort();
    if (::pwrite(m_fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
    return "/proc/self/fd/" + std::to_string(m_fd);
  }

 private:
  int m_fd;
};

protocol::ImageInput lists_of(unsigned char form) {
  protocol::ImageInput lists;
  lists.name = "fuzz";
  lists.peak_blocks = (form & 1) != 0;
  lists.continuous = (form & 2) != 0;
  lists.mz_type = (form & 4) != 0 ? ValueType::float32 : ValueType::float64;
  lists.intensity_type = (form & 8) != 0 ? ValueType::float32 : ValueType::float64;
  lists.mz_compression = (form & 16) != 0 ? Compression::zlib : Compression::none;
  if ((form & 64) != 0) lists.peak_blocks_begin = k_blocks_begin;
  lists.intensity_compression = (form & 32) != 0 ? Compression::zlib : Compression::none;
  return lists;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const MemoryFile ibd;
  static const MemoryFile index;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (size < 2) return 0;
  const std::size_t count = std::min<std::size_t>(data[1], (size - 2) / k_record_bytes);
  if (count == 0) return 0;
  protocol::ImageInput lists = lists_of(data[0]);
  lists.pixels = count;
  lists.index = index.put(input.substr(2, count * k_record_bytes));
  lists.ibd = ibd.put(input.substr(2 + count * k_record_bytes));
  StoreRegistry stores;
  auto reader =
      handlers::PeakListReader::open(stores, lists, handlers::ListOrigin::input, 0, count, k_window_bytes);
  for (std::size_t i = 0; reader && i < count; ++i) {
    const auto peaks = reader->next();
    if (!peaks) break;
    const auto record =
        load<imzml::PixelRecord>(reinterpret_cast<const std::byte*>(input.data()) + 2 + i * k_record_bytes);
    if (peaks->size() > std::max(record.mz_length, record.intensity_length)) std::abort();
  }
  return 0;
}
