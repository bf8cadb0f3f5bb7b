// Plans of the fault proxy, put together rule by rule.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tests/e2e/workspace.h"
#include "tests/support/fault_proxy.h"

namespace fanfold::e2e {

// Requests, as rules of the proxy name them.
inline constexpr std::string_view k_read_spectra = R"("method": "GET", "path": ".*/in/p[.]ibd")";
inline constexpr std::string_view k_begin_upload = R"("method": "POST", "query": "uploads=?")";
inline constexpr std::string_view k_upload_part = R"("method": "PUT", "query": ".*partNumber=.*")";
inline constexpr std::string_view k_list_parts = R"("method": "GET", "query": "(.*&)?uploadId=.*")";
inline constexpr std::string_view k_complete = R"("method": "POST", "query": "uploadId=.*")";
// Faults.
inline constexpr std::string_view k_forbidden = R"("kind": "status", "status": 403, "code": "AccessDenied")";
inline constexpr std::string_view k_slow_down = R"("kind": "status", "status": 503, "code": "SlowDown")";
inline constexpr std::string_view k_internal = R"("kind": "status", "status": 500, "code": "InternalError")";

// `more`: "skip" and "times", begun with a comma.
std::string rule(std::string_view request, std::string_view fault, std::string_view more = {});
std::string plan_of(const Words& rules);
// Fails the test for every rule that has met no request.
void expect_all_struck(const testing_support::FaultProxy& proxy, const Words& rules);

}  // namespace fanfold::e2e
