#include "runtime/storage/s3/address.h"

#include <algorithm>

#include "runtime/aws/settings.h"
#include "runtime/net/percent.h"

namespace fanfold::s3 {
namespace {

bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']' || c == '_';
  });
}

bool is_numeric(std::string_view host) {
  return host.starts_with('[') ||
         std::ranges::all_of(host, [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == ':'; });
}

// A port that the scheme has anyway is not part of the Host header.
std::string without_usual_port(std::string host, std::string_view scheme) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(port)) host.resize(host.size() - port.size());
  return host;
}

// A dot in the bucket's name would be one too many for the server's certificate.
bool may_be_host(const Endpoint& endpoint, std::string_view bucket) {
  return bucket.find('.') == std::string_view::npos && !is_numeric(endpoint.host);
}

}  // namespace

Result<Endpoint> make_endpoint(std::string_view url, std::string_view region) {
  if (url.empty()) {
    const std::string_view suffix = aws::dns_suffix(region);
    return Endpoint{"https", fmt::format("s3.{}.{}", region, suffix), {}, false};
  }
  Endpoint endpoint;
  endpoint.custom = true;
  const auto colon = url.find("://");
  endpoint.scheme = url.substr(0, colon == std::string_view::npos ? 0 : colon);
  const std::string_view rest = colon == std::string_view::npos ? std::string_view{} : url.substr(colon + 3);
  const auto slash = rest.find('/');
  endpoint.host = without_usual_port(std::string(rest.substr(0, slash)), endpoint.scheme);
  if (slash != std::string_view::npos) endpoint.prefix = rest.substr(slash);
  while (endpoint.prefix.ends_with('/')) endpoint.prefix.pop_back();
  const bool has_query = rest.find_first_of("?#@") != std::string_view::npos;
  if ((endpoint.scheme != "http" && endpoint.scheme != "https") || !is_host(endpoint.host) || has_query) {
    return make_error(
        ErrorKind::invalid_argument,
        "the S3 endpoint '{}' is no URL like http://127.0.0.1:9000 or https://s3.example.org; look at "
        "AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL and endpoint_url of the profile",
        url);
  }
  return endpoint;
}

std::string object_url(const Endpoint& endpoint, Addressing addressing, std::string_view bucket,
                       std::string_view key, std::string_view query) {
  const bool in_host =
      addressing == Addressing::virtual_host ||
      (addressing == Addressing::automatic && !endpoint.custom && may_be_host(endpoint, bucket));
  std::string url = endpoint.scheme + "://";
  if (in_host) url += fmt::format("{}.", bucket);
  url += endpoint.host + endpoint.prefix + "/";
  if (!in_host) {
    url += bucket;
    if (!key.empty()) url += '/';
  }
  url += percent_encode_path(key);
  if (!query.empty()) url += fmt::format("?{}", query);
  return url;
}

}  // namespace fanfold::s3
