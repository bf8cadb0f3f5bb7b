#include "orchestrator/validation/validator.h"

#include <algorithm>
#include <vector>

#include "orchestrator/validation/decode_check.h"
#include "orchestrator/validation/rule_names.h"
#include "runtime/core/units.h"
#include "runtime/imzml/document_stream.h"
#include "runtime/imzml/xml_sniff.h"

namespace fanfold::validation {
namespace {

constexpr std::size_t k_sniff_bytes = 64_KiB;
constexpr std::size_t k_chunk_bytes = 1_MiB;

FindingPlace whole_file(const std::string& file) {
  FindingPlace place;
  place.file = file;
  return place;
}

void add_for_file(Validation& validation, Level level, std::string_view rule, const std::string& file,
                  std::string found, std::string expected = {}) {
  validation.log.add(level, rule, "", [&] {
    return Finding{level, rule, whole_file(file), std::move(found), std::move(expected)};
  });
}

// Damage is a finding; what else goes wrong is an error.
bool is_damage(const Error& error) {
  return error.kind() == ErrorKind::corrupt_data;
}

Result<std::vector<std::byte>> read_head(const ByteSource& xml) {
  FANFOLD_ASSIGN(const auto document, imzml::open_document(xml));
  std::vector<std::byte> head(k_sniff_bytes);
  FANFOLD_ASSIGN(const std::size_t bytes, document->read(head));
  head.resize(bytes);
  return head;
}

// Nothing where the file is no XML at all.
Result<std::optional<imzml::XmlEncoding>> sniff(const ByteSource& xml, Validation& validation) {
  const auto head = read_head(xml);
  if (!head && !is_damage(head.error())) return head.error();
  const Status begins = head ? imzml::check_begins_like_xml(*head, xml.name()) : Status(head.error());
  if (!begins) {
    add_for_file(validation, Level::fatal, rule::k_not_xml, xml.name(),
                 without_place(begins.error().message(), xml.name()));
    return std::optional<imzml::XmlEncoding>();
  }
  if (!imzml::is_mislabelled_latin1(*head)) return std::optional(imzml::XmlEncoding::as_declared);
  add_for_file(validation, Level::error, rule::k_encoding, xml.name(),
               "it holds bytes that are not UTF-8; read as ISO-8859-1", "the encoding that it declares");
  return std::optional(imzml::XmlEncoding::latin1);
}

// Null where there is nothing to hold the document against.
Result<const ByteSource*> usable_ibd(const ByteSource& xml, const ByteSource* ibd, Validation& validation) {
  const auto refuse = [&](std::string_view rule, const std::string& file, std::string found) {
    add_for_file(validation, Level::fatal, rule, file, std::move(found));
    return static_cast<const ByteSource*>(nullptr);
  };
  if (ibd == nullptr) return refuse(rule::k_no_ibd, xml.name(), "its .ibd is not there");
  std::vector<std::byte> head(static_cast<std::size_t>(std::min<std::uint64_t>(64, ibd->size_bytes())));
  if (head.empty()) return refuse(rule::k_cannot_decode, ibd->name(), "it is empty");
  FANFOLD_TRY(ibd->read_at(0, head));
  if (imzml::is_lfs_pointer(head)) {
    return refuse(rule::k_cannot_decode, ibd->name(), "it is a Git LFS pointer, not an .ibd");
  }
  return ibd;
}

}  // namespace

std::optional<Level> Validation::worst() const {
  for (const Level level : {Level::fatal, Level::error, Level::warning}) {
    if (log.count(level) > 0) return level;
  }
  return std::nullopt;
}

Result<Validation> validate(const ByteSource& xml, const ByteSource* ibd, const ValidationOptions& options,
                            std::stop_token stop) {
  Validation validation(options.max_findings);
  validation.file = xml.name();
  if (ibd != nullptr) validation.ibd_file = ibd->name();
  FANFOLD_ASSIGN(const auto encoding, sniff(xml, validation));
  if (!encoding) return validation;
  FANFOLD_ASSIGN(ibd, usable_ibd(xml, ibd, validation));

  imzml::XmlStream stream;
  Reporter reporter(validation.log, xml.name(), stream);
  DocumentRules rules(reporter, ibd == nullptr ? std::nullopt : std::optional(ibd->size_bytes()));
  DecodeCheck check(rules, reporter, stream, xml.name(), ibd, stop);
  const Status parsed = stream.run(xml, *encoding, k_chunk_bytes, check);
  if (parsed) {
    check.finish();
  } else if (is_damage(parsed.error())) {
    reporter.add(Level::fatal, rule::k_well_formed, "",
                 [&] { return without_place(parsed.error().message(), xml.name()); });
  } else {
    return parsed.error();
  }
  validation.spectra = rules.spectra();
  if (ibd != nullptr) {
    FANFOLD_TRY(check_ibd(rules.claims(), *ibd, options.checksum, stop, validation.log));
  }
  return validation;
}

}  // namespace fanfold::validation
