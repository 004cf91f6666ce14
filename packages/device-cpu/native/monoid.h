// The associative operations of reductions over registers.
#pragma once
#include <cstdint>

enum MonoidKind : int { kAddM, kMulM, kMaxM, kMinM, kAndM, kOrM };

struct Monoid {
  int width;
  // acc = acc op (x[0] op … op x[n-1]), blocked so that rounding errors stay small.
  void (*fold)(void* acc, const void* x, long n);
  // acc[i] = acc[i] op x[i].
  void (*rows)(void* acc, const void* x, long n);
  // The same with `count` rows of x, a step of bytes apart.
  void (*manyRows)(void* acc, const void* x, long n, int64_t step, long count);
  // acc[i] = acc[i] op x[0].
  void (*rowsUniform)(void* acc, const void* x, long n);
};

// By kind and scalar class (program.h).
const Monoid& monoid(int kind, int scalarClass);

// Sum of float32, carried in double.
double carriedSum(const float* x, long n);
