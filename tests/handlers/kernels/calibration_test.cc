#include "handlers/kernels/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

using Pairs = std::vector<MassPair>;

// 1e-12 relative: far below what any instrument resolves.
void expect_mass(double expected, double actual) {
  EXPECT_NEAR(expected, actual, 1e-12 * expected);
}

template <typename True>
Pairs pairs_on(const std::vector<double>& measured, True true_mass) {
  Pairs pairs;
  for (const double mass : measured) pairs.push_back({mass, true_mass(mass)});
  return pairs;
}

double on_line(double mass) {
  return mass + 0.01 + 45e-6 * (mass - 500);
}
double on_parabola(double mass) {
  return on_line(mass) - 3e-8 * (mass - 450) * (mass - 450);
}

// The shift of a weighted least-squares fit of degree 2, by normal equations in long double.
double naive_local_shift(Pairs pairs, double x, std::size_t window) {
  std::stable_sort(pairs.begin(), pairs.end(), [x](const MassPair& a, const MassPair& b) {
    return std::fabs(a.measured - x) < std::fabs(b.measured - x);
  });
  pairs.resize(window);
  const long double h = std::fabs(static_cast<long double>(pairs.back().measured) - x);
  long double m[3][4] = {};
  for (const MassPair& pair : pairs) {
    const long double u = (static_cast<long double>(pair.measured) - x) / h;
    const long double weight = std::pow(1 - std::pow(std::fabs(u), 3), 3);
    const long double powers[3] = {1, u, u * u};
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) m[row][column] += weight * powers[row] * powers[column];
      m[row][3] += weight * powers[row] * (static_cast<long double>(pair.reference) - pair.measured);
    }
  }
  // Eliminated from the highest power up: what is left is the value at u = 0.
  for (int pivot = 2; pivot > 0; --pivot) {
    for (int row = 0; row < pivot; ++row) {
      const long double factor = m[row][pivot] / m[pivot][pivot];
      for (int column = 0; column < 4; ++column) m[row][column] -= factor * m[pivot][column];
    }
  }
  return static_cast<double>(m[0][3] / m[0][0]);
}

TEST(LinearCalibration, ReproducesALine) {
  const MassCalibration two(CalibrationCurve::linear, pairs_on({200, 900}, on_line));
  const MassCalibration many(CalibrationCurve::linear, pairs_on({150, 322.25, 510, 511, 1200.5}, on_line));
  for (const double mass : {50.0, 200.0, 555.5, 900.0, 3000.0}) {
    expect_mass(on_line(mass), two.calibrated(mass));
    expect_mass(on_line(mass), many.calibrated(mass));
  }
}

TEST(LinearCalibration, IsTheLeastSquaresLineOfScatteredPairs) {
  // Shifts 1, 3, 2 at 100, 200, 300: mean 2, slope 1/200.
  const MassCalibration fit(CalibrationCurve::linear, {{100, 101}, {200, 203}, {300, 302}});
  expect_mass(101.5, fit.calibrated(100));
  expect_mass(202, fit.calibrated(200));
  expect_mass(402.0 + 1, fit.calibrated(400));
}

TEST(LinearCalibration, KeepsItsDigitsWherePairsLieCloseTogether) {
  const auto true_mass = [](double mass) { return mass + 0.001 + 2e-3 * (mass - 1000); };
  const MassCalibration fit(CalibrationCurve::linear, pairs_on({1000, 1000.001, 1000.002}, true_mass));
  EXPECT_NEAR(fit.calibrated(1000.0015), true_mass(1000.0015), 1e-12);
}

TEST(LocalCalibration, ReproducesLinesAndParabolas) {
  for (const std::size_t count : {5u, 6u, 7u, 8u, 30u}) {
    const std::vector<double> measured = reference::random_axis(count, 3, 200);
    const MassCalibration line(CalibrationCurve::local, pairs_on(measured, on_line));
    const MassCalibration parabola(CalibrationCurve::local, pairs_on(measured, on_parabola));
    const double width = measured.back() - measured.front();
    for (double part = -0.25; part <= 1.25; part += 0.03125) {
      const double mass = measured.front() + part * width;
      expect_mass(on_line(mass), line.calibrated(mass));
      expect_mass(on_parabola(mass), parabola.calibrated(mass));
    }
  }
}

TEST(LocalCalibration, AgreesWithAPlainFit) {
  for (const std::size_t count : {5u, 6u, 7u, 12u, 40u}) {
    Pairs pairs;
    const std::vector<double> places = reference::random_values(count, 8, 200, 1200);
    const std::vector<double> errors = reference::random_values(count, 9, -0.02, 0.05);
    for (std::size_t i = 0; i < count; ++i) pairs.push_back({places[i], places[i] + errors[i]});
    const MassCalibration fit(CalibrationCurve::local, pairs);
    const std::size_t window = count < 7 ? 5 : count * 3 / 4;
    for (double mass = 150; mass < 1300; mass += 13.37) {
      const double expected = naive_local_shift(pairs, mass, window);
      EXPECT_NEAR(fit.calibrated(mass) - mass, expected, 1e-9 * (std::fabs(expected) + 1))
          << count << " pairs at " << mass;
    }
  }
}

TEST(LocalCalibration, HasNoJumpWhereTwoPairsAreEquallyFar) {
  // 650 lies between pairs in several equal distances.
  const Pairs pairs{{400, 400.02}, {500, 499.99}, {600, 600.03}, {700, 699.98}, {800, 800.01}, {900, 900.02}};
  const MassCalibration fit(CalibrationCurve::local, pairs);
  for (const double middle : {450.0, 550.0, 600.0, 650.0, 700.0, 750.0}) {
    const double below = fit.calibrated(middle - 1e-7) - (middle - 1e-7);
    const double at = fit.calibrated(middle) - middle;
    const double above = fit.calibrated(middle + 1e-7) - (middle + 1e-7);
    EXPECT_NEAR(below, at, 1e-8) << middle;
    EXPECT_NEAR(above, at, 1e-8) << middle;
  }
}

TEST(MassCalibration, DoesNotDependOnTheOrderOfThePairs) {
  Pairs pairs;
  for (const double mass : reference::random_values(12, 4, 100, 900)) {
    pairs.push_back({mass, mass + reference::random_values(1, static_cast<std::uint32_t>(mass))[0]});
  }
  Pairs reversed(pairs.rbegin(), pairs.rend());
  for (const CalibrationCurve curve : {CalibrationCurve::linear, CalibrationCurve::local}) {
    const MassCalibration one(curve, pairs);
    const MassCalibration other(curve, reversed);
    for (double mass = 90; mass < 950; mass += 7.7) {
      EXPECT_EQ(one.calibrated(mass), other.calibrated(mass));
    }
  }
}

TEST(FirstDisorder, FindsWhatCannotBeAnAxis) {
  const std::vector<double> axis{100, 200, 300};
  const auto disorder = [&](std::vector<double> calibrated) { return first_disorder(axis, calibrated); };
  EXPECT_EQ(disorder({100.1, 200.1, 300.1}), std::nullopt);
  EXPECT_EQ(disorder({100, 300, 300}), 2u);
  EXPECT_EQ(disorder({100, 99, 300}), 1u);
  EXPECT_EQ(disorder({0, 1, 2}), 0u);
  EXPECT_EQ(disorder({1, std::numeric_limits<double>::infinity(), 2}), 1u);
  EXPECT_EQ(disorder({std::numeric_limits<double>::quiet_NaN(), 1, 2}), 0u);
  EXPECT_EQ(first_disorder(std::vector<double>{1, 1, 2}, std::vector<double>{3, 3, 4}), std::nullopt);
}

TEST(CalibrateMasses, MovesMassesOfTheAxisOntoTheCalibratedOne) {
  const std::vector<double> axis = reference::random_axis(500, 11);
  std::vector<double> calibrated = axis;
  for (double& mass : calibrated) mass = on_parabola(mass);
  std::vector<double> masses = axis;
  calibrate_masses(axis, calibrated, masses);
  EXPECT_EQ(masses, calibrated);
}

TEST(CalibrateMasses, InterpolatesTheShiftAndKeepsItBeyondTheEnds) {
  const std::vector<double> axis{100, 200, 400};
  const std::vector<double> calibrated{101, 203, 403};
  std::vector<double> masses{50, 100, 150, 199, 200, 300, 400, 1000};
  calibrate_masses(axis, calibrated, masses);
  EXPECT_EQ(masses, (std::vector<double>{51, 101, 152, 199 + 2.98, 203, 303, 403, 1003}));
}

TEST(CalibrateMasses, FindsEveryPlaceInMassesOfAnyOrder) {
  const std::vector<double> axis = reference::random_axis(300, 5);
  std::vector<double> calibrated = axis;
  for (double& mass : calibrated) mass = on_parabola(mass);
  const std::vector<double> places = reference::random_values(400, 6, axis.front() - 1, axis.back() + 1);
  std::vector<double> unsorted = places;
  calibrate_masses(axis, calibrated, unsorted);
  for (std::size_t i = 0; i < places.size(); ++i) {
    double alone = places[i];
    calibrate_masses(axis, calibrated, std::span(&alone, 1));
    EXPECT_EQ(unsorted[i], alone);
  }
  std::vector<double> sorted = places;
  std::ranges::sort(sorted);
  calibrate_masses(axis, calibrated, sorted);
  EXPECT_TRUE(std::ranges::is_sorted(sorted));
}

TEST(CalibrateMasses, TakesAnAxisOfOneChannelAndNoMasses) {
  std::vector<double> masses{10, 100, 500};
  calibrate_masses(std::vector<double>{100}, std::vector<double>{100.5}, masses);
  EXPECT_EQ(masses, (std::vector<double>{10.5, 100.5, 500.5}));
  calibrate_masses(std::vector<double>{100}, std::vector<double>{100.5}, {});
}

}  // namespace
}  // namespace fanfold::kernels
