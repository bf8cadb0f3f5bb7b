// A response that is sent while it is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/core/byte_sink.h"
#include "runtime/core/result.h"
#include "runtime/invoke/runtime.h"

namespace fanfold {

class ApiConnection;

// What an HTTP front end (a function URL, an API gateway) makes of the response.
struct HttpPrelude {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::vector<std::string> cookies{};  // "name=value; attributes"
};

// Belongs to one call of a handler; not thread-safe. Bytes are gathered and go out by tens of kilobytes, or
// with flush(). A reader that is slow, or the platform's limit of its rate, makes write() wait. Nothing is
// sent before the first of them, so that an earlier error is an ordinary one; a later one follows the bytes.
//
// Errors: invalid_argument for use against the rules below; cancelled where the platform has refused the
// rest, transient where it was lost; an error stays. The handler should then return.
class ResponseStream final : public ByteSink {
 public:
  struct Limits {
    std::size_t gathered_bytes = std::size_t{32} * 1024;
    std::uint64_t max_bytes = 0;
  };
  // `head` is that of the request up to its Content-Type. Connection outlives it. For the runtime.
  ResponseStream(ApiConnection& connection, std::string head, Limits limits);

  // Default: application/octet-stream. Before the first byte is sent, free of control bytes.
  Status set_content_type(std::string_view type);
  // Status, headers and cookies of an HTTP answer, before anything is written. Sets the content type that
  // says so.
  Status begin_http(const HttpPrelude& prelude);
  using ByteSink::write;
  Status write(Bytes bytes) override;
  Status flush();

  // Whether bytes have left the process.
  bool has_begun() const { return m_has_begun; }
  std::uint64_t bytes_written() const { return m_written; }

  // Ends the body, with the error in its trailers if there is one; the answer is then to be received. For the
  // runtime.
  Status end(const HandlerError* error);

 private:
  Status send_chunk(std::string_view bytes);
  Status send_head();
  Status keep(Status status);

  ApiConnection& m_connection;
  std::string m_head;
  Limits m_limits;
  std::string m_content_type = "application/octet-stream";
  std::string m_gathered;
  std::uint64_t m_written = 0;
  bool m_has_begun = false;
  Status m_failure{};
};

}  // namespace fanfold
