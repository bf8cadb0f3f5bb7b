// Figures of two ways to do the same, taken in alternating pairs, and of memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace fanfold::bench {

// Runs both, one after the other, nine times, and prints for each the median and the spread of `megabytes`
// per second of processor time, which other programs on the machine disturb less than the clock, and the
// median of the ratios of pairs.
void compare(std::string_view what, double megabytes, std::string_view name_a, const std::function<void()>& a,
             std::string_view name_b, const std::function<void()>& b);

// How far the memory of a child process that does `work` grows at most, in bytes.
std::uint64_t peak_growth(const std::function<void()>& work);

}  // namespace fanfold::bench
