#include "tests/runtime/imzml/test_documents.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace fanfold::imzml::testing {

Result<MemoryByteSource> load_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return make_error(ErrorKind::not_found, "cannot open '{}'", path.string());
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return source_of(path.filename().string(), text);
}

std::filesystem::path shared_folder() {
  if (const char* const given = std::getenv("FANFOLD_SHARED"); given != nullptr && *given != '\0')
    return given;
  for (auto folder = std::filesystem::path(FANFOLD_TEST_DATA); folder.has_relative_path();
       folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / "shared" / "data" / "MANIFEST.md")) return folder / "shared";
  }
  return {};
}

}  // namespace fanfold::imzml::testing
