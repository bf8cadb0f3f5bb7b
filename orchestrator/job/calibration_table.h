// The table of known compounds that a mass calibration goes by: text, one compound per line.
//
//   name,reference,measured
//   DHB matrix,155.03389,155.03512
//   "PC(34:1), K+",798.54096,
//
// Fields are separated by commas, semicolons or tabs, one kind per file. The first line may name the columns,
// in any order; without it they are name, reference and, where there is a third, measured. Numbers have a
// decimal point. A name may stand in double quotes, a double quote within them twice. `measured` may be
// absent or empty. Empty lines and lines that begin with '#' are skipped; a line may end in CR LF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

struct Calibrant {
  std::string name;                // may be empty
  double reference = 0;            // m/z, finite and positive, and so is the next
  std::optional<double> measured;  // m/z; absent: the nearest peak's
  std::size_t line = 0;            // of the table, from 1
  bool operator==(const Calibrant&) const = default;
};

inline constexpr std::size_t k_max_calibration_table_bytes = std::size_t{1} << 20;
inline constexpr std::size_t k_max_calibrants = 1000;

// In the order of the file, at least one; no two with the same reference or the same measured mass. `name` is
// the file's name, for messages. Errors: invalid_argument, naming the line and what was found there.
Result<std::vector<Calibrant>> parse_calibration_table(std::string_view text, std::string_view name);

}  // namespace fanfold
