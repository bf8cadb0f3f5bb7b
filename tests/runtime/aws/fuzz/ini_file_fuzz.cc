// Any bytes: no crash, limits kept, mistakes told with the number of a line, and the same file parsed again
// is the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/aws/command_line.h"
#include "runtime/aws/ini_file.h"

namespace {

constexpr fanfold::aws::IniLimits k_limits{
    .max_bytes = 4096, .max_line_bytes = 256, .max_sections = 8, .max_properties = 32};

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const fanfold::aws::IniSection& section) {
  require(!section.name.empty());
  for (const fanfold::aws::IniProperty& property : section.properties) {
    require(section.find(property.name) == &property);
    require(property.value.reveal().size() <= k_limits.max_line_bytes);
    require(property.nested.empty() || property.value.empty());
    (void)fanfold::aws::split_command(property.value.reveal());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = fanfold::aws::IniFile::parse(text, k_limits);
  require(file || !file.error().message().empty());
  if (!file) return 0;
  require(size <= k_limits.max_bytes && file->sections().size() <= k_limits.max_sections);
  std::size_t properties = 0;
  for (const fanfold::aws::IniSection& section : file->sections()) {
    require(file->find(section.kind, section.name) == &section);
    check(section);
    properties += section.properties.size();
  }
  require(properties <= k_limits.max_properties);
  return 0;
}
