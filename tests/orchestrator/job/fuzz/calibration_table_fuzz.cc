// Any bytes as a table of calibrants.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "orchestrator/job/calibration_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto table = fanfold::parse_calibration_table(text, "table.csv");
  if (!table) return 0;
  if (table->empty() || table->size() > fanfold::k_max_calibrants) std::abort();
  for (const fanfold::Calibrant& calibrant : *table) {
    const double measured = calibrant.measured.value_or(1);
    if (!std::isfinite(calibrant.reference) || !(calibrant.reference > 0)) std::abort();
    if (!std::isfinite(measured) || !(measured > 0)) std::abort();
  }
  return 0;
}
