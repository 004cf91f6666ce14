// Softmax, its logarithm, and their gradients: one pass over each row while it is in cache.
#include <algorithm>
#include <cstring>

#include "commands.h"
#include "parallel.h"
#include "simd.h"

namespace {

// The greatest element. Comparisons pass over NaN, which shows in the sums that follow.
template <class T>
T maximum(const T* x, int64_t n) {
  typedef typename VectorOf<T>::type V;
  constexpr int64_t L = sizeof(V) / sizeof(T);
  V tops[4];
  for (V& v : tops) v = V{} - T(INFINITY);
  int64_t i = 0;
  for (; i + 4 * L <= n; i += 4 * L) {
    for (int k = 0; k < 4; k++) {
      const V v = loadVector<V>(x + i + k * L);
      tops[k] = v > tops[k] ? v : tops[k];
    }
  }
  T m = T(-INFINITY);
  for (; i < n; i++) m = x[i] > m ? x[i] : m;
  for (const V& v : tops)
    for (int64_t k = 0; k < L; k++) m = std::max(m, T(v[k]));
  return m;
}

template <class T>
double sum(const T* x, int64_t n) {
  double total = 0;
  for (int64_t from = 0; from < n; from += 512) {
    const int64_t to = std::min(n, from + 512);
    T lanes[16] = {};
    int64_t i = from;
    for (; i + 16 <= to; i += 16) {
#pragma GCC ivdep
      for (int k = 0; k < 16; k++) lanes[k] += x[i + k];
    }
    T part = 0;
    for (int k = 0; k < 16; k++) part += lanes[k];
    for (; i < to; i++) part += x[i];
    total += double(part);
  }
  return total;
}

// y = exp(x - m) where y may be x.
template <class T>
void exponential(const T* x, T* y, T m, int64_t n) {
  typedef typename VectorOf<T>::type V;
  constexpr int64_t L = sizeof(V) / sizeof(T);
  int64_t i = 0;
  for (; i + L <= n; i += L) storeVector(y + i, vexp(loadVector<V>(x + i) - m));
  if (i < n) {
    T t[L];
    for (int64_t k = 0; k < L; k++) t[k] = x[i + k < n ? i + k : i];
    storeVector(t, vexp(loadVector<V>(t) - m));
    for (int64_t k = 0; i + k < n; k++) y[i + k] = t[k];
  }
}

template <class T>
void softmaxRow(const T* x, T* y, T* work, int64_t n, bool log) {
  const T m = maximum(x, n);
  if (log) {
    exponential(x, work, m, n);
    const T shift = T(std::log(sum(work, n)));
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) y[i] = x[i] - m - shift;
  } else {
    exponential(x, y, m, n);
    const T scale = T(1.0 / sum(y, n));
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) y[i] *= scale;
  }
}

// softmax: gx = y (gy - sum(gy y)); its logarithm: gx = gy - exp(y) sum(gy).
template <class T>
void gradientRow(const T* y, const T* gy, T* gx, T* work, int64_t n, bool log) {
  if (log) {
    const T total = T(sum(gy, n));
    exponential(y, work, T(0), n);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) gx[i] = gy[i] - work[i] * total;
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) work[i] = y[i] * gy[i];
    const T total = T(sum(work, n));
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) gx[i] = y[i] * (gy[i] - total);
  }
}

// The greatest element, and the logarithm of what exp(x - max) adds up to, which nobody keeps. Sums of 512 are carried in double.
template <class T>
void statisticsRow(const T* x, T* max, T* logSum, int64_t n) {
  typedef typename VectorOf<T>::type V;
  constexpr int64_t L = sizeof(V) / sizeof(T);
  T m = maximum(x, n);
  double total = 0;
  for (int64_t from = 0; from < n; from += 512) {
    const int64_t to = std::min<int64_t>(n, from + 512);
    V sums[2] = {};
    int64_t i = from;
    for (; i + 2 * L <= to; i += 2 * L) {
      sums[0] += vexp(loadVector<V>(x + i) - m);
      sums[1] += vexp(loadVector<V>(x + i + L) - m);
    }
    sums[0] += sums[1];
    T part = 0, rest[2 * L];
    for (int64_t k = 0; k < L; k++) part += sums[0][k];
    exponential(x + i, rest, m, to - i);
    for (int64_t k = 0; k < to - i; k++) part += rest[k];
    total += double(part);
  }
  if (total != total && std::any_of(x, x + n, [](T v) { return v != v; })) m = T(NAN);
  *max = m;
  *logSum = T(std::log(total));
}

constexpr int kStrip = 16;

// All arrays are dense [outer, n, inner]. With inner > 1 rows are gathered a strip at a time.
template <class T, int Inputs, class Row>
void walk(const Context& c, const T* const* in, T* out, int64_t outer, int64_t n, int64_t inner, Row&& row) {
  const int threads = threadsFor(c, double(outer * n * inner) * sizeof(T) * 0.25);
  const int64_t strips = (inner + kStrip - 1) / kStrip;
  parallelFor(threads, outer * strips, 1, [&](int64_t lo, int64_t hi, int) {
    std::vector<T> buffer(size_t(n) * (inner == 1 ? 1 : size_t(kStrip) * (Inputs + 1) + 1));
    for (int64_t i = lo; i < hi; i++) {
      const int64_t o = i / strips, s = i % strips * kStrip;
      if (inner == 1) {
        const T* p[Inputs];
        for (int k = 0; k < Inputs; k++) p[k] = in[k] + o * n;
        row(p, out + o * n, buffer.data());
        continue;
      }
      const int64_t width = std::min<int64_t>(kStrip, inner - s);
      T* work = buffer.data() + size_t(n) * kStrip * (Inputs + 1);
      for (int k = 0; k < Inputs; k++) {
        T* dense = buffer.data() + size_t(n) * kStrip * k;
        for (int64_t j = 0; j < n; j++) {
          const T* from = in[k] + (o * n + j) * inner + s;
          for (int64_t w = 0; w < width; w++) dense[w * n + j] = from[w];
        }
      }
      T* result = buffer.data() + size_t(n) * kStrip * Inputs;
      for (int64_t w = 0; w < width; w++) {
        const T* p[Inputs];
        for (int k = 0; k < Inputs; k++) p[k] = buffer.data() + size_t(n) * kStrip * k + w * n;
        row(p, result + w * n, work);
      }
      for (int64_t j = 0; j < n; j++) {
        T* to = out + (o * n + j) * inner + s;
        for (int64_t w = 0; w < width; w++) to[w] = result[w * n + j];
      }
    }
  });
}

template <class T>
void forward(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  T* y = r.pointer<T>();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer();
  const bool log = r.flag();
  if (n == 0) return;
  const T* in[1] = {x};
  walk<T, 1>(c, in, y, outer, n, inner, [&](const T* const* p, T* to, T* work) { softmaxRow(p[0], to, work, n, log); });
}

template <class T>
void backward(Context& c, Reader r) {
  const T* y = r.pointer<T>();
  const T* gy = r.pointer<T>();
  T* gx = r.pointer<T>();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer();
  const bool log = r.flag();
  if (n == 0) return;
  const T* in[2] = {y, gy};
  walk<T, 2>(c, in, gx, outer, n, inner, [&](const T* const* p, T* to, T* work) { gradientRow(p[0], p[1], to, work, n, log); });
}

template <class T>
void statistics(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  T* max = r.pointer<T>();
  T* logSum = r.pointer<T>();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer();
  const int64_t strips = (inner + kStrip - 1) / kStrip;
  parallelFor(threadsFor(c, double(outer * n * inner) * sizeof(T) * 0.1), outer * strips, 1, [&](int64_t lo, int64_t hi, int) {
    std::vector<T> lines(inner == 1 ? 0 : size_t(n) * kStrip);
    for (int64_t i = lo; i < hi; i++) {
      const int64_t o = i / strips, s = i % strips * kStrip;
      const int64_t width = std::min<int64_t>(kStrip, inner - s), at = o * inner + s;
      for (int64_t j = 0; inner > 1 && j < n; j++) {
        const T* from = x + (o * n + j) * inner + s;
        for (int64_t w = 0; w < width; w++) lines[size_t(w * n + j)] = from[w];
      }
      for (int64_t w = 0; w < width; w++)
        statisticsRow(inner == 1 ? x + o * n : lines.data() + w * n, max + at + w, logSum + at + w, n);
    }
  });
}

// D: wide (float64), then the arrays, [outer, n, inner], whether of the logarithm.
void softmax(Context& c) {
  Reader r(c);
  if (r.flag()) forward<double>(c, r);
  else forward<float>(c, r);
}
void softmaxGrad(Context& c) {
  Reader r(c);
  if (r.flag()) backward<double>(c, r);
  else backward<float>(c, r);
}
// D: wide, x, max, logSum, [outer, n, inner].
void softmaxStatistics(Context& c) {
  Reader r(c);
  if (r.flag()) statistics<double>(c, r);
  else statistics<float>(c, r);
}
}  // namespace

void addSoftmaxCommands(std::vector<CommandEntry>& t) {
  t.push_back({"softmax", softmax});
  t.push_back({"softmaxGrad", softmaxGrad});
  t.push_back({"softmaxStatistics", softmaxStatistics});
}
