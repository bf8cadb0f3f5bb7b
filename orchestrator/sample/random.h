// Small generators whose sequences are the same on every machine. splitmix64 (Steele, Lea, Flood 2014) seeds
// and hashes; xoshiro256** (Blackman, Vigna 2018) makes the noise.
#pragma once

#include <bit>
#include <cstdint>

namespace fanfold::sample {

constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

class Random {
 public:
  // Streams of different numbers are independent.
  Random(std::uint64_t seed, std::uint64_t stream) {
    std::uint64_t state = mix(seed ^ mix(stream));
    for (auto& word : m_state) word = state = mix(state);
  }
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(m_state[1] * 5, 7) * 9;
    const std::uint64_t shifted = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= shifted;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
  }
  // In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // REQUIRES: bound > 0. The bias of the remainder does not matter for pictures.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t m_state[4];
};

}  // namespace fanfold::sample
