#include "orchestrator/engine/dump.h"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace fanfold {

Result<Dump> Dump::create(const std::optional<std::string>& directory) {
  Dump dump;
  if (!directory) return dump;
  std::error_code error;
  std::filesystem::create_directories(*directory, error);
  if (error) return errno_error(error.value(), fmt::format("create the folder '{}'", *directory));
  dump.m_directory = *directory;
  return dump;
}

Status Dump::array(std::string_view name, std::span<const double> values) const {
  if (!enabled()) return {};
  const std::filesystem::path path = m_directory / fmt::format("{}.f64", name);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
  file.close();
  if (!file) return errno_error(errno, fmt::format("write '{}'", path.string()));
  return {};
}

Status Dump::image_array(std::string_view name, std::uint32_t group, std::size_t image,
                         std::span<const double> values) const {
  return array(fmt::format("{}_run{}_img{}", name, group, image + 1), values);
}

Status Dump::group_array(std::string_view name, std::uint32_t group, std::span<const double> values) const {
  return array(fmt::format("{}_run{}", name, group), values);
}

}  // namespace fanfold
