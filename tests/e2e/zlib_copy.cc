#include "tests/e2e/zlib_copy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>

#include "runtime/imzml/reader.h"
#include "tests/e2e/run_program.h"
#include "tests/e2e/workspace.h"
#include "tests/support/deflate.h"

namespace fanfold::e2e {
namespace {

struct Place {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};
using Places = std::map<std::uint64_t, Place>;  // by the offset that an array had

std::string ibd_beside(const std::string& imzml) {
  return std::filesystem::path(imzml).replace_extension(".ibd").string();
}

MemoryByteSource in_memory(const std::string& name, const std::string& text) {
  const Bytes bytes = as_byte_span(text);
  return {name, std::vector<std::byte>(bytes.begin(), bytes.end())};
}

class ZlibIbd {
 public:
  explicit ZlibIbd(const std::string& plain) : m_plain(plain), m_packed(plain.substr(0, 16)) {}

  void add(std::uint64_t offset, std::uint64_t bytes) {
    if (bytes == 0 || m_places.contains(offset)) return;
    const std::string packed = testing::zlib_stream(std::string_view(m_plain).substr(offset, bytes));
    m_places[offset] = {m_packed.size(), packed.size()};
    m_packed += packed;
  }
  const Places& places() const { return m_places; }
  const std::string& bytes() const { return m_packed; }

 private:
  const std::string& m_plain;
  std::string m_packed;
  Places m_places;
};

// The span of the value in the cvParam of this accession between `begin` and `end`.
struct ValueSpan {
  std::size_t at = std::string::npos;
  std::size_t length = 0;
};
ValueSpan value_of(const std::string& xml, std::string_view accession, std::size_t begin, std::size_t end) {
  const std::size_t found = xml.find(accession, begin);
  if (found >= end) return {};
  const std::size_t tag = xml.rfind('<', found);
  const std::size_t at = xml.find("value=\"", tag) + 7;
  return {at, xml.find('"', at) - at};
}

void set_value(std::string& xml, std::string_view accession, std::uint64_t number, std::size_t begin) {
  const std::size_t end = xml.find("</binaryDataArray>", begin);
  const ValueSpan value = value_of(xml, accession, begin, end);
  if (value.at != std::string::npos) {
    xml.replace(value.at, value.length, std::to_string(number));
    return;
  }
  const std::size_t binary = xml.find("<binary", begin + 1);
  ASSERT_LT(binary, end);
  xml.insert(binary, fmt::format("<cvParam cvRef=\"IMS\" accession=\"{}\" name=\"\" value=\"{}\"/>",
                                 accession, number));
}

// Array by array, from the last to the first, so that what lies before keeps its place.
void rewrite_arrays(std::string& xml, const Places& places) {
  for (std::size_t end = xml.size(); end > 0;) {
    const std::size_t begin = xml.rfind("<binaryDataArray ", end - 1);
    if (begin == std::string::npos) return;
    const std::size_t close = xml.find("</binaryDataArray>", begin);
    const ValueSpan offset = value_of(xml, "IMS:1000102", begin, close);
    const ValueSpan length = value_of(xml, "IMS:1000103", begin, close);
    ASSERT_NE(offset.at, std::string::npos);
    ASSERT_NE(length.at, std::string::npos);
    const auto place = places.find(std::stoull(xml.substr(offset.at, offset.length)));
    if (place != places.end() && xml.substr(length.at, length.length) != "0") {
      set_value(xml, "IMS:1000102", place->second.offset, begin);
      set_value(xml, "IMS:1000104", place->second.bytes, begin);
    }
    end = begin;
  }
}

void rename_compression(std::string& xml) {
  constexpr std::string_view k_old = "MS:1000576";
  std::size_t count = 0;
  for (std::size_t at = 0; (at = xml.find(k_old, at)) != std::string::npos; ++count) {
    xml.replace(at, k_old.size(), "MS:1000574");
  }
  EXPECT_GE(count, 2U);
}

}  // namespace

void write_zlib_copy(const std::string& from, const std::string& to) {
  std::string xml = read_file(from);
  const std::string ibd = read_file(ibd_beside(from));
  ZlibIbd packed(ibd);
  const auto description =
      imzml::read_imzml(in_memory(from, xml), in_memory(ibd_beside(from), ibd), {},
                        [&](const imzml::PixelRecord& pixel) -> Status {
                          packed.add(pixel.mz_offset, pixel.mz_encoded_bytes);
                          packed.add(pixel.intensity_offset, pixel.intensity_encoded_bytes);
                          return {};
                        });
  ASSERT_TRUE(description) << description.error().message();
  rename_compression(xml);
  rewrite_arrays(xml, packed.places());
  write_text(to, xml);
  write_text(ibd_beside(to), packed.bytes());
}

}  // namespace fanfold::e2e
