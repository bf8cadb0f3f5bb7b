// An image without a fault, made by hand; tests break one thing of it.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/validation/validator.h"

namespace fanfold::validation::testing {

struct Image {
  std::string xml;
  std::string ibd;
};

// Two spectra of three values, continuous, float64 and float32.
Image good_image();
// The text with its first, or every, `from` replaced. Fails the test where there is none.
std::string replaced(std::string text, std::string_view from, std::string_view to);
std::string replaced_everywhere(std::string text, std::string_view from, std::string_view to);

Validation validated(const Image& image, const ValidationOptions& options = {});
// "error missing-position x2", a line per kind, in order of occurrence.
std::string kinds_of(const Validation& validation);
bool has_finding(const Validation& validation, std::string_view rule, Level level);
// The first finding of a rule; an empty one where there is none.
Finding first_of(const Validation& validation, std::string_view rule);

}  // namespace fanfold::validation::testing
