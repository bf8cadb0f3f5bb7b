// The page: report.html, one file that needs nothing else.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace fanfold::quality {

// `document` is what the page is drawn from: report.json, with the figures in full. What it holds is data to
// the page, never markup or script: the page's own script is the only one its policy lets run.
std::string make_page(const nlohmann::ordered_json& document);

// JSON as it may stand in a script element: no `<`, with which alone the element could end.
std::string escape_for_script(std::string_view json);

}  // namespace fanfold::quality
