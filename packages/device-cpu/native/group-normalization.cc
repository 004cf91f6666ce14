// Normalization of groups of channels, dense [samples, channels, inner], and its gradients. A group is one run of memory, which is read from
// memory once: what follows its sums finds it in cache. Sums are carried in double.
#include <algorithm>
#include <cmath>
#include <vector>

#include "commands.h"
#include "parallel.h"
#include "rows.h"

namespace {
struct Shape {
  int64_t samples, channels, inner, groups;
  int64_t per() const { return channels / groups; }
  int64_t m() const { return per() * inner; }
};

template <class T>
void forward(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  const T* gamma = r.pointer<T>();
  const T* beta = r.pointer<T>();
  T* y = r.pointer<T>();
  T* mean = r.pointer<T>();
  T* invStd = r.pointer<T>();
  const Shape s{r.integer(), r.integer(), r.integer(), r.integer()};
  const double eps = r.number();
  const int64_t m = s.m(), groups = s.samples * s.groups;
  parallelFor(threadsFor(c, double(m * groups) * 0.4), groups, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t g = lo; g < hi; g++) {
      const T* from = x + g * m;
      T* to = y + g * m;
      const double sum = sumRow<T>(m, [&](int64_t i) { return from[i]; });
      const T mu = T(sum / double(m));
      const double squares = sumRow<T>(m, [&](int64_t i) { return (from[i] - mu) * (from[i] - mu); });
      // The rounding of the mean is taken out of the squares again.
      const double off = sum / double(m) - double(mu);
      const double centered = squares - double(m) * off * off;
      const double variance = centered < 0 ? 0 : centered / double(m);  // NaN stays NaN
      const T inv = T(1 / std::sqrt(variance + eps));
      mean[g] = mu;
      invStd[g] = inv;
      const int64_t first = g % s.groups * s.per();
      if (s.inner == 1) {
        const T *scale = gamma + first, *shift = beta + first;
#pragma GCC ivdep
        for (int64_t i = 0; i < m; i++) to[i] = (from[i] - mu) * inv * scale[i] + shift[i];
        continue;
      }
      for (int64_t k = 0; k < s.per(); k++, from += s.inner, to += s.inner) {
        const T scale = inv * gamma[first + k], shift = beta[first + k];
#pragma GCC ivdep
        for (int64_t i = 0; i < s.inner; i++) to[i] = (from[i] - mu) * scale + shift;
      }
    }
  });
}

// What a range of samples adds to the gradients of gamma and beta.
struct Sums {
  explicit Sums(int64_t channels) : dots(size_t(channels)), sums(size_t(channels)) {}
  std::vector<double> dots, sums;
};

// A group of channels that lie side by side, one number each. `dots` and `sums` are of few rows, in T.
template <class T>
void backwardNeighbours(const T* x, const T* gy, T* gx, const T* gamma, T mu, T inv, int64_t m, T* dots, T* sums) {
  double sum = 0, dot = 0;
  for (int64_t from = 0; from < m; from += 1024) {
    const int64_t to = std::min(m, from + 1024);
    T a[kLanes] = {}, b[kLanes] = {};
    int64_t i = from;
    for (; i + kLanes <= to; i += kLanes) {
#pragma GCC ivdep
      for (int k = 0; k < kLanes; k++) {
        const T g = gy[i + k], xhat = (x[i + k] - mu) * inv, scaled = g * gamma[i + k];
        sums[i + k] += g;
        dots[i + k] += g * xhat;
        a[k] += scaled;
        b[k] += scaled * xhat;
      }
    }
    for (; i < to; i++) {
      const T g = gy[i], xhat = (x[i] - mu) * inv, scaled = g * gamma[i];
      sums[i] += g;
      dots[i] += g * xhat;
      sum += double(scaled);
      dot += double(scaled * xhat);
    }
    for (int k = 0; k < kLanes; k++) {
      sum += double(a[k]);
      dot += double(b[k]);
    }
  }
  const T u = T(sum / double(m)), v = T(dot / double(m)) * inv;
#pragma GCC ivdep
  for (int64_t i = 0; i < m; i++) gx[i] = inv * (gy[i] * gamma[i] - (u + (x[i] - mu) * v));
}

// A group of channels of many numbers each.
template <class T>
void backwardRows(const T* x, const T* gy, T* gx, const T* gamma, T mu, T inv, int64_t channels, int64_t inner, double* dots, double* sums) {
  double sum = 0, dot = 0;
  for (int64_t k = 0; k < channels; k++) {
    const T *a = x + k * inner, *g = gy + k * inner;
    const double s = sumRow<T>(inner, [&](int64_t i) { return g[i]; });
    const double d = sumRow<T>(inner, [&](int64_t i) { return (a[i] - mu) * g[i]; }) * double(inv);
    sums[k] += s;
    dots[k] += d;
    sum += s * double(gamma[k]);
    dot += d * double(gamma[k]);
  }
  const double m = double(channels * inner);
  const T u = T(sum / m) * inv, v = T(dot / m) * inv * inv;
  for (int64_t k = 0; k < channels; k++) {
    const T *a = x + k * inner, *g = gy + k * inner;
    T* to = gx + k * inner;
    const T scale = gamma[k] * inv;
#pragma GCC ivdep
    for (int64_t i = 0; i < inner; i++) to[i] = scale * g[i] - (u + (a[i] - mu) * v);
  }
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
  const Shape s{r.integer(), r.integer(), r.integer(), r.integer()};
  const int64_t m = s.m(), per = s.per();
  // Ranges of samples, as many whatever the number of threads: sums must not depend on it.
  const int64_t parts = std::min<int64_t>(s.samples, 16);
  std::vector<Sums> all(size_t(parts), Sums(s.channels));
  parallelFor(threadsFor(c, double(m * s.samples * s.groups) * 0.6), parts, 1, [&](int64_t lo, int64_t hi, int) {
    constexpr int64_t kFew = 16;
    std::vector<T> few(s.inner == 1 ? size_t(2 * s.channels) : 0);
    for (int64_t part = lo; part < hi; part++) {
      double *dots = all[size_t(part)].dots.data(), *sums = all[size_t(part)].sums.data();
      const int64_t end = s.samples * (part + 1) / parts;
      for (int64_t from = s.samples * part / parts; from < end; from += kFew) {
        std::fill(few.begin(), few.end(), T(0));
        for (int64_t n = from; n < std::min(end, from + kFew); n++) {
          for (int64_t g = 0; g < s.groups; g++) {
            const int64_t group = n * s.groups + g, at = group * m, first = g * per;
            if (s.inner == 1)
              backwardNeighbours(x + at, gy + at, gx + at, gamma + first, mean[group], invStd[group], m, few.data() + first,
                                 few.data() + s.channels + first);
            else
              backwardRows(x + at, gy + at, gx + at, gamma + first, mean[group], invStd[group], per, s.inner, dots + first, sums + first);
          }
        }
        for (size_t k = 0; k < few.size() / 2; k++) {
          dots[k] += double(few[k]);
          sums[k] += double(few[size_t(s.channels) + k]);
        }
      }
    }
  });
  for (size_t k = 0; k < size_t(s.channels); k++) {
    double dot = 0, sum = 0;
    for (const Sums& part : all) {
      dot += part.dots[k];
      sum += part.sums[k];
    }
    ggamma[k] = T(dot);
    gbeta[k] = T(sum);
  }
}

// D: wide (float64), arrays as the kernel family lists them, samples, channels, inner, groups, eps.
void groupNormalization(Context& c) {
  Reader r(c);
  if (r.flag()) forward<double>(c, r);
  else forward<float>(c, r);
}
void groupNormalizationGrad(Context& c) {
  Reader r(c);
  if (r.flag()) backward<double>(c, r);
  else backward<float>(c, r);
}
}  // namespace

void addGroupNormalizationCommands(std::vector<CommandEntry>& t) {
  t.push_back({"groupNormalization", groupNormalization});
  t.push_back({"groupNormalizationGrad", groupNormalizationGrad});
}
