// FANFOLD_SIMD compiles a function twice on x86-64, for AVX2 and for the baseline; the loader picks one. Both
// run the same IEEE operations in the same order (no contraction), so both give the same bits.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(FANFOLD_SANITIZED)
#define FANFOLD_SIMD __attribute__((target_clones("avx2", "default")))
#else
#define FANFOLD_SIMD
#endif

// For helpers of FANFOLD_SIMD functions: a call that stays a call would run the baseline's code.
#define FANFOLD_INLINE inline __attribute__((always_inline))
