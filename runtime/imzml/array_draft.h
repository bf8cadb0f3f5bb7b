// One binaryDataArray while its parameters come in, and the decision what its values are.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/spectrum_place.h"
#include "runtime/imzml/terms.h"
#include "runtime/imzml/warnings.h"

namespace fanfold::imzml {

struct ArrayDraft {
  bool is_mz = false;
  bool is_intensity = false;
  std::uint8_t types = 0;                 // a bit per declared ValueType
  std::optional<ValueType> type_by_name;  // what the name of the type's term says
  bool says_zlib = false;
  bool says_uncompressed = false;
  std::string unsupported_compression;  // its accession
  std::optional<std::int64_t> offset;
  std::optional<std::int64_t> length;
  std::optional<std::int64_t> encoded_bytes;
  std::optional<std::int64_t> length_attribute;  // of the element itself or of its spectrum

  // Unknown terms are ignored. corrupt_data for a number that is none; sentences continue "spectrum 7: ".
  Status apply(const Param& param);
};

// An array with all doubts resolved.
struct ArrayFacts {
  std::int64_t offset = 0;  // may still be the negative remains of a 32-bit writer
  std::uint64_t length = 0;
  std::uint64_t bytes = 0;  // as stored
};

// Decides for all arrays of one kind, m/z or intensity, of an image: they must agree. The bytes per value,
// encoded length divided by length, are a witness that wins over wrong or doubled declarations of the type,
// unless the array is compressed.
class ArrayRule {
 public:
  explicit ArrayRule(const char* kind) : m_kind(kind) {}
  // Sentences of errors and warnings continue `where`. invalid_argument for encodings that are not supported.
  Result<ArrayFacts> judge(const ArrayDraft& draft, Warnings& warnings, const SpectrumPlace& where);
  // After all arrays; float64 where no array told.
  ArrayEncoding encoding() const {
    return {m_type.value_or(m_type_of_empty), m_compression.value_or(Compression::none)};
  }

 private:
  Result<Compression> compression_of(const ArrayDraft& draft, Warnings& warnings,
                                     const SpectrumPlace& where) const;
  Result<std::uint64_t> length_of(const ArrayDraft& draft, const SpectrumPlace& where) const;
  Result<ValueType> type_of(const ArrayDraft& draft, std::uint64_t length, Warnings& warnings,
                            const SpectrumPlace& where) const;
  // Lengths of compressed arrays witness nothing: what is declared counts.
  Result<ValueType> type_of_compressed(const ArrayDraft& draft, const SpectrumPlace& where) const;
  Result<std::uint64_t> compressed_bytes_of(const ArrayDraft& draft, std::uint64_t plain_bytes,
                                            const SpectrumPlace& where) const;
  Status must_agree(ValueType type, Compression compression, const SpectrumPlace& where);

  const char* m_kind;
  std::optional<ValueType> m_type;
  std::optional<Compression> m_compression;
  ValueType m_type_of_empty = ValueType::float64;
};

}  // namespace fanfold::imzml
