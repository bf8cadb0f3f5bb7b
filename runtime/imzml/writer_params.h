// Parameters as an output writes them.
#pragma once

#include "runtime/imzml/description.h"
#include "runtime/imzml/xml_text.h"

namespace fanfold::imzml {

// A cvParam whose vocabulary follows from its accession. Without a value the attribute is left out, as the
// validators want it for terms that have none. A unit is "MS:1000040" with its name, or empty.
void write_cv_param(XmlText& xml, std::string_view accession, std::string_view name,
                    std::string_view value = {}, std::string_view unit_accession = {},
                    std::string_view unit_name = {});

// Under the name that the vocabulary has for it now.
void write_term(XmlText& xml, const Term& term, std::string_view value = {});

// With the narrowest XML Schema type that the value's text is of.
void write_user_param(XmlText& xml, std::string_view name, std::string_view value);

}  // namespace fanfold::imzml
