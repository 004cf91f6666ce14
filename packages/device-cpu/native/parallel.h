// Splitting work over threads. An exception in any thread reaches the caller.
#pragma once
#include <omp.h>

#include <cstdint>
#include <exception>

// Calls body(lo, hi, thread) over pieces of [0, n), each a multiple of `grain` except the last.
template <class Body>
void parallelFor(int threads, int64_t n, int64_t grain, Body&& body) {
  const int64_t grains = (n + grain - 1) / grain;
  if (threads > grains) threads = int(grains);
  if (threads <= 1) {
    if (n > 0) body(int64_t(0), n, 0);
    return;
  }
  std::exception_ptr error;
#pragma omp parallel num_threads(threads)
  {
    const int count = omp_get_num_threads(), me = omp_get_thread_num();
    const int64_t lo = grains * me / count * grain;
    int64_t hi = grains * (me + 1) / count * grain;
    if (hi > n) hi = n;
    try {
      if (lo < hi) body(lo, hi, me);
    } catch (...) {
#pragma omp critical
      error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}
