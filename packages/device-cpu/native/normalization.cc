// Batch normalization over dense [outer, channels, inner], and its gradients. Sums are carried in double.
#include <algorithm>
#include <cmath>
#include <vector>

#include "commands.h"
#include "parallel.h"
#include "rows.h"

namespace {
constexpr int64_t kStrip = 64;  // channels that are walked together when they are neighbours in memory

struct Shape {
  int64_t outer, channels, inner;
  double count() const { return double(outer) * double(inner); }
};

template <class T>
void forward(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  const T* gamma = r.pointer<T>();
  const T* beta = r.pointer<T>();
  T* y = r.pointer<T>();
  T* mean = r.pointer<T>();
  T* variance = r.pointer<T>();
  T* invStd = r.pointer<T>();
  const Shape s{r.integer(), r.integer(), r.integer()};
  const double eps = r.number();
  const double m = s.count();
  const int threads = threadsFor(c, m * double(s.channels) * 0.6);
  auto finish = [&](int64_t ch, double mu, double squares) {
    mean[ch] = T(mu);
    variance[ch] = T(squares / m);
    invStd[ch] = T(1 / std::sqrt(squares / m + eps));
  };
  if (s.inner > 1) {
    parallelFor(threads, s.channels, 1, [&](int64_t lo, int64_t hi, int) {
      for (int64_t ch = lo; ch < hi; ch++) {
        double sum = 0, squares = 0;
        for (int64_t o = 0; o < s.outer; o++) {
          const T* row = x + (o * s.channels + ch) * s.inner;
          sum += sumRow<T>(s.inner, [&](int64_t i) { return row[i]; });
        }
        const T mu = T(sum / m);
        for (int64_t o = 0; o < s.outer; o++) {
          const T* row = x + (o * s.channels + ch) * s.inner;
          squares += sumRow<T>(s.inner, [&](int64_t i) { return (row[i] - mu) * (row[i] - mu); });
        }
        // The rounding of the mean is taken out of the squares again.
        const double off = sum / m - double(mu);
        const double centered = squares - m * off * off;
        finish(ch, sum / m, centered < 0 ? 0 : centered);  // NaN stays NaN
        const T scale = T(double(gamma[ch]) / std::sqrt(squares / m + eps)), shift = beta[ch];
        for (int64_t o = 0; o < s.outer; o++) {
          const T* row = x + (o * s.channels + ch) * s.inner;
          T* to = y + (o * s.channels + ch) * s.inner;
#pragma GCC ivdep
          for (int64_t i = 0; i < s.inner; i++) to[i] = (row[i] - mu) * scale + shift;
        }
      }
    });
    return;
  }
  parallelFor(threads, s.channels, kStrip, [&](int64_t lo, int64_t hi, int) {
    for (int64_t from = lo; from < hi; from += kStrip) {
      const int64_t n = std::min(kStrip, hi - from);
      double sum[kStrip] = {}, squares[kStrip] = {};
      T mu[kStrip], scale[kStrip];
      for (int64_t o = 0; o < s.outer; o++) {
        const T* row = x + o * s.channels + from;
        for (int64_t i = 0; i < n; i++) sum[i] += double(row[i]);
      }
      for (int64_t i = 0; i < n; i++) mu[i] = T(sum[i] / m);
      for (int64_t o = 0; o < s.outer; o++) {
        const T* row = x + o * s.channels + from;
        for (int64_t i = 0; i < n; i++) {
          const double d = double(row[i]) - sum[i] / m;
          squares[i] += d * d;
        }
      }
      for (int64_t i = 0; i < n; i++) {
        finish(from + i, sum[i] / m, squares[i]);
        scale[i] = T(double(gamma[from + i]) / std::sqrt(squares[i] / m + eps));
      }
      for (int64_t o = 0; o < s.outer; o++) {
        const T* row = x + o * s.channels + from;
        T* to = y + o * s.channels + from;
#pragma GCC ivdep
        for (int64_t i = 0; i < n; i++) to[i] = (row[i] - mu[i]) * scale[i] + beta[from + i];
      }
    }
  });
}

template <class T>
void fixed(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  const T* gamma = r.pointer<T>();
  const T* beta = r.pointer<T>();
  const T* mean = r.pointer<T>();
  const T* variance = r.pointer<T>();
  T* y = r.pointer<T>();
  const Shape s{r.integer(), r.integer(), r.integer()};
  const double eps = r.number();
  std::vector<T> scale(static_cast<size_t>(s.channels));
  for (size_t ch = 0; ch < scale.size(); ch++) scale[ch] = T(double(gamma[ch]) / std::sqrt(double(variance[ch]) + eps));
  // Rows of one channel each, or of all channels where these are neighbours in memory.
  const bool wide = s.inner > 1;
  const int64_t rows = wide ? s.outer * s.channels : s.outer, n = wide ? s.inner : s.channels;
  parallelFor(threadsFor(c, double(rows * n) * 0.2), rows, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t row = lo; row < hi; row++) {
      const T* a = x + row * n;
      T* to = y + row * n;
      if (wide) {
        const size_t ch = size_t(row % s.channels);
        const T mu = mean[ch], by = scale[ch], shift = beta[ch];
#pragma GCC ivdep
        for (int64_t i = 0; i < n; i++) to[i] = (a[i] - mu) * by + shift;
      } else {
#pragma GCC ivdep
        for (int64_t i = 0; i < n; i++) to[i] = (a[i] - mean[i]) * scale[size_t(i)] + beta[i];
      }
    }
  });
}

template <class T>
void backward(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  const T* gamma = r.pointer<T>();
  const T* mean = r.pointer<T>();
  const T* invStd = r.pointer<T>();
  const T* gy = r.pointer<T>();
  T* gx = r.pointer<T>();
  T* ggamma = r.pointer<T>();
  T* gbeta = r.pointer<T>();
  const Shape s{r.integer(), r.integer(), r.integer()};
  const double m = s.count();
  const int threads = threadsFor(c, m * double(s.channels) * 0.6);
  if (s.inner > 1) {
    parallelFor(threads, s.channels, 1, [&](int64_t lo, int64_t hi, int) {
      for (int64_t ch = lo; ch < hi; ch++) {
        const T mu = mean[ch], inv = invStd[ch];
        double sum = 0, dot = 0;
        for (int64_t o = 0; o < s.outer; o++) {
          const int64_t at = (o * s.channels + ch) * s.inner;
          const T *a = x + at, *g = gy + at;
          sum += sumRow<T>(s.inner, [&](int64_t i) { return g[i]; });
          dot += sumRow<T>(s.inner, [&](int64_t i) { return (a[i] - mu) * g[i]; });
        }
        dot *= double(inv);
        ggamma[ch] = T(dot);
        gbeta[ch] = T(sum);
        const T scale = gamma[ch] * inv, u = T(sum / m), v = T(dot / m) * inv;
        for (int64_t o = 0; o < s.outer; o++) {
          const int64_t at = (o * s.channels + ch) * s.inner;
          const T *a = x + at, *g = gy + at;
          T* to = gx + at;
#pragma GCC ivdep
          for (int64_t i = 0; i < s.inner; i++) to[i] = scale * (g[i] - (u + (a[i] - mu) * v));
        }
      }
    });
    return;
  }
  parallelFor(threads, s.channels, kStrip, [&](int64_t lo, int64_t hi, int) {
    for (int64_t from = lo; from < hi; from += kStrip) {
      const int64_t n = std::min(kStrip, hi - from);
      double sum[kStrip] = {}, dot[kStrip] = {};
      for (int64_t o = 0; o < s.outer; o++) {
        const T *a = x + o * s.channels + from, *g = gy + o * s.channels + from;
        for (int64_t i = 0; i < n; i++) {
          sum[i] += double(g[i]);
          dot[i] += double(a[i] - mean[from + i]) * double(g[i]);
        }
      }
      T scale[kStrip], u[kStrip], v[kStrip], mu[kStrip];
      for (int64_t i = 0; i < n; i++) {
        const T inv = invStd[from + i];
        dot[i] *= double(inv);
        ggamma[from + i] = T(dot[i]);
        gbeta[from + i] = T(sum[i]);
        scale[i] = gamma[from + i] * inv;
        u[i] = T(sum[i] / m);
        v[i] = T(dot[i] / m) * inv;
        mu[i] = mean[from + i];
      }
      for (int64_t o = 0; o < s.outer; o++) {
        const T *a = x + o * s.channels + from, *g = gy + o * s.channels + from;
        T* to = gx + o * s.channels + from;
#pragma GCC ivdep
        for (int64_t i = 0; i < n; i++) to[i] = scale[i] * (g[i] - (u[i] + (a[i] - mu[i]) * v[i]));
      }
    }
  });
}

// D: wide (float64), arrays as the kernel family lists them, [outer, channels, inner], eps.
void batchNormalization(Context& c) {
  Reader r(c);
  if (r.flag()) forward<double>(c, r);
  else forward<float>(c, r);
}
void batchNormalizationGrad(Context& c) {
  Reader r(c);
  if (r.flag()) backward<double>(c, r);
  else backward<float>(c, r);
}
void fixedBatchNormalization(Context& c) {
  Reader r(c);
  if (r.flag()) fixed<double>(c, r);
  else fixed<float>(c, r);
}
}  // namespace

void addNormalizationCommands(std::vector<CommandEntry>& t) {
  t.push_back({"batchNormalization", batchNormalization});
  t.push_back({"batchNormalizationGrad", batchNormalizationGrad});
  t.push_back({"fixedBatchNormalization", fixedBatchNormalization});
}
