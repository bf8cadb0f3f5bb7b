// What the tests of the two modes have in common: a job is run in each, its arrays and files are looked at.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/plain_reference.h"
#include "tests/e2e/test_image.h"
#include "tests/e2e/workspace.h"

namespace fanfold::e2e {

enum class Numbers { ours, rmsi2 };

class Differences : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const TestImage& image) const {
    const std::string path = m_workspace.path(name + ".imzML");
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    write_image(path, image);
    return path;
  }

  // Outputs go to out(numbers), arrays to dump(numbers); both are emptied before.
  ProgramRun try_run(const Words& images_and_flags, Numbers numbers) const {
    std::filesystem::remove_all(out(numbers));
    std::filesystem::remove_all(dump(numbers));
    Words words = process_small(images_and_flags);
    words.insert(words.end(), {"-o", out(numbers), "--dump", dump(numbers), "--workers", "2", "--quiet"});
    if (numbers == Numbers::rmsi2) words.insert(words.end(), {"--compat", "rmsi2"});
    return m_workspace.fanfold(words);
  }
  void run(const Words& images_and_flags, Numbers numbers) const {
    const ProgramRun run = try_run(images_and_flags, numbers);
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }

  static std::string name(Numbers numbers) { return numbers == Numbers::ours ? "ours" : "rmsi2"; }
  std::string out(Numbers numbers) const { return m_workspace.path("out-" + name(numbers)); }
  std::string dump(Numbers numbers) const { return m_workspace.path("dump-" + name(numbers)); }
  Spectrum array(Numbers numbers, const std::string& array_name) const {
    return to_doubles(read_file(dump(numbers) + "/" + array_name + ".f64"));
  }
  std::string file(Numbers numbers, const std::string& file_name) const {
    return read_file(out(numbers) + "/" + file_name);
  }
  std::vector<PixelLayout> layout(Numbers numbers, const std::string& stem) const {
    return read_imzml_layout(out(numbers) + "/" + stem + ".imzML", out(numbers) + "/" + stem + ".ibd");
  }

  Workspace m_workspace;
};

}  // namespace fanfold::e2e
