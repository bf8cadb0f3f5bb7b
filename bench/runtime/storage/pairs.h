// Two ways to move the same bytes, measured in alternating pairs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace fanfold::bench {

// Runs both `rounds` times, each pair in the other order than the one before, after one of each that does not
// count. Prints of each the median and the spread of MiB per second of the clock and of processor seconds of
// this process per GiB, and of both the median ratio within a pair.
void compare_pairs(const std::string& what, std::uint64_t bytes, int rounds, const std::string& name_a,
                   const std::function<void()>& a, const std::string& name_b, const std::function<void()>& b);

// How far the memory of this process grows at most while `work` runs, in bytes.
std::uint64_t peak_growth_of(const std::function<void()>& work);

}  // namespace fanfold::bench
