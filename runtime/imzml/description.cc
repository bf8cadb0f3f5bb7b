#include "runtime/imzml/description.h"

namespace fanfold::imzml {

std::string_view to_string(Mode mode) {
  return mode == Mode::continuous ? "continuous" : "processed";
}

std::string_view to_string(Polarity polarity) {
  switch (polarity) {
    case Polarity::positive:
      return "positive";
    case Polarity::negative:
      return "negative";
    case Polarity::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Representation representation) {
  switch (representation) {
    case Representation::profile:
      return "profile";
    case Representation::centroid:
      return "centroid";
    case Representation::unknown:
      break;
  }
  return "unknown";
}

}  // namespace fanfold::imzml
