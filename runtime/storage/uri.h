// Where an object lies: `s3://bucket/key`, or a local path (absolute or relative, also `file:///path`).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

enum class UriScheme : std::uint8_t { local, s3 };

struct Uri {
  UriScheme scheme = UriScheme::local;
  std::string bucket;  // s3 alone
  std::string path;    // local: the path as it was given; s3: the key, without a leading slash, may be empty

  // invalid_argument for an empty text, another scheme, a bucket name that S3 does not have, a zero byte.
  static Result<Uri> parse(std::string_view text);
  static Uri local(std::string path) { return {UriScheme::local, {}, std::move(path)}; }

  bool is_local() const { return scheme == UriScheme::local; }
  // What messages call it; parse() reads it back.
  std::string name() const;
  // Below this one, one slash between. An empty `child` gives this one. REQUIRES: child does not start with
  // '/'.
  Uri join(std::string_view child) const;
  // The folder it lies in: "a/b" -> "a", "b" -> "." (local) or "" (s3), "/" -> "/".
  Uri parent() const;
  // The last segment, "" where the path ends with '/'.
  std::string_view file_name() const;
  // The same folder, another last segment.
  Uri with_file_name(std::string_view name) const;

  bool operator==(const Uri&) const = default;
};

}  // namespace fanfold
