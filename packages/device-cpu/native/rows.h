// Sums over rows of memory.
#pragma once
#include <algorithm>
#include <cstdint>

constexpr int kLanes = 16;

// sum f(i) over a row; lanes keep the additions independent.
template <class T, class F>
inline double sumRow(int64_t n, F&& f) {
  double total = 0;
  for (int64_t from = 0; from < n; from += 1024) {
    const int64_t to = std::min(n, from + 1024);
    T lanes[kLanes] = {};
    int64_t i = from;
    for (; i + kLanes <= to; i += kLanes) {
#pragma GCC ivdep
      for (int k = 0; k < kLanes; k++) lanes[k] += f(i + k);
    }
    double part = 0;
    for (; i < to; i++) part += double(f(i));
    for (int k = 0; k < kLanes; k++) part += double(lanes[k]);
    total += part;
  }
  return total;
}
