# cmake -DOUTPUT=page_parts.cc -DPAGE=folder -DSCRIPTS=a.js,b.js -P embed_page.cmake
# Writes the page's files as string constants. The scripts become one, in the order given, in a scope of their own.
set(delimiter "fanfold_page")

# A string literal of any length, in pieces that every compiler takes.
function(to_literal text out)
  string(FIND "${text}" ")${delimiter}\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "a file of the page contains )${delimiter}\", which ends its literal")
  endif()
  string(LENGTH "${text}" length)
  set(literal "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 16000 piece)
    string(APPEND literal "    R\"${delimiter}(${piece})${delimiter}\"\n")
    math(EXPR at "${at} + 16000")
  endwhile()
  set(${out} "${literal}" PARENT_SCOPE)
endfunction()

file(READ "${PAGE}/report.html" html)
file(READ "${PAGE}/report.css" style)
set(script "\n\"use strict\";\n(() => {\n")
string(REPLACE "," ";" scripts "${SCRIPTS}")
foreach(name IN LISTS scripts)
  file(READ "${PAGE}/${name}" part)
  string(APPEND script "${part}\n")
endforeach()
string(APPEND script "})();\n")

to_literal("${html}" html_literal)
to_literal("${style}" style_literal)
to_literal("${script}" script_literal)
file(WRITE "${OUTPUT}"
"// Made from the files of page/ by embed_page.cmake.
#include \"orchestrator/quality_report/page_parts.h\"

namespace fanfold::quality {

const std::string_view k_page_html =
${html_literal}    ;
const std::string_view k_page_style =
${style_literal}    ;
const std::string_view k_page_script =
${script_literal}    ;

}  // namespace fanfold::quality
")
