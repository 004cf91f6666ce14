// Batch normalization of float32 images in blocks of channels, [N, C/block, inner, block]: statistics, from which an elementwise program
// makes the result when it is wanted, and gradients. A thread takes whole blocks, whose second pass finds them in the cache where they fit.
#include <algorithm>
#include <cmath>

#include "commands.h"
#include "lanes.h"
#include "parallel.h"

namespace {
constexpr int64_t kChunk = 128;  // positions that stay in the first cache while they are read twice

struct Shape {
  int64_t outer, channels, inner;
  double count() const { return double(outer) * double(inner); }
};

// Calls body(offset, positions) for every chunk of one block.
template <int B, class Body>
inline void eachChunk(const Shape& s, int64_t block, Body&& body) {
  const int64_t blocks = s.channels / B;
  for (int64_t n = 0; n < s.outer; n++) {
    const int64_t row = (n * blocks + block) * s.inner * B;
    for (int64_t from = 0; from < s.inner; from += kChunk) body(row + from * B, std::min(kChunk, s.inner - from));
  }
}

// Sums term(i) over the positions of a chunk.
template <class F, class Term>
inline F addUp(int64_t positions, Term&& term) {
  F a = {}, b = {}, c = {}, d = {};
  int64_t i = 0;
  for (; i + 4 <= positions; i += 4) {
    a += term(i);
    b += term(i + 1);
    c += term(i + 2);
    d += term(i + 3);
  }
  for (; i < positions; i++) a += term(i);
  return (a + b) + (c + d);
}

// Scale and shift of each channel for `x * scale + shift`: rows of [2, channels]. The shift makes up for the rounding of the scale.
struct Affine {
  float *scale, *shift;
  Affine(float* table, int64_t channels) : scale(table), shift(table + channels) {}
  void set(int64_t ch, double mean, double inv, float gamma, float beta) const {
    scale[ch] = float(double(gamma) * inv);
    shift[ch] = float(double(beta) - mean * double(scale[ch]));
  }
};

template <int B>
void statistics(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  using D = typename Lanes<B>::D;
  const float* x = r.pointer<float>();
  const float* gamma = r.pointer<float>();
  const float* beta = r.pointer<float>();
  float* table = r.pointer<float>();
  float* mean = r.pointer<float>();
  float* variance = r.pointer<float>();
  float* invStd = r.pointer<float>();
  const Shape s{r.integer(), r.integer(), r.integer()};
  const Affine affine(table, s.channels);
  const double eps = r.number(), m = s.count();
  parallelFor(threadsFor(c, m * double(s.channels) * 0.2), s.channels / B, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t block = lo; block < hi; block++) {
      // Mean and squares of each chunk about its own mean, put together by the rule of Chan et al.: one pass over memory.
      D mu = {}, squares = {};
      double seen = 0;
      eachChunk<B>(s, block, [&](int64_t at, int64_t k) {
        const float* a = x + at;
        const F centre = addUp<F>(k, [&](int64_t i) { return loadVector<F>(a + i * B); }) / float(k);
        const F square = addUp<F>(k, [&](int64_t i) {
          const F d = loadVector<F>(a + i * B) - centre;
          return d * d;
        });
        const double share = double(k) / (seen + double(k));
        const D delta = __builtin_convertvector(centre, D) - mu;
        mu += delta * share;
        squares += __builtin_convertvector(square, D) + delta * delta * (seen * share);
        seen += double(k);
      });
      const int64_t ch = block * B;
      for (int l = 0; l < B; l++) {
        const double inv = 1 / std::sqrt(squares[l] / m + eps);
        invStd[ch + l] = float(inv);
        affine.set(ch + l, mu[l], inv, gamma[ch + l], beta[ch + l]);
      }
      storeVector(mean + ch, __builtin_convertvector(mu, F));
      storeVector(variance + ch, __builtin_convertvector(squares / m, F));
    }
  });
}

template <int B>
void backward(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  using D = typename Lanes<B>::D;
  const float* x = r.pointer<float>();
  const float* gamma = r.pointer<float>();
  const float* mean = r.pointer<float>();
  const float* invStd = r.pointer<float>();
  const float* gy = r.pointer<float>();
  float* gx = r.pointer<float>();
  float* ggamma = r.pointer<float>();
  float* gbeta = r.pointer<float>();
  const Shape s{r.integer(), r.integer(), r.integer()};
  const double m = s.count();
  parallelFor(threadsFor(c, m * double(s.channels) * 0.6), s.channels / B, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t block = lo; block < hi; block++) {
      const int64_t ch = block * B;
      const F mu = loadVector<F>(mean + ch);
      D total = {}, dot = {};
      eachChunk<B>(s, block, [&](int64_t at, int64_t k) {
        const float *a = x + at, *g = gy + at;
        const F sum = addUp<F>(k, [&](int64_t i) { return loadVector<F>(g + i * B); });
        const F products = addUp<F>(k, [&](int64_t i) { return (loadVector<F>(a + i * B) - mu) * loadVector<F>(g + i * B); });
        total += __builtin_convertvector(sum, D);
        dot += __builtin_convertvector(products, D);
      });
      const D inv = __builtin_convertvector(loadVector<F>(invStd + ch), D);
      dot *= inv;
      storeVector(ggamma + ch, __builtin_convertvector(dot, F));
      storeVector(gbeta + ch, __builtin_convertvector(total, F));
      const F scale = __builtin_convertvector(__builtin_convertvector(loadVector<F>(gamma + ch), D) * inv, F);
      const F u = __builtin_convertvector(total / m, F), v = __builtin_convertvector(dot * inv / m, F);
      eachChunk<B>(s, block, [&](int64_t at, int64_t k) {
        const float *a = x + at, *g = gy + at;
        float* to = gx + at;
        for (int64_t i = 0; i < k; i++) {
          const F d = loadVector<F>(a + i * B) - mu;
          storeVector(to + i * B, scale * (loadVector<F>(g + i * B) - (u + d * v)));
        }
      });
    }
  });
}

// D: block, arrays as the kernel family lists them (the table of scales where it has y), [outer, channels, inner], eps.
void blockedStatistics(Context& c) {
  Reader r(c);
  if (r.small() == 16) statistics<16>(c, r);
  else statistics<8>(c, r);
}

// D: gamma, beta, mean, variance, table, channels, eps.
void fixedStatistics(Context& c) {
  Reader r(c);
  const float* gamma = r.pointer<float>();
  const float* beta = r.pointer<float>();
  const float* mean = r.pointer<float>();
  const float* variance = r.pointer<float>();
  float* table = r.pointer<float>();
  const int64_t channels = r.integer();
  const double eps = r.number();
  const Affine affine(table, channels);
  for (int64_t ch = 0; ch < channels; ch++)
    affine.set(ch, mean[ch], 1 / std::sqrt(double(variance[ch]) + eps), gamma[ch], beta[ch]);
}
void blockedBatchNormalizationGrad(Context& c) {
  Reader r(c);
  if (r.small() == 16) backward<16>(c, r);
  else backward<8>(c, r);
}
}  // namespace

void addBlockedNormalizationCommands(std::vector<CommandEntry>& t) {
  t.push_back({"blockedStatistics", blockedStatistics});
  t.push_back({"fixedStatistics", fixedStatistics});
  t.push_back({"blockedBatchNormalizationGrad", blockedBatchNormalizationGrad});
}
