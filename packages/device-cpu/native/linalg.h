// What the kernels of linear algebra share: their types, and how stacks of matrices are split over threads.
#pragma once
#include <complex>

#include "parallel.h"
#include "serial.h"

// Calls body<T>() for the element type with that number in core/dtype.ts.
#define FOR_LINALG_TYPE(type, body)                \
  switch (type) {                                  \
    case kF32:                                     \
      return body<float>(c, r);                    \
    case kF64:                                     \
      return body<double>(c, r);                   \
    case kC64:                                     \
      return body<std::complex<float>>(c, r);      \
    default:                                       \
      return body<std::complex<double>>(c, r);     \
  }

// Calls one(k) for every matrix of a stack, each of which takes about that many nanoseconds. The libraries stay on the thread that calls
// them: LAPACK takes many small steps, and waking OpenMP's threads for each takes longer than it saves (singular values of 512 × 512 numbers:
// 142 ms on one thread, 725 on two).
template <class One>
void eachMatrix(Context& c, int64_t count, double nanoseconds, One one) {
  const Serial serial(c, true);
  const int threads = count >= c.threads ? threadsFor(c, double(count) * nanoseconds) : 1;
  parallelFor(threads, count, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t k = lo; k < hi; k++) one(k);
  });
}
