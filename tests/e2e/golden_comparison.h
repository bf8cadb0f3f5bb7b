// What Fanfold wrote against what rMSI2 wrote for the same golden case. Every difference fails the test.
#pragma once

#include <string>

namespace fanfold::e2e {

class GoldenComparison {
 public:
  // `golden_folder` has a folder per case.
  GoldenComparison(std::string golden_folder, std::string golden_case)
      : m_folder(std::move(golden_folder) + "/" + golden_case), m_case(std::move(golden_case)) {}

  // A file of the case.
  std::string expected(const std::string& file) const { return m_folder + "/" + file; }

  // What --dump wrote.
  void compare_arrays(const std::string& dump_folder) const;
  // The files in the output folder.
  void compare_files(const std::string& out_folder) const;

 private:
  std::string what(const std::string& name) const { return m_case + ": " + name; }
  void compare_layout(const std::string& out, const std::string& stem) const;
  void compare_spectra(const std::string& out, const std::string& stem) const;
  void compare_peaks(const std::string& out, const std::string& stem) const;

  std::string m_folder;
  std::string m_case;
};

}  // namespace fanfold::e2e
