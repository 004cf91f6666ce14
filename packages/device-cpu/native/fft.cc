// Discrete Fourier transforms along an axis, over split real and imaginary parts: Stockham's algorithm, and Bluestein's where a prime factor is
// large. Several lines go through it side by side, so that the innermost loops run over them.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "commands.h"
#include "parallel.h"

namespace {
constexpr int64_t kLargestRadix = 31;
constexpr int64_t kLines = 16;  // that go side by side

template <class T>
struct Parts {
  T *re, *im;
};

// Buffers of one thread.
template <class T>
struct Room {
  std::vector<T> memory;
  explicit Room(int64_t elements) : memory(size_t(elements)) {}
  Parts<T> take(int64_t at, int64_t count) { return {memory.data() + at, memory.data() + at + count}; }
};

template <class T>
class Plan {
 public:
  explicit Plan(int64_t n);
  // Elements of room that a run over `lines` needs: it begins with the parts of what is transformed.
  int64_t room(int64_t lines) const { return (chirp_ == nullptr ? 4 * n_ : 2 * n_ + 4 * chirp_->n_) * lines; }
  // Transforms lines that stand side by side at the beginning of the room; where the result is.
  Parts<T> run(Room<T>& room, int64_t lines) const {
    const Parts<T> x = room.take(0, n_ * lines);
    return chirp_ == nullptr ? pass(x, room.take(2 * n_ * lines, n_ * lines), lines) : convolve(x, room, lines);
  }

 private:
  Parts<T> pass(Parts<T> x, Parts<T> y, int64_t lines) const;
  Parts<T> convolve(Parts<T> x, Room<T>& room, int64_t lines) const;
  void radix2(Parts<T> x, Parts<T> y, int64_t m, int64_t stride, int64_t lines) const;
  void radix4(Parts<T> x, Parts<T> y, int64_t m, int64_t stride, int64_t lines) const;
  void radix(int64_t p, Parts<T> x, Parts<T> y, int64_t m, int64_t stride, int64_t lines) const;

  const int64_t n_;
  std::vector<int64_t> factors_;
  std::vector<T> cos_, sin_;  // of a forward transform: cos and -sin of 2πk/n, or of πk²/n for a chirp
  std::shared_ptr<const Plan> chirp_;  // transforms of the convolution's length
  std::vector<T> filterRe_, filterIm_;
};

// The last plans are kept.
template <class T>
std::shared_ptr<const Plan<T>> planOf(int64_t n) {
  static std::mutex mutex;
  static std::map<int64_t, std::shared_ptr<const Plan<T>>> plans;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto found = plans.find(n);
    if (found != plans.end()) return found->second;
  }
  auto plan = std::make_shared<const Plan<T>>(n);
  const std::lock_guard<std::mutex> lock(mutex);
  if (plans.size() >= 64) plans.erase(plans.begin());
  plans[n] = plan;
  return plan;
}

template <class T>
Plan<T>::Plan(int64_t n) : n_(n), cos_(size_t(n)), sin_(size_t(n)) {
  int64_t rest = n;
  for (; rest % 4 == 0; rest /= 4) factors_.push_back(4);
  for (int64_t p = 2; p * p <= rest; p++)
    for (; rest % p == 0; rest /= p) factors_.push_back(p);
  if (rest > 1) factors_.push_back(rest);
  const double turn = std::acos(-1.0);
  if (factors_.empty() || *std::max_element(factors_.begin(), factors_.end()) <= kLargestRadix) {
    for (int64_t k = 0; k < n; k++) {
      const double angle = 2 * turn * double(k) / double(n);
      cos_[size_t(k)] = T(std::cos(angle));
      sin_[size_t(k)] = T(-std::sin(angle));
    }
    return;
  }
  int64_t length = 1;
  while (length < 2 * n - 1) length *= 2;
  chirp_ = planOf<T>(length);
  Room<T> room(chirp_->room(1));
  const Parts<T> filter = room.take(0, length);
  // k² modulo 2n, step by step, so that the angle stays exact.
  for (int64_t k = 0, square = 0; k < n; square = (square + 2 * k + 1) % (2 * n), k++) {
    const double angle = turn * double(square) / double(n);
    cos_[size_t(k)] = T(std::cos(angle));
    sin_[size_t(k)] = T(-std::sin(angle));
    for (const int64_t at : {k, (length - k) % length}) {
      filter.re[at] = T(std::cos(angle) / double(length));
      filter.im[at] = T(std::sin(angle) / double(length));
    }
  }
  const Parts<T> spectrum = chirp_->run(room, 1);
  filterRe_.assign(spectrum.re, spectrum.re + length);
  filterIm_.assign(spectrum.im, spectrum.im + length);
}

// One pass a factor, sorted as it goes.
template <class T>
Parts<T> Plan<T>::pass(Parts<T> x, Parts<T> y, int64_t lines) const {
  int64_t stride = 1;
  for (const int64_t p : factors_) {
    const int64_t m = n_ / (stride * p);
    if (p == 2) radix2(x, y, m, stride, lines);
    else if (p == 4) radix4(x, y, m, stride, lines);
    else radix(p, x, y, m, stride, lines);
    std::swap(x, y);
    stride *= p;
  }
  return x;
}

template <class T>
void Plan<T>::radix2(Parts<T> x, Parts<T> y, int64_t m, int64_t stride, int64_t lines) const {
  const int64_t run = stride * lines, far = run * m;
  for (int64_t q = 0; q < m; q++) {
    const T c = cos_[size_t(q * stride)], s = sin_[size_t(q * stride)];
    const T *ar = x.re + run * q, *ai = x.im + run * q, *br = ar + far, *bi = ai + far;
    T *yr = y.re + run * 2 * q, *yi = y.im + run * 2 * q;
#pragma GCC ivdep
    for (int64_t k = 0; k < run; k++) {
      const T dr = ar[k] - br[k], di = ai[k] - bi[k];
      yr[k] = ar[k] + br[k];
      yi[k] = ai[k] + bi[k];
      yr[k + run] = dr * c - di * s;
      yi[k + run] = dr * s + di * c;
    }
  }
}

template <class T>
void Plan<T>::radix4(Parts<T> x, Parts<T> y, int64_t m, int64_t stride, int64_t lines) const {
  const int64_t run = stride * lines, far = run * m;
  for (int64_t q = 0; q < m; q++) {
    const size_t w = size_t(q * stride);
    const T c1 = cos_[w], s1 = sin_[w], c2 = cos_[2 * w], s2 = sin_[2 * w], c3 = cos_[3 * w], s3 = sin_[3 * w];
    const T *ar = x.re + run * q, *ai = x.im + run * q;
    T *yr = y.re + run * 4 * q, *yi = y.im + run * 4 * q;
#pragma GCC ivdep
    for (int64_t k = 0; k < run; k++) {
      const T r0 = ar[k] + ar[k + 2 * far], i0 = ai[k] + ai[k + 2 * far];
      const T r1 = ar[k] - ar[k + 2 * far], i1 = ai[k] - ai[k + 2 * far];
      const T r2 = ar[k + far] + ar[k + 3 * far], i2 = ai[k + far] + ai[k + 3 * far];
      // The difference of the odd ones, turned by -i.
      const T r3 = ai[k + far] - ai[k + 3 * far], i3 = ar[k + 3 * far] - ar[k + far];
      yr[k] = r0 + r2;
      yi[k] = i0 + i2;
      const T ur = r1 + r3, ui = i1 + i3, vr = r0 - r2, vi = i0 - i2, wr = r1 - r3, wi = i1 - i3;
      yr[k + run] = ur * c1 - ui * s1;
      yi[k + run] = ur * s1 + ui * c1;
      yr[k + 2 * run] = vr * c2 - vi * s2;
      yi[k + 2 * run] = vr * s2 + vi * c2;
      yr[k + 3 * run] = wr * c3 - wi * s3;
      yi[k + 3 * run] = wr * s3 + wi * c3;
    }
  }
}

template <class T>
void Plan<T>::radix(int64_t p, Parts<T> x, Parts<T> y, int64_t m, int64_t stride, int64_t lines) const {
  const int64_t run = stride * lines, far = run * m, turn = n_ / p;
  for (int64_t q = 0; q < m; q++) {
    const T *ar = x.re + run * q, *ai = x.im + run * q;
    for (int64_t t = 0; t < p; t++) {
      T *yr = y.re + run * (p * q + t), *yi = y.im + run * (p * q + t);
      std::copy(ar, ar + run, yr);
      std::copy(ai, ai + run, yi);
      for (int64_t j = 1; j < p; j++) {
        const size_t w = size_t(j * t % p * turn);
        const T c = cos_[w], s = sin_[w];
        const T *br = ar + j * far, *bi = ai + j * far;
#pragma GCC ivdep
        for (int64_t k = 0; k < run; k++) {
          yr[k] += br[k] * c - bi[k] * s;
          yi[k] += br[k] * s + bi[k] * c;
        }
      }
      const size_t w = size_t(q * t * stride);
      const T c = cos_[w], s = sin_[w];
#pragma GCC ivdep
      for (int64_t k = 0; k < run; k++) {
        const T r = yr[k];
        yr[k] = r * c - yi[k] * s;
        yi[k] = r * s + yi[k] * c;
      }
    }
  }
}

// Any length as a convolution with a chirp.
template <class T>
Parts<T> Plan<T>::convolve(Parts<T> x, Room<T>& room, int64_t lines) const {
  const int64_t length = chirp_->n_, all = length * lines;
  const Parts<T> a = room.take(2 * n_ * lines, all), spare = room.take(2 * n_ * lines + 2 * all, all);
  auto turned = [&](Parts<T> from, Parts<T> to) {
    for (int64_t k = 0; k < n_; k++) {
      const T c = cos_[size_t(k)], s = sin_[size_t(k)];
#pragma GCC ivdep
      for (int64_t i = k * lines; i < (k + 1) * lines; i++) {
        const T r = from.re[i];
        to.re[i] = r * c - from.im[i] * s;
        to.im[i] = r * s + from.im[i] * c;
      }
    }
  };
  turned(x, a);
  std::fill(a.re + n_ * lines, a.re + all, T(0));
  std::fill(a.im + n_ * lines, a.im + all, T(0));
  const Parts<T> f = chirp_->pass(a, spare, lines);
  for (int64_t k = 0; k < length; k++) {
    const T c = filterRe_[size_t(k)], s = filterIm_[size_t(k)];
#pragma GCC ivdep
    for (int64_t i = k * lines; i < (k + 1) * lines; i++) {
      const T r = f.re[i];
      f.re[i] = r * c - f.im[i] * s;
      f.im[i] = r * s + f.im[i] * c;
    }
  }
  // An inverse transform is a forward one with real and imaginary parts exchanged.
  const Parts<T> other = f.re == a.re ? spare : a;
  const Parts<T> back = chirp_->pass({f.im, f.re}, {other.im, other.re}, lines);
  turned({back.im, back.re}, x);
  return x;
}

template <class T>
void transform(Context& c, Reader r) {
  const int64_t n = r.integer(), given = r.integer(), wanted = r.integer();
  const bool inverse = r.flag();
  const T scale = T(r.number());
  const T* in[2] = {r.pointer<T>(), r.pointer<T>()};
  T* out[2] = {r.pointer<T>(), r.pointer<T>()};
  int64_t along[4], shape[32], steps[4][32], lines = 1;
  r.integers(along, 4);
  const int nd = r.small();
  r.integers(shape, nd);
  for (auto& s : steps) r.integers(s, nd);
  for (int axis = 0; axis < nd; axis++) lines *= shape[axis];
  if (lines == 0) return;
  const std::shared_ptr<const Plan<T>> plan = planOf<T>(n);
  const int64_t side = std::min(lines, kLines), blocks = (lines + side - 1) / side;
  const double cost = double(n) * (std::log2(double(n)) + 2) * 0.4;
  parallelShare(threadsFor(c, double(lines) * cost), blocks, 1, [&](int64_t lo, int64_t hi) {
    Room<T> room(plan->room(side));
    for (int64_t block = lo; block < hi; block++) {
      const int64_t first = block * side, count = std::min(side, lines - first);
      int64_t at[4][kLines] = {};
      for (int64_t l = 0; l < count; l++) {
        int64_t rest = first + l;
        for (int axis = nd - 1; axis >= 0; axis--) {
          for (int k = 0; k < 4; k++) at[k][l] += rest % shape[axis] * steps[k][axis];
          rest /= shape[axis];
        }
      }
      Parts<T> x = room.take(0, n * count);
      for (int part = 0; part < 2; part++) {
        T* to = part == 0 ? x.re : x.im;
        const int64_t have = in[part] == nullptr ? 0 : given;
        for (int64_t k = 0; k < have; k++)
          for (int64_t l = 0; l < count; l++) to[k * count + l] = in[part][at[part][l] + k * along[part]];
        std::fill(to + have * count, to + n * count, T(0));
      }
      if (out[1] == nullptr) {
        // Real results: the second half mirrors the first.
        for (int64_t k = n / 2 + 1; k < n; k++) {
          for (int64_t l = 0; l < count; l++) {
            x.re[k * count + l] = x.re[(n - k) * count + l];
            x.im[k * count + l] = -x.im[(n - k) * count + l];
          }
        }
      }
      // An inverse transform is a forward one with real and imaginary parts exchanged, before and after.
      if (inverse) std::swap_ranges(x.re, x.re + n * count, x.im);
      Parts<T> y = plan->run(room, count);
      if (inverse) std::swap(y.re, y.im);
      for (int part = 0; part < 2; part++) {
        const T* from = part == 0 ? y.re : y.im;
        for (int64_t k = 0; out[part] != nullptr && k < wanted; k++)
          for (int64_t l = 0; l < count; l++) out[part][at[2 + part][l] + k * along[2 + part]] = from[k * count + l] * scale;
      }
    }
  });
}

// D: wide (float64), n, elements given and wanted along the axis, inverse, scale, real and imaginary parts of input and output (0: none), their
// steps along the axis, other axes: count, shape, steps of all four.
void fft(Context& c) {
  Reader r(c);
  if (r.flag()) transform<double>(c, r);
  else transform<float>(c, r);
}
}  // namespace

void addFftCommands(std::vector<CommandEntry>& t) { t.push_back({"fft", fft}); }
