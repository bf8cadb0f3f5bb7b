#include "runtime/imzml/reader.h"

#include <algorithm>
#include <vector>

#include "runtime/core/units.h"
#include "runtime/imzml/document_reader.h"
#include "runtime/imzml/document_stream.h"
#include "runtime/imzml/warnings.h"
#include "runtime/imzml/xml_sniff.h"
#include "runtime/imzml/xml_stream.h"

namespace fanfold::imzml {
namespace {

constexpr std::uint64_t k_sniff_bytes = 64_KiB;
constexpr std::uint64_t k_uuid_bytes = 16;
constexpr std::string_view k_gzip_ending = ".gz";

Result<std::vector<std::byte>> read_head(const ByteSource& source, std::uint64_t bytes) {
  std::vector<std::byte> head(static_cast<std::size_t>(std::min(bytes, source.size_bytes())));
  if (!head.empty()) FANFOLD_TRY(source.read_at(0, head));
  return head;
}

Result<std::vector<std::byte>> read_document_head(const ByteSource& xml) {
  FANFOLD_ASSIGN(const std::unique_ptr<DocumentStream> document, open_document(xml));
  std::vector<std::byte> head(k_sniff_bytes);
  FANFOLD_ASSIGN(const std::size_t bytes, document->read(head));
  head.resize(bytes);
  return head;
}

Result<XmlEncoding> sniff_xml(const ByteSource& xml, Warnings& warnings) {
  FANFOLD_ASSIGN(const std::vector<std::byte> head, read_document_head(xml));
  FANFOLD_TRY(check_begins_like_xml(head, xml.name()));
  if (!is_mislabelled_latin1(head)) return XmlEncoding::as_declared;
  FANFOLD_TRY(warnings.add(Oddity::encoding, [&] {
    return fmt::format("'{}' holds bytes that are not UTF-8; read as ISO-8859-1", xml.name());
  }));
  return XmlEncoding::latin1;
}

Result<std::vector<std::byte>> sniff_ibd(const ByteSource& ibd) {
  FANFOLD_ASSIGN(std::vector<std::byte> head, read_head(ibd, 64));
  if (head.empty()) return make_error(ErrorKind::corrupt_data, "'{}' is empty; copy it again", ibd.name());
  if (is_lfs_pointer(head)) {
    return make_error(ErrorKind::corrupt_data,
                      "'{}' is a Git LFS pointer, not an .ibd; fetch the file itself (git lfs pull)",
                      ibd.name());
  }
  return head;
}

Status compare_uuid(ImageDescription& description, Bytes ibd_head, const ByteSource& ibd,
                    Warnings& warnings) {
  if (!description.uuid) return {};
  description.uuid_matches_ibd =
      ibd_head.size() >= k_uuid_bytes &&
      std::equal(description.uuid->bytes.begin(), description.uuid->bytes.end(), ibd_head.begin());
  if (description.uuid_matches_ibd) return {};
  return warnings.add(Oddity::uuid, [&] {
    return fmt::format("'{}' does not begin with the UUID {} of its imzML; it may belong to another image",
                       ibd.name(), description.uuid->to_string());
  });
}

}  // namespace

Result<ImageDescription> read_imzml(const ByteSource& xml, const ByteSource& ibd, const ReadOptions& options,
                                    const PixelCallback& on_pixel) {
  Warnings warnings(options.strict);
  FANFOLD_ASSIGN(const XmlEncoding encoding, sniff_xml(xml, warnings));
  FANFOLD_ASSIGN(const std::vector<std::byte> ibd_head, sniff_ibd(ibd));
  XmlStream stream;
  DocumentReader document(xml.name(), ibd, stream, warnings, on_pixel);
  FANFOLD_TRY(stream.run(xml, encoding, options.chunk_bytes, document));
  FANFOLD_ASSIGN(ImageDescription description, document.finish());
  FANFOLD_TRY(compare_uuid(description, ibd_head, ibd, warnings));
  description.warnings = warnings.sentences();
  return description;
}

std::string_view without_gzip_ending(std::string_view path) {
  if (path.size() < k_gzip_ending.size()) return path;
  const std::string_view ending = path.substr(path.size() - k_gzip_ending.size());
  const bool is_gzip = std::equal(
      ending.begin(), ending.end(), k_gzip_ending.begin(),
      [](char c, char lower) { return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == lower); });
  return is_gzip ? path.substr(0, path.size() - k_gzip_ending.size()) : path;
}

std::string ibd_path_for(std::string_view imzml_path) {
  imzml_path = without_gzip_ending(imzml_path);
  const std::size_t slash = imzml_path.rfind('/');
  const std::size_t name_begin = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = imzml_path.rfind('.');
  const bool has_extension = dot != std::string_view::npos && dot > name_begin;
  const std::string_view extension = has_extension ? imzml_path.substr(dot + 1) : std::string_view();
  const bool is_upper = !extension.empty() && std::none_of(extension.begin(), extension.end(),
                                                           [](char c) { return c >= 'a' && c <= 'z'; });
  return std::string(has_extension ? imzml_path.substr(0, dot) : imzml_path) + (is_upper ? ".IBD" : ".ibd");
}

}  // namespace fanfold::imzml
