// imzML documents of any length for measurements, and .ibd files that serve nothing but their size.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/core/byte_source.h"

namespace fanfold::bench {

constexpr std::uint64_t k_points = 8399;

// As Fanfold's own writer lays a document out.
std::string fanfold_document(std::uint64_t spectra);
// As pyimzML does: groups for arrays, scans and spectra, attributes in alphabetical order.
std::string pyimzml_document(std::uint64_t spectra);

// The second layout again, made while it is read: all spectra have the same length in bytes, so that a
// document of a gigabyte takes no memory of its own.
class EndlessDocument final : public ByteSource {
 public:
  explicit EndlessDocument(std::uint64_t spectra);
  std::uint64_t size_bytes() const override { return m_size; }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t offset, MutableBytes into) const override;

 private:
  std::string m_name = "endless.imzML";
  std::uint64_t m_spectra;
  std::string m_head;
  std::string m_tail;
  std::uint64_t m_record_bytes;
  std::uint64_t m_size;
};

class SizeOnlyIbd final : public ByteSource {
 public:
  std::uint64_t size_bytes() const override { return std::uint64_t{1} << 44; }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t, MutableBytes into) const override {
    for (std::byte& byte : into) byte = {};
    return {};
  }

 private:
  std::string m_name = "bench.ibd";
};

}  // namespace fanfold::bench
