// Whether a text is a value of an XML Schema type.
#pragma once

#include <string_view>

#include "runtime/imzml/vocabulary.h"

namespace fanfold::validation {

// The lexical space alone: "1e3" is an xsd:float and no xsd:int, whatever its value; numbers may be of any
// size. White space around it is allowed, as the types collapse it. Anything is an xsd:string.
bool is_of_type(std::string_view text, imzml::TermValue type);

}  // namespace fanfold::validation
