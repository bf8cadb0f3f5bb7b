#include "runtime/invoke/response_stream.h"

#include "runtime/invoke/api_connection.h"
#include "runtime/invoke/error_document.h"
#include "runtime/invoke/http_prelude.h"
#include "runtime/net/base64.h"
#include "runtime/net/http_grammar.h"

namespace fanfold {
namespace {

constexpr std::string_view k_stream_fields =
    "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
    "Transfer-Encoding: chunked\r\n"
    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n";
// Servers bound the trailers as they bound a head, and base64 adds a third.
constexpr std::size_t k_max_trailer_document_bytes = std::size_t{24} * 1024;

}  // namespace

ResponseStream::ResponseStream(ApiConnection& connection, std::string head, Limits limits)
    : m_connection(connection), m_head(std::move(head)), m_limits(limits) {}

Status ResponseStream::keep(Status status) {
  if (!status && m_failure) m_failure = status;
  return status;
}

Status ResponseStream::set_content_type(std::string_view type) {
  if (m_has_begun) {
    return Error(ErrorKind::invalid_argument, "the content type of a response cannot change once it is sent");
  }
  if (type.empty() || !is_field_value(type)) {
    return Error(ErrorKind::invalid_argument,
                 "the content type of a response is empty or holds control bytes");
  }
  m_content_type = type;
  return {};
}

Status ResponseStream::begin_http(const HttpPrelude& prelude) {
  if (m_written > 0) {
    return Error(ErrorKind::invalid_argument, "status and headers come before the first byte of a response");
  }
  FANFOLD_ASSIGN(const std::string bytes, encode_prelude(prelude));
  FANFOLD_TRY(set_content_type(k_prelude_content_type));
  return write(bytes);
}

Status ResponseStream::write(Bytes bytes) {
  if (!m_failure) return m_failure;
  if (bytes.size() > m_limits.max_bytes - m_written) {
    return keep(make_error(ErrorKind::invalid_argument,
                           "the response has more than {} bytes; put large results into an object",
                           m_limits.max_bytes));
  }
  m_written += bytes.size();
  const std::string_view text = as_text(bytes);
  if (m_gathered.size() + text.size() < m_limits.gathered_bytes) {
    m_gathered.append(text);
    return {};
  }
  FANFOLD_TRY(flush());
  return send_chunk(text);
}

Status ResponseStream::flush() {
  if (!m_failure) return m_failure;
  FANFOLD_TRY(send_chunk(m_gathered));
  m_gathered.clear();
  return {};
}

Status ResponseStream::send_head() {
  m_has_begun = true;
  m_head.append("Content-Type: ").append(m_content_type).append("\r\n").append(k_stream_fields);
  return m_connection.send(m_head, {});
}

Status ResponseStream::send_chunk(std::string_view bytes) {
  if (bytes.empty()) return {};  // a chunk of no bytes would be the end
  if (!m_has_begun) FANFOLD_TRY(keep(send_head()));
  if (m_connection.has_something_to_read()) {
    return keep(Error(ErrorKind::cancelled, "the platform does not take the rest of the response"));
  }
  return keep(m_connection.send_more(fmt::format("{:x}\r\n", bytes.size()), bytes, "\r\n"));
}

Status ResponseStream::end(const HandlerError* error) {
  // What was refused is answered already; what was lost has no end.
  if (!m_failure && m_failure.error().kind() != ErrorKind::invalid_argument) return m_failure;
  m_failure = {};
  if (!m_has_begun) FANFOLD_TRY(send_head());
  FANFOLD_TRY(flush());
  std::string tail = "0\r\n";
  if (error != nullptr) {
    const std::string document = error_document(*error, k_max_trailer_document_bytes);
    tail.append("Lambda-Runtime-Function-Error-Type: ").append(error_category(error->type));
    tail.append("\r\nLambda-Runtime-Function-Error-Body: ").append(base64_encode(document)).append("\r\n");
  }
  return m_connection.send_more(tail, "\r\n", {});
}

}  // namespace fanfold
