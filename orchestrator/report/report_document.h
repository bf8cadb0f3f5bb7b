// report.json as a document, for those who add to it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "orchestrator/report/report.h"

namespace fanfold {

// A stable object. Times are RFC 3339 in UTC; numbers are seconds and bytes, as the names say.
nlohmann::ordered_json report_document(const RunReport& report);

// As it is written: two-space indented, ending in a newline. What is not UTF-8 is replaced.
std::string to_text(const nlohmann::ordered_json& document);

}  // namespace fanfold
