// One invocation as a transfer of curl. For the .cc files of this folder alone.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "orchestrator/invoker/invoker.h"
#include "orchestrator/invoker/request_signer.h"
#include "runtime/net/curl_support.h"
#include "runtime/net/http_headers.h"

namespace fanfold {

struct InvokeCall {
  CurlEasy easy;
  std::uint64_t tag = 0;
  std::string payload;
  CurlList signed_headers;  // of the last attempt
  RequestSignature signature;
  bool has_learnt_time = false;
  bool has_refused_credentials = false;
  HttpHeaders headers;
  std::string body;
  bool headers_done = false;
  bool too_long = false;
  std::chrono::steady_clock::time_point started;
  std::array<char, CURL_ERROR_SIZE> error_text{};
};

// The given fields, and what keeps curl from asking before it sends a long body.
Result<CurlList> header_list(std::span<const aws::HeaderField> fields);

// All that stays the same from one invocation to the next. `headers` are those of unsigned requests; options,
// url and headers outlive it.
Result<std::unique_ptr<InvokeCall>> make_invoke_call(const InvokerOptions& options, const std::string& url,
                                                     curl_slist* headers);

// What a transfer that ended with `code` means. Takes the body.
InvokeAnswer finish_call(InvokeCall& call, CURLcode code, const InvokerOptions& options);

}  // namespace fanfold
