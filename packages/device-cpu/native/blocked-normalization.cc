// Batch normalization of float32 images in blocks of channels, [N, C/block, inner, block], and its gradients. A thread takes whole blocks,
// whose second pass finds them in the cache where they fit.
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

template <int B>
void forward(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  using D = typename Lanes<B>::D;
  const float* x = r.pointer<float>();
  const float* gamma = r.pointer<float>();
  const float* beta = r.pointer<float>();
  float* y = r.pointer<float>();
  float* mean = r.pointer<float>();
  float* variance = r.pointer<float>();
  float* invStd = r.pointer<float>();
  const Shape s{r.integer(), r.integer(), r.integer()};
  const double eps = r.number(), m = s.count();
  parallelFor(threadsFor(c, m * double(s.channels) * 0.4), s.channels / B, 1, [&](int64_t lo, int64_t hi, int) {
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
      F inv, scale;
      for (int l = 0; l < B; l++) {
        const double exact = 1 / std::sqrt(squares[l] / m + eps);
        inv[l] = float(exact);
        scale[l] = float(double(gamma[ch + l]) * exact);
      }
      const F centre = __builtin_convertvector(mu, F), shift = loadVector<F>(beta + ch);
      storeVector(mean + ch, centre);
      storeVector(variance + ch, __builtin_convertvector(squares / m, F));
      storeVector(invStd + ch, inv);
      eachChunk<B>(s, block, [&](int64_t at, int64_t k) {
        const float* a = x + at;
        float* to = y + at;
        for (int64_t i = 0; i < k; i++) storeVector(to + i * B, (loadVector<F>(a + i * B) - centre) * scale + shift);
      });
    }
  });
}

template <int B>
void fixed(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  const float* x = r.pointer<float>();
  const float* gamma = r.pointer<float>();
  const float* beta = r.pointer<float>();
  const float* mean = r.pointer<float>();
  const float* variance = r.pointer<float>();
  float* y = r.pointer<float>();
  const Shape s{r.integer(), r.integer(), r.integer()};
  const double eps = r.number();
  const int64_t blocks = s.channels / B;
  parallelFor(threadsFor(c, s.count() * double(s.channels) * 0.2), s.outer * blocks, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t row = lo; row < hi; row++) {
      const int64_t ch = row % blocks * B;
      F scale;
      for (int l = 0; l < B; l++) scale[l] = float(double(gamma[ch + l]) / std::sqrt(double(variance[ch + l]) + eps));
      const F centre = loadVector<F>(mean + ch), shift = loadVector<F>(beta + ch);
      const float* a = x + row * s.inner * B;
      float* to = y + row * s.inner * B;
      for (int64_t i = 0; i < s.inner; i++) storeVector(to + i * B, (loadVector<F>(a + i * B) - centre) * scale + shift);
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

// D: block, arrays as the kernel family lists them, [outer, channels, inner], eps.
void blockedBatchNormalization(Context& c) {
  Reader r(c);
  if (r.small() == 16) forward<16>(c, r);
  else forward<8>(c, r);
}
void blockedFixedBatchNormalization(Context& c) {
  Reader r(c);
  if (r.small() == 16) fixed<16>(c, r);
  else fixed<8>(c, r);
}
void blockedBatchNormalizationGrad(Context& c) {
  Reader r(c);
  if (r.small() == 16) backward<16>(c, r);
  else backward<8>(c, r);
}
}  // namespace

void addBlockedNormalizationCommands(std::vector<CommandEntry>& t) {
  t.push_back({"blockedBatchNormalization", blockedBatchNormalization});
  t.push_back({"blockedFixedBatchNormalization", blockedFixedBatchNormalization});
  t.push_back({"blockedBatchNormalizationGrad", blockedBatchNormalizationGrad});
}
