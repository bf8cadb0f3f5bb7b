#include "orchestrator/validation/ibd_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/validation/rule_names.h"
#include "runtime/storage/checksum.h"

namespace fanfold::validation {
namespace {

constexpr std::array k_algorithms = {DigestAlgorithm::md5, DigestAlgorithm::sha1, DigestAlgorithm::sha256};

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// 8-4-4-4-12 hex digits, as imzML 1.1.1 wants them.
bool has_uuid_form(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_hyphen ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

FindingPlace ibd_place(const ByteSource& ibd) {
  FindingPlace place;
  place.file = ibd.name();
  return place;
}

Status check_uuid(const Uuid& claimed, const ByteSource& ibd, FindingLog& log) {
  Uuid found;
  const bool is_long_enough = ibd.size_bytes() >= found.bytes.size();
  if (is_long_enough) FANFOLD_TRY(ibd.read_at(0, found.bytes));
  if (is_long_enough && found == claimed) return {};
  log.add(Level::error, rule::k_uuid_mismatch, "", [&] {
    return Finding{Level::error, rule::k_uuid_mismatch, ibd_place(ibd),
                   is_long_enough ? fmt::format("its first 16 bytes are {}", found.to_string())
                                  : fmt::format("it has only {} bytes", ibd.size_bytes()),
                   fmt::format("the UUID of its imzML, {}", claimed.to_string())};
  });
  return {};
}

}  // namespace

std::optional<imzml::Mode> IbdClaims::mode() const {
  if (m_says_continuous == m_says_processed) return std::nullopt;
  return m_says_continuous ? imzml::Mode::continuous : imzml::Mode::processed;
}

void IbdClaims::apply(const imzml::Param& param, Reporter& reporter) {
  switch (param.id) {
    case imzml::term::k_continuous:
      m_says_continuous = true;
      return;
    case imzml::term::k_processed:
      m_says_processed = true;
      return;
    case imzml::term::k_uuid:
      return apply_uuid(param, reporter);
    case imzml::term::k_ibd_md5:
      return apply_digest(DigestAlgorithm::md5, param, reporter);
    case imzml::term::k_ibd_sha1:
      return apply_digest(DigestAlgorithm::sha1, param, reporter);
    case imzml::term::k_ibd_sha256:
      return apply_digest(DigestAlgorithm::sha256, param, reporter);
    default:
      return;
  }
}

void IbdClaims::apply_uuid(const imzml::Param& param, Reporter& reporter) {
  if (param.value.empty() || m_uuid) return;
  m_uuid = Uuid::parse(param.value);
  if (m_uuid && has_uuid_form(param.value)) return;
  reporter.add(
      m_uuid ? Level::warning : Level::error, rule::k_uuid_form, "",
      [&] { return fmt::format("the UUID '{:.80}'", param.value); },
      "32 hex digits in groups of 8-4-4-4-12, without braces");
}

void IbdClaims::apply_digest(DigestAlgorithm algorithm, const imzml::Param& param, Reporter& reporter) {
  if (param.value.empty()) return;
  std::string hex;
  for (const char c : param.value.substr(0, 1000)) {
    if (c == ' ' || c == '-' || c == '{' || c == '}') continue;
    hex += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const std::size_t digits = 2 * digest_size_bytes(algorithm);
  if (hex.size() == digits && std::ranges::all_of(hex, is_hex)) {
    m_digests[static_cast<std::size_t>(algorithm)] = std::move(hex);
    return;
  }
  reporter.add(
      Level::error, rule::k_checksum_form, to_string(algorithm),
      [&] { return fmt::format("the digest '{:.100}'", param.value); }, fmt::format("{} hex digits", digits));
}

Status check_ibd(const IbdClaims& claims, const ByteSource& ibd, ChecksumPass pass, std::stop_token stop,
                 FindingLog& log) {
  if (claims.uuid()) FANFOLD_TRY(check_uuid(*claims.uuid(), ibd, log));
  if (pass == ChecksumPass::skip) return {};
  for (const DigestAlgorithm algorithm : k_algorithms) {
    const std::string& claimed = claims.digest(algorithm);
    if (claimed.empty()) continue;
    FANFOLD_ASSIGN(const std::string found, checksum_of(ibd, algorithm, {}, stop));
    if (found == claimed) continue;
    log.add(Level::error, rule::k_checksum_mismatch, to_string(algorithm), [&] {
      return Finding{Level::error, rule::k_checksum_mismatch, ibd_place(ibd),
                     fmt::format("its {} is {}", to_string(algorithm), found),
                     fmt::format("that of its imzML, {}", claimed)};
    });
  }
  return {};
}

}  // namespace fanfold::validation
