// A spectrum in its stored form, and what the imzML says about it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/value_type.h"

namespace fanfold::handlers {

// Figures of a spectrum as it is stored, after rounding to the stored types. All 0 for an empty one.
struct SpectrumFigures {
  double tic = 0;
  double base_mz = 0;  // of the first of the highest intensities
  double base_intensity = 0;
  double low_mz = 0;
  double high_mz = 0;
};

// REQUIRES: mz.size() == intensity.size().
SpectrumFigures figures_of(std::span<const double> mz, std::span<const double> intensity);

// Converts values to their stored type. Keeps its buffers between calls. Not thread-safe.
class StoredArray {
 public:
  StoredArray(ValueType type, IntegerRule rule) : m_type(type), m_rule(rule) {}
  // The bytes of `values`; valid until the next call.
  Bytes encode(std::span<const double> values);
  // What a reader of those bytes will see.
  std::span<const double> decoded();

 private:
  ValueType m_type;
  IntegerRule m_rule;
  std::vector<std::byte> m_bytes;
  std::vector<double> m_decoded;
};

}  // namespace fanfold::handlers
