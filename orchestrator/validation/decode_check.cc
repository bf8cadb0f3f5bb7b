#include "orchestrator/validation/decode_check.h"

#include <fmt/format.h>

#include "orchestrator/validation/rule_names.h"

namespace fanfold::validation {

std::string without_place(std::string_view sentence, std::string_view file) {
  const std::string begin = fmt::format("'{}'", file);
  if (!sentence.starts_with(begin)) return std::string(sentence);
  const std::string_view rest = sentence.substr(begin.size());
  if (!rest.starts_with(", line ") && !rest.starts_with(": ")) return std::string(sentence);
  const std::size_t colon = rest.find(": ");
  return std::string(colon == std::string_view::npos ? sentence : rest.substr(colon + 2));
}

DecodeCheck::DecodeCheck(DocumentRules& rules, Reporter& reporter, const imzml::XmlStream& stream,
                         std::string_view file, const ByteSource* ibd, std::stop_token stop)
    : m_rules(&rules), m_reporter(&reporter), m_file(file), m_stop(std::move(stop)) {
  if (ibd != nullptr) m_decoder.emplace(file, *ibd, stream, m_warnings, m_ignore);
}

Status DecodeCheck::on_start(std::string_view element, const imzml::XmlAttributes& attributes) {
  FANFOLD_TRY(m_rules->on_start(element, attributes));
  if (m_decoder) note(m_decoder->on_start(element, attributes));
  return {};
}

Status DecodeCheck::on_end(std::string_view element) {
  if (m_stop.stop_requested()) {
    return make_error(ErrorKind::cancelled, "stopped while validating '{}'", m_file);
  }
  // The decoder first: what it says of a spectrum belongs to that spectrum.
  if (m_decoder) note(m_decoder->on_end(element));
  return m_rules->on_end(element);
}

void DecodeCheck::note(const Status& status) {
  if (status) return;
  // What is sound but not for us is no fault of the file.
  const bool is_unsupported = status.error().kind() == ErrorKind::invalid_argument;
  m_reporter->add(is_unsupported ? Level::warning : Level::fatal,
                  is_unsupported ? rule::k_unsupported : rule::k_cannot_decode, "",
                  [&] { return without_place(status.error().message(), m_file); });
  m_decoder.reset();
}

void DecodeCheck::finish() {
  m_rules->finish();
  if (!m_decoder) return;
  const auto description = m_decoder->finish();
  if (!description) note(description.error());
}

}  // namespace fanfold::validation
