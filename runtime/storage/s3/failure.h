// What an attempt that did not do what it should means: whether trying again may help, and what the user is
// told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/result.h"
#include "runtime/core/retry_budget.h"
#include "runtime/net/http_transport.h"
#include "runtime/storage/s3/documents.h"

namespace fanfold::s3 {

struct Failure {
  RetryClass retry_class = RetryClass::fatal;
  ErrorKind kind = ErrorKind::internal;
  int status = 0;  // 0: no answer came
  ErrorReply reply{};
  std::string detail{};  // where there was no answer: what the transport says
  std::optional<std::chrono::milliseconds> wanted_delay{};  // as the server asks for
};

// The failure of an attempt, or nothing where the answer is one of success. An answer of status 200 whose
// body is an <Error> document is a failure too.
std::optional<Failure> failure_of(const HttpOutcome& outcome);

// "cannot read bytes 0 to 9 of 's3://bucket/key': 403 AccessDenied: ... (request 4F); check that ...".
// `attempt` is a verb phrase with its object. Holds no secret.
Error to_error(const Failure& failure, std::string_view attempt, RetryStop stop, std::uint32_t attempts);

}  // namespace fanfold::s3
