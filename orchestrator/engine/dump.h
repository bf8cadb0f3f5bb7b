// Intermediate arrays of a run, each as a file of float64 (little-endian): for tests and the curious.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

class Dump {
 public:
  // Without a directory nothing is written.
  static Result<Dump> create(const std::optional<std::string>& directory);
  bool enabled() const { return !m_directory.empty(); }

  // DIRECTORY/NAME.f64
  Status array(std::string_view name, std::span<const double> values) const;
  // NAME_runK_imgI, both counted from 1.
  Status image_array(std::string_view name, std::uint32_t group, std::size_t image,
                     std::span<const double> values) const;
  // NAME_runK
  Status group_array(std::string_view name, std::uint32_t group, std::span<const double> values) const;

 private:
  std::filesystem::path m_directory;
};

}  // namespace fanfold
