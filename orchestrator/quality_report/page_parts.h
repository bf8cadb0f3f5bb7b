// The files of page/, as the build embeds them.
#pragma once

#include <string_view>

namespace fanfold::quality {

extern const std::string_view k_page_html;  // with {{POLICY}}, {{STYLE}}, {{DATA}}, {{SCRIPT}}
extern const std::string_view k_page_style;
extern const std::string_view k_page_script;

}  // namespace fanfold::quality
