#include "orchestrator/quality_report/page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "orchestrator/quality_report/page_parts.h"
#include "runtime/core/digest.h"
#include "runtime/net/base64.h"

namespace fanfold::quality {
namespace {

// "'sha256-...'": what a content security policy knows an inline element by.
std::string policy_hash(std::string_view content) {
  const std::string hex = sha256_hex(std::as_bytes(std::span(content)));
  std::string digest;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    digest.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return fmt::format("'sha256-{}'", base64_encode(digest));
}

std::string content_policy() {
  return fmt::format("default-src 'none'; base-uri 'none'; form-action 'none'; style-src {}; script-src {}",
                     policy_hash(k_page_style), policy_hash(k_page_script));
}

// Each placeholder stands in the template once, in this order.
std::string fill_in(std::string_view text,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::size_t size = text.size();
  for (const auto& [placeholder, value] : values) size += value.size();
  std::string page;
  page.reserve(size);
  for (const auto& [placeholder, value] : values) {
    const std::size_t at = text.find(placeholder);
    page += text.substr(0, at);
    page += value;
    text.remove_prefix(at + placeholder.size());
  }
  return page += text;
}

}  // namespace

std::string escape_for_script(std::string_view json) {
  std::string escaped;
  escaped.reserve(json.size() + json.size() / 64);
  for (const char c : json) {
    if (c == '<') {
      escaped += "\\u003c";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string make_page(const nlohmann::ordered_json& document) {
  // File names need not be UTF-8.
  const std::string data =
      escape_for_script(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return fill_in(k_page_html, {{"{{POLICY}}", content_policy()},
                               {"{{STYLE}}", k_page_style},
                               {"{{DATA}}", data},
                               {"{{SCRIPT}}", k_page_script}});
}

}  // namespace fanfold::quality
