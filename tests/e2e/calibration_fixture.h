// Images whose masses are off by a known curve, and the run that calibrates them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/test_image.h"
#include "tests/e2e/workspace.h"

namespace fanfold::e2e {

inline constexpr std::size_t k_channels = 1024;
inline constexpr std::size_t k_pixels = 48;
inline constexpr std::size_t k_peaks[] = {60, 210, 370, 520, 660, 810, 960};

using Distortion = std::function<double(double)>;

inline double off_by_a_line(double mass) {
  return mass * (1 + 60e-6) + 0.004;
}
inline double off_by_a_parabola(double mass) {
  return off_by_a_line(mass) + 0.01 * (mass - 501) * (mass - 501);
}

inline double off_ppm(double mass, double truth) {
  return 1e6 * (mass - truth) / truth;
}

// 500 to 502 in steps of 4 ppm.
inline Spectrum true_axis() {
  return even_axis(k_channels, 500, 0x1p-9);
}

inline Spectrum distorted(Spectrum masses, const Distortion& distortion) {
  for (double& mass : masses) mass = distortion(mass);
  return masses;
}

// The same peaks everywhere, symmetric about their channels, of changing heights on a floor of noise.
inline std::vector<Spectrum> spectra() {
  std::mt19937 random(7);
  const auto fraction = [&random] { return static_cast<double>(random() >> 8) * 0x1p-24; };
  std::vector<Spectrum> all(k_pixels, Spectrum(k_channels));
  for (Spectrum& spectrum : all) {
    for (double& value : spectrum) value = fraction();
    for (const std::size_t peak : k_peaks) {
      const double height = 200 + 200 * fraction();
      for (std::size_t k = 0; k < 9; ++k) {
        const double distance = static_cast<double>(k) - 4;
        const double flank = 1 - distance * distance / 25;
        spectrum[peak + k - 4] += height * flank * flank;
      }
    }
  }
  return all;
}

inline TestImage continuous_image(const Distortion& distortion) {
  TestImage image;
  image.masses = {distorted(true_axis(), distortion)};
  image.intensities = spectra();
  return image;
}

// Every pixel lacks a few channels of its own, so that no two have the same masses.
inline TestImage processed_image(const Distortion& distortion) {
  TestImage image;
  image.mode = imzml::Mode::processed;
  const Spectrum axis = distorted(true_axis(), distortion);
  for (const Spectrum& row : spectra()) {
    const std::size_t pixel = image.masses.size();
    image.masses.emplace_back();
    image.intensities.emplace_back();
    for (std::size_t i = 0; i < k_channels; ++i) {
      if (i % 128 == 5 + pixel) continue;
      image.masses.back().push_back(axis[i]);
      image.intensities.back().push_back(row[i]);
    }
  }
  return image;
}

// The true masses of the peaks; with `measured`, where they stand in the image.
inline std::string table_of_peaks(const Distortion* measured) {
  const Spectrum axis = true_axis();
  std::ostringstream text;
  text.precision(17);
  text << "name,reference,measured\n";
  for (const std::size_t peak : k_peaks) {
    text << "peak " << peak << ',' << axis[peak] << ',';
    if (measured != nullptr) text << (*measured)(axis[peak]);
    text << '\n';
  }
  return text.str();
}

class MassCalibration : public ::testing::Test {
 protected:
  std::string image(const TestImage& contents, const std::string& name = "image") const {
    const std::string path = m_workspace.path(name + ".imzML");
    write_image(path, contents);
    return path;
  }
  std::string table(const std::string& text) const {
    const std::string path = m_workspace.path("calibrants.csv");
    write_text(path, text);
    return path;
  }
  ProgramRun try_run(const Words& words, const std::string& name = "out") const {
    Words all{"process", "--set", "peakpicking.SNR=2", "--set", "calibration.SNR=2"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"-o", out(name), "--dump", dump(name), "--workers", "2"});
    return m_workspace.fanfold(all);
  }
  void run(const Words& words, const std::string& name = "out") const {
    const ProgramRun run = try_run(words, name);
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }
  // The program fails with this sentence and leaves no output.
  void expect_refusal(const Words& words, const std::string& sentence) const {
    const ProgramRun run = try_run(words, "refused");
    EXPECT_NE(run.exit_code, 0);
    EXPECT_NE(run.errors.find(sentence), std::string::npos) << run.errors;
    for (const std::string& name : files_below(out("refused"))) ADD_FAILURE() << name << " was left";
  }

  std::string out(const std::string& name = "out") const { return m_workspace.path(name); }
  std::string dump(const std::string& name = "out") const { return m_workspace.path(name + "-dump"); }
  Spectrum array(const std::string& array_name) const {
    return to_doubles(read_file(dump() + "/" + array_name + ".f64"));
  }
  // Farthest distance of a bin from a true peak.
  double farthest_bin_ppm() const {
    const Spectrum axis = true_axis();
    double farthest = 0;
    for (const double mass : array("merged-peakmatrix_mass")) {
      double nearest = 1e9;
      for (const std::size_t peak : k_peaks) {
        nearest = std::min(nearest, std::fabs(off_ppm(mass, axis[peak])));
      }
      farthest = std::max(farthest, nearest);
    }
    return farthest;
  }
  double farthest_channel_ppm() const {
    const Spectrum axis = true_axis();
    const Spectrum calibrated = array("calibrated_mass_run1");
    EXPECT_EQ(calibrated.size(), axis.size());
    double farthest = 0;
    for (std::size_t i = 0; i < std::min(axis.size(), calibrated.size()); ++i) {
      farthest = std::max(farthest, std::fabs(off_ppm(calibrated[i], axis[i])));
    }
    return farthest;
  }
  nlohmann::json calibration() const { return m_workspace.report(out()).at("calibration").at(0); }

  Workspace m_workspace;
};

}  // namespace fanfold::e2e
