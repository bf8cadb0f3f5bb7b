// Complex transforms of half the length (even samples as real, odd ones as imaginary parts), decimation in
// frequency forward and in time backward, radix 4, so that no reordering is ever needed. Long transforms go
// depth first: once a block fits the first-level cache it is finished before the next one is begun.
#include "handlers/kernels/fft.h"

#include "handlers/kernels/lanes.h"
#include "handlers/kernels/trigonometry.h"

namespace fanfold::kernels {
namespace {

// 16 KiB: half of a common first-level cache, the rest is for twiddles.
constexpr std::size_t k_near_slots = 256;
// Per butterfly: exp(-2 pi i j / length) and its square and cube.
constexpr std::size_t k_stage_doubles = 6;

struct Value {
  Lanes re;
  Lanes im;
};

FANFOLD_INLINE void load(const LaneComplex& from, Value& to) {
  to.re = lanes(from.re);
  to.im = lanes(from.im);
}

FANFOLD_INLINE void store(const Value& from, LaneComplex& to) {
  lanes(to.re) = from.re;
  lanes(to.im) = from.im;
}

FANFOLD_INLINE void add_and_subtract(Value& a, Value& b) {
  const Lanes re = a.re - b.re;
  const Lanes im = a.im - b.im;
  a.re += b.re;
  a.im += b.im;
  b.re = re;
  b.im = im;
}

// by = (cos, sin)
FANFOLD_INLINE void rotate(Value& value, double cos, double sin) {
  const Lanes re = value.re * cos - value.im * sin;
  value.im = value.re * sin + value.im * cos;
  value.re = re;
}

// In: x[j], x[j + q], x[j + 2q], x[j + 3q]. Out: the outputs 0, 1, 2, 3 modulo 4, not yet rotated.
FANFOLD_INLINE void forward_butterfly(Value& a, Value& b, Value& c, Value& d) {
  add_and_subtract(a, c);  // a: even sum, c: even difference
  add_and_subtract(b, d);
  add_and_subtract(a, b);  // a: output 0, b: output 2
  // outputs 1 and 3: c -+ i d
  const Value one{c.re + d.im, c.im - d.re};
  const Value three{c.re - d.im, c.im + d.re};
  c = one;
  d = three;
}

FANFOLD_INLINE void forward_stage(LaneComplex* x, std::size_t quarter, const double* twiddle) {
  for (std::size_t j = 0; j < quarter; ++j, twiddle += k_stage_doubles) {
    Value a, b, c, d;
    load(x[j], a);
    load(x[j + quarter], b);
    load(x[j + 2 * quarter], c);
    load(x[j + 3 * quarter], d);
    forward_butterfly(a, b, c, d);
    rotate(b, twiddle[2], twiddle[3]);
    rotate(c, twiddle[0], twiddle[1]);
    rotate(d, twiddle[4], twiddle[5]);
    store(a, x[j]);
    store(b, x[j + quarter]);
    store(c, x[j + 2 * quarter]);
    store(d, x[j + 3 * quarter]);
  }
}

FANFOLD_INLINE void inverse_stage(LaneComplex* x, std::size_t quarter, const double* twiddle) {
  for (std::size_t j = 0; j < quarter; ++j, twiddle += k_stage_doubles) {
    Value a, b, c, d;
    load(x[j], a);
    load(x[j + quarter], b);
    load(x[j + 2 * quarter], c);
    load(x[j + 3 * quarter], d);
    rotate(b, twiddle[2], -twiddle[3]);
    rotate(c, twiddle[0], -twiddle[1]);
    rotate(d, twiddle[4], -twiddle[5]);
    add_and_subtract(a, b);
    add_and_subtract(c, d);
    add_and_subtract(a, c);
    // b +- i d
    const Value one{b.re - d.im, b.im + d.re};
    const Value three{b.re + d.im, b.im - d.re};
    store(a, x[j]);
    store(one, x[j + quarter]);
    store(c, x[j + 2 * quarter]);
    store(three, x[j + 3 * quarter]);
  }
}

FANFOLD_INLINE void pass_of_two(LaneComplex* x, std::size_t length) {
  for (std::size_t j = 0; j < length; j += 2) {
    Value a, b;
    load(x[j], a);
    load(x[j + 1], b);
    add_and_subtract(a, b);
    store(a, x[j]);
    store(b, x[j + 1]);
  }
}

// Length 4: no rotations.
FANFOLD_INLINE void forward_pass_of_four(LaneComplex* x, std::size_t length) {
  for (std::size_t j = 0; j < length; j += 4) {
    Value a, b, c, d;
    load(x[j], a);
    load(x[j + 1], b);
    load(x[j + 2], c);
    load(x[j + 3], d);
    forward_butterfly(a, b, c, d);
    store(a, x[j]);
    store(b, x[j + 1]);
    store(c, x[j + 2]);
    store(d, x[j + 3]);
  }
}

FANFOLD_INLINE void inverse_pass_of_four(LaneComplex* x, std::size_t length) {
  for (std::size_t j = 0; j < length; j += 4) {
    Value a, b, c, d;
    load(x[j], a);
    load(x[j + 1], b);
    load(x[j + 2], c);
    load(x[j + 3], d);
    add_and_subtract(a, b);
    add_and_subtract(c, d);
    add_and_subtract(a, c);
    const Value one{b.re - d.im, b.im + d.re};
    const Value three{b.re + d.im, b.im - d.re};
    store(a, x[j]);
    store(one, x[j + 1]);
    store(c, x[j + 2]);
    store(three, x[j + 3]);
  }
}

FANFOLD_SIMD void forward_far(LaneComplex* x, std::size_t quarter, const double* twiddle) {
  forward_stage(x, quarter, twiddle);
}

FANFOLD_SIMD void inverse_far(LaneComplex* x, std::size_t quarter, const double* twiddle) {
  inverse_stage(x, quarter, twiddle);
}

FANFOLD_SIMD void forward_near(LaneComplex* x, std::size_t total, const double* twiddle) {
  std::size_t length = total;
  for (; length > 4; length /= 4) {
    for (std::size_t block = 0; block < total; block += length) forward_stage(x + block, length / 4, twiddle);
    twiddle += k_stage_doubles * (length / 4);
  }
  if (length == 4) forward_pass_of_four(x, total);
  if (length == 2) pass_of_two(x, total);
}

// `twiddle` belongs to the longest stage.
FANFOLD_SIMD void inverse_near(LaneComplex* x, std::size_t total, const double* twiddle) {
  std::size_t length = total;
  for (; length > 4; length /= 4) twiddle += k_stage_doubles * (length / 4);
  if (length == 4) inverse_pass_of_four(x, total);
  if (length == 2) pass_of_two(x, total);
  while (length < total) {
    length *= 4;
    twiddle -= k_stage_doubles * (length / 4);
    for (std::size_t block = 0; block < total; block += length) inverse_stage(x + block, length / 4, twiddle);
  }
}

void forward_tree(LaneComplex* x, std::size_t length, const double* twiddle) {
  if (length <= k_near_slots) return forward_near(x, length, twiddle);
  const std::size_t quarter = length / 4;
  forward_far(x, quarter, twiddle);
  for (std::size_t part = 0; part < 4; ++part) {
    forward_tree(x + part * quarter, quarter, twiddle + k_stage_doubles * quarter);
  }
}

void inverse_tree(LaneComplex* x, std::size_t length, const double* twiddle) {
  if (length <= k_near_slots) return inverse_near(x, length, twiddle);
  const std::size_t quarter = length / 4;
  for (std::size_t part = 0; part < 4; ++part) {
    inverse_tree(x + part * quarter, quarter, twiddle + k_stage_doubles * quarter);
  }
  inverse_far(x, quarter, twiddle);
}

// Bins k and half - k lie in mirrored slots of the same block [2^j, 2^(j+1)); the twiddles of a block's first
// half are stored from 2^(j-1) on.

// From the transform of the packed series to that of the real one.
FANFOLD_SIMD void split_spectrum(LaneComplex* x, std::size_t half, const Complex* split) {
  const Lanes sum = lanes(x[0].re) + lanes(x[0].im);
  lanes(x[0].im) = lanes(x[0].re) - lanes(x[0].im);
  lanes(x[0].re) = sum;
  if (half > 1) lanes(x[1].im) = -lanes(x[1].im);
  for (std::size_t block = 2; block < half; block *= 2) {
    for (std::size_t i = 0; i < block / 2; ++i) {
      LaneComplex& low = x[block + i];
      LaneComplex& high = x[2 * block - 1 - i];
      const Value even{0.5 * (lanes(low.re) + lanes(high.re)), 0.5 * (lanes(low.im) - lanes(high.im))};
      Value odd{0.5 * (lanes(low.im) + lanes(high.im)), 0.5 * (lanes(high.re) - lanes(low.re))};
      rotate(odd, split[block / 2 + i].re, split[block / 2 + i].im);
      lanes(low.re) = even.re + odd.re;
      lanes(low.im) = even.im + odd.im;
      lanes(high.re) = even.re - odd.re;
      lanes(high.im) = odd.im - even.im;
    }
  }
}

// And back, doubled: what the unscaled inverse wants.
FANFOLD_SIMD void join_spectrum(LaneComplex* x, std::size_t half, const Complex* split) {
  const Lanes sum = lanes(x[0].re) + lanes(x[0].im);
  lanes(x[0].im) = lanes(x[0].re) - lanes(x[0].im);
  lanes(x[0].re) = sum;
  if (half > 1) {
    lanes(x[1].re) = 2.0 * lanes(x[1].re);
    lanes(x[1].im) = -2.0 * lanes(x[1].im);
  }
  for (std::size_t block = 2; block < half; block *= 2) {
    for (std::size_t i = 0; i < block / 2; ++i) {
      LaneComplex& low = x[block + i];
      LaneComplex& high = x[2 * block - 1 - i];
      const Value even{lanes(low.re) + lanes(high.re), lanes(low.im) - lanes(high.im)};
      Value odd{lanes(low.re) - lanes(high.re), lanes(low.im) + lanes(high.im)};
      rotate(odd, split[block / 2 + i].re, -split[block / 2 + i].im);
      lanes(low.re) = even.re - odd.im;
      lanes(low.im) = even.im + odd.re;
      lanes(high.re) = even.re + odd.im;
      lanes(high.im) = odd.re - even.im;
    }
  }
}

}  // namespace

std::size_t next_power_of_two(std::size_t n) {
  std::size_t power = 1;
  while (power < n) power *= 2;
  return power;
}

std::size_t bin_of_slot(std::size_t slot, std::size_t length) {
  std::size_t bin = 0;
  for (std::size_t count = length / 2; count > 1; count /= 2) {
    bin = 2 * bin + (slot & 1);
    slot /= 2;
  }
  return bin;
}

RealFft::RealFft(std::size_t length) : m_half(length / 2) {
  for (std::size_t stage = m_half; stage > 4; stage /= 4) {
    for (std::size_t j = 0; j < stage / 4; ++j) {
      for (std::size_t power = 1; power <= 3; ++power) {
        const SinCos turn = sin_cos_of_turn(power * j, stage);
        m_stages.push_back(turn.cos);
        m_stages.push_back(0.0 - turn.sin);
      }
    }
  }
  m_split.resize(m_half / 2 + 1, Complex{1.0, 0.0});
  for (std::size_t block = 2; block < m_half; block *= 2) {
    for (std::size_t i = 0; i < block / 2; ++i) {
      const SinCos turn = sin_cos_of_turn(bin_of_slot(block + i, length), length);
      m_split[block / 2 + i] = {turn.cos, 0.0 - turn.sin};
    }
  }
}

void RealFft::forward(std::span<LaneComplex> data) const {
  forward_tree(data.data(), m_half, m_stages.data());
  split_spectrum(data.data(), m_half, m_split.data());
}

void RealFft::inverse(std::span<LaneComplex> data) const {
  join_spectrum(data.data(), m_half, m_split.data());
  inverse_tree(data.data(), m_half, m_stages.data());
}

}  // namespace fanfold::kernels
