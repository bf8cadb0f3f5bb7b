#include "runtime/imzml/array_draft.h"

#include <array>
#include <limits>

#include "runtime/imzml/inflater.h"
#include "runtime/imzml/number_text.h"

namespace fanfold::imzml {
namespace {

constexpr std::array k_all_types = {ValueType::float32, ValueType::float64, ValueType::int8,
                                    ValueType::int16,   ValueType::int32,   ValueType::int64};

constexpr std::uint8_t bit(ValueType type) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(type));
}

std::optional<ValueType> type_of_term(TermId id) {
  switch (id) {
    case term::k_float32:
      return ValueType::float32;
    case term::k_float64:
      return ValueType::float64;
    case term::k_int8:
      return ValueType::int8;
    case term::k_int16:
      return ValueType::int16;
    case term::k_int32:
    case term::k_old_int32:
      return ValueType::int32;
    case term::k_int64:
    case term::k_old_int64:
      return ValueType::int64;
    default:
      return std::nullopt;
  }
}

std::optional<ValueType> type_of_name(std::string_view name) {
  const bool is_float = name.find("float") != std::string_view::npos;
  if (name.starts_with("8-bit")) return ValueType::int8;
  if (name.starts_with("16-bit int")) return ValueType::int16;
  if (name.starts_with("32")) return is_float ? ValueType::float32 : ValueType::int32;
  if (name.starts_with("64")) return is_float ? ValueType::float64 : ValueType::int64;
  return std::nullopt;
}

// xz, lz4, zstd of the imaging vocabulary; MS-Numpress and its combinations; zlib with predictors.
bool is_unsupported_compression(TermId id) {
  return (id >= ims(1005001) && id <= ims(1005003)) || (id >= ms(1002312) && id <= ms(1002314)) ||
         (id >= ms(1002746) && id <= ms(1002748)) || id == ms(1003089) || id == ms(1003090);
}

Status set_number(std::optional<std::int64_t>& into, const Param& param) {
  const auto number = parse_whole_number(param.value);
  if (!number) {
    return make_error(ErrorKind::corrupt_data, "{} ({:.40}) is '{:.40}', not a whole number", param.accession,
                      param.name, param.value);
  }
  into = *number;
  return {};
}

// The declared type of this size, or the same family in this size, or nothing.
std::optional<ValueType> type_of_size(std::uint8_t declared, std::optional<ValueType> by_name,
                                      std::uint64_t bytes) {
  for (const ValueType type : k_all_types) {
    if ((declared & bit(type)) != 0 && size_of(type) == bytes) return type;
  }
  if (by_name && size_of(*by_name) == bytes) return by_name;
  const bool is_float = (declared & (bit(ValueType::float32) | bit(ValueType::float64))) != 0;
  for (const ValueType type : k_all_types) {
    const bool family = type == ValueType::float32 || type == ValueType::float64;
    if (family == is_float && size_of(type) == bytes) return type;
  }
  return std::nullopt;
}

}  // namespace

Status ArrayDraft::apply(const Param& param) {
  switch (param.id) {
    case term::k_mz_array:
      is_mz = true;
      return {};
    case term::k_intensity_array:
      is_intensity = true;
      return {};
    case term::k_external_offset:
      return set_number(offset, param);
    case term::k_external_length:
      return set_number(length, param);
    case term::k_external_encoded_length:
      return set_number(encoded_bytes, param);
    case term::k_zlib:
      says_zlib = true;
      return {};
    case term::k_no_compression:
      says_uncompressed = true;
      return {};
    default:
      break;
  }
  if (const auto type = type_of_term(param.id)) {
    types = static_cast<std::uint8_t>(types | bit(*type));
    type_by_name = type_of_name(param.name);
  } else if (is_unsupported_compression(param.id)) {
    unsupported_compression = param.accession;
  }
  return {};
}

Result<Compression> ArrayRule::compression_of(const ArrayDraft& draft, Warnings& warnings,
                                              const SpectrumPlace& where) const {
  if (!draft.unsupported_compression.empty()) {
    return make_error(
        ErrorKind::invalid_argument,
        "{}: its {} array is compressed with {}, which is not supported; export with zlib or without "
        "compression",
        where.text(), m_kind, draft.unsupported_compression);
  }
  if (draft.says_zlib && draft.says_uncompressed) {
    return make_error(ErrorKind::corrupt_data,
                      "{}: its {} array declares zlib (MS:1000574) and no compression (MS:1000576); export "
                      "the file again",
                      where.text(), m_kind);
  }
  if (draft.says_zlib) return Compression::zlib;
  if (draft.says_uncompressed) return Compression::none;
  FANFOLD_TRY(warnings.add(Oddity::compression, [&] {
    return fmt::format("{}: the {} array does not say whether it is compressed; read as uncompressed",
                       where.text(), m_kind);
  }));
  return Compression::none;
}

Result<std::uint64_t> ArrayRule::length_of(const ArrayDraft& draft, const SpectrumPlace& where) const {
  std::optional<std::int64_t> length = draft.length;
  const auto only_size = [&]() -> std::optional<std::int64_t> {
    for (const ValueType type : k_all_types) {
      if (draft.types == bit(type)) return static_cast<std::int64_t>(size_of(type));
    }
    return std::nullopt;
  };
  if (!length && draft.encoded_bytes && !draft.says_zlib) {
    const auto size = only_size();
    if (size && *draft.encoded_bytes % *size == 0) length = *draft.encoded_bytes / *size;
  }
  // The attribute of a spectrum is 0 in most files: no length at all where the bytes cannot tell.
  const bool has_bytes = draft.says_zlib || draft.encoded_bytes.value_or(0) > 0;
  const bool is_no_witness = draft.length_attribute == 0 && has_bytes;
  if (!length && !is_no_witness) length = draft.length_attribute;
  if (!length) {
    return make_error(ErrorKind::corrupt_data, "{}: its {} array has no length (IMS:1000103)", where.text(),
                      m_kind);
  }
  if (*length < 0 || *length > std::numeric_limits<std::uint32_t>::max()) {
    return make_error(ErrorKind::corrupt_data, "{}: its {} array has the length {}; 0 to {} is possible",
                      where.text(), m_kind, *length, std::numeric_limits<std::uint32_t>::max());
  }
  return static_cast<std::uint64_t>(*length);
}

Result<ValueType> ArrayRule::type_of(const ArrayDraft& draft, std::uint64_t length, Warnings& warnings,
                                     const SpectrumPlace& where) const {
  std::optional<ValueType> declared;
  for (const ValueType type : k_all_types) {
    if (draft.types == bit(type)) declared = type;
  }
  const std::uint64_t encoded =
      draft.encoded_bytes && *draft.encoded_bytes > 0 ? static_cast<std::uint64_t>(*draft.encoded_bytes) : 0;
  if (declared && encoded == length * size_of(*declared)) return *declared;
  if (declared && encoded == 0) {
    if (draft.type_by_name.value_or(*declared) == *declared) return *declared;
    FANFOLD_TRY(warnings.add(Oddity::data_type, [&] {
      return fmt::format(
          "{}: the data type of the {} array is named {}, its number says {}, and no encoded length decides; "
          "read as {}",
          where.text(), m_kind, to_string(*draft.type_by_name), to_string(*declared), to_string(*declared));
    }));
    return *declared;
  }

  if (draft.types == 0) {
    return make_error(ErrorKind::corrupt_data, "{}: its {} array has no data type; export the file again",
                      where.text(), m_kind);
  }
  const bool is_witness = encoded > 0 && length > 0 && encoded % length == 0;
  const auto by_size = is_witness ? type_of_size(draft.types, draft.type_by_name, encoded / length)
                                  : std::optional<ValueType>();
  if (by_size) {
    FANFOLD_TRY(warnings.add(Oddity::data_type, [&] {
      return fmt::format(
          "{}: the declared type of the {} array disagrees with its {} bytes for {} values; read as {}",
          where.text(), m_kind, encoded, length, to_string(*by_size));
    }));
    return *by_size;
  }
  if (declared) {
    FANFOLD_TRY(warnings.add(Oddity::encoded_length, [&] {
      return fmt::format("{}: the {} array claims {} bytes for {} values of {}; the claim is ignored",
                         where.text(), m_kind, encoded, length, to_string(*declared));
    }));
    return *declared;
  }
  return make_error(ErrorKind::corrupt_data,
                    "{}: its {} array declares several data types and no encoded length that decides",
                    where.text(), m_kind);
}

Result<ValueType> ArrayRule::type_of_compressed(const ArrayDraft& draft, const SpectrumPlace& where) const {
  for (const ValueType type : k_all_types) {
    if (draft.types == bit(type)) return type;
  }
  return make_error(ErrorKind::corrupt_data,
                    "{}: its {} array is compressed and declares {}; export the file again", where.text(),
                    m_kind, draft.types == 0 ? "no data type" : "several data types");
}

Result<std::uint64_t> ArrayRule::compressed_bytes_of(const ArrayDraft& draft, std::uint64_t plain_bytes,
                                                     const SpectrumPlace& where) const {
  if (!draft.encoded_bytes) {
    return make_error(ErrorKind::corrupt_data,
                      "{}: its {} array is compressed and has no encoded length (IMS:1000104); export the "
                      "file again",
                      where.text(), m_kind);
  }
  const std::int64_t bytes = *draft.encoded_bytes;
  if (bytes > 0 && is_believable_compression(static_cast<std::uint64_t>(bytes), plain_bytes)) {
    return static_cast<std::uint64_t>(bytes);
  }
  return make_error(ErrorKind::corrupt_data,
                    "{}: its {} array claims {} compressed bytes for {} bytes of values, which zlib never "
                    "makes; export the file again",
                    where.text(), m_kind, bytes, plain_bytes);
}

Status ArrayRule::must_agree(ValueType type, Compression compression, const SpectrumPlace& where) {
  if (m_type.value_or(type) != type) {
    return make_error(ErrorKind::invalid_argument,
                      "{}: its {} array is {}, those before are {}; one type per image is supported",
                      where.text(), m_kind, to_string(type), to_string(*m_type));
  }
  if (m_compression.value_or(compression) != compression) {
    return make_error(ErrorKind::invalid_argument,
                      "{}: its {} array has the compression '{}', those before have '{}'; one per image is "
                      "supported",
                      where.text(), m_kind, to_string(compression), to_string(*m_compression));
  }
  m_type = type;
  m_compression = compression;
  return {};
}

Result<ArrayFacts> ArrayRule::judge(const ArrayDraft& draft, Warnings& warnings, const SpectrumPlace& where) {
  FANFOLD_ASSIGN(const Compression compression, compression_of(draft, warnings, where));
  FANFOLD_ASSIGN(const std::uint64_t length, length_of(draft, where));
  if (length == 0) {
    for (const ValueType type : k_all_types) {
      if (draft.types == bit(type)) m_type_of_empty = type;
    }
    return ArrayFacts{draft.offset.value_or(0), 0, 0};
  }
  if (!draft.offset) {
    return make_error(ErrorKind::corrupt_data, "{}: its {} array has no offset (IMS:1000102)", where.text(),
                      m_kind);
  }
  FANFOLD_ASSIGN(const ValueType type, compression == Compression::none
                                           ? type_of(draft, length, warnings, where)
                                           : type_of_compressed(draft, where));
  FANFOLD_TRY(must_agree(type, compression, where));
  const std::uint64_t plain_bytes = length * size_of(type);
  if (compression == Compression::none) return ArrayFacts{*draft.offset, length, plain_bytes};
  FANFOLD_ASSIGN(const std::uint64_t bytes, compressed_bytes_of(draft, plain_bytes, where));
  return ArrayFacts{*draft.offset, length, bytes};
}

}  // namespace fanfold::imzml
