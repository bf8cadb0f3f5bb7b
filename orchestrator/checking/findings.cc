#include "orchestrator/checking/findings.h"

#include "runtime/core/printable.h"
#include "runtime/net/redaction.h"

namespace fanfold::checking {

void Findings::ok(std::string what, std::string detail) {
  add({Outcome::ok, std::move(what), std::move(detail)});
}

void Findings::note(std::string what, std::string detail) {
  add({Outcome::note, std::move(what), std::move(detail)});
}

void Findings::skip(std::string what, std::string why) {
  add({Outcome::skipped, std::move(what), std::move(why)});
}

void Findings::fail(std::string what, const Error& error) {
  add({Outcome::failed, std::move(what), error.message(), error.kind()});
}

void Findings::hide(std::string_view secret) {
  if (!secret.empty()) m_secrets.emplace_back(secret);
}

Status Findings::status() const {
  if (!m_told) return m_told;
  if (m_stop.stop_requested()) return make_error(ErrorKind::cancelled, "interrupted");
  return {};
}

void Findings::add(Finding finding) {
  if (!m_told) return;
  for (std::string* text : {&finding.what, &finding.detail}) {
    *text = printable(*text);
    for (const Secret& secret : m_secrets) *text = without_secrets(*text, {secret.reveal()});
  }
  m_told = m_tell(finding);
}

}  // namespace fanfold::checking
