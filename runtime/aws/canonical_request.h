// The canonical form of a request, which AWS signatures (version 4) are made over. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace fanfold::aws {

using HeaderField = std::pair<std::string, std::string>;

// S3 takes the path as it is sent; all other services take it without "." and ".." and doubled slashes, and
// encode it once more.
enum class PathRule : std::uint8_t { as_sent, normalised_and_encoded };

struct CanonicalInput {
  std::string_view method;
  std::string_view path;                 // as sent: percent-encoded, "/" where empty
  std::string_view query;                // as sent, without '?'; "a" and "a=" are the same
  std::span<const HeaderField> headers;  // exactly those to be signed, host among them
  std::string_view payload_hash;         // hex SHA-256, or a word like UNSIGNED-PAYLOAD
};

struct CanonicalRequest {
  std::string text;
  std::string signed_headers;  // "host;x-amz-date"
};

CanonicalRequest canonical_request(const CanonicalInput& input, PathRule rule);

// The parts, each of use alone.
std::string canonical_path(std::string_view path, PathRule rule);
// Sorted by encoded name, then value. What is not encoded is, and nothing is encoded twice; a '+' means '+'.
std::string canonical_query(std::string_view query);

// "AWS4-HMAC-SHA256", the time, the scope, and the hash of the canonical request.
std::string string_to_sign(std::string_view timestamp, std::string_view scope,
                           std::string_view canonical_request);

}  // namespace fanfold::aws
