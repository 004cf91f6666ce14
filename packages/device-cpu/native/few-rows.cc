#include "few-rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "parallel.h"
#include "simd.h"

namespace {
constexpr int L = sizeof(VF) / sizeof(float);
// A tile of the result stays in registers, of which there are 32: up to 6 rows by 4 vectors.
constexpr int kRows = 6;
constexpr int kVectors = 4;
// Columns of W in a panel; the panel, [columns of W, rows of W], lies in the second-level cache.
constexpr int64_t kDepth = 768;

// Picks from two vectors: for lanes with bit S set the other one's, so that 2×2 blocks of S×S lanes are turned.
template <int S, bool High, size_t... J>
constexpr VI turning(std::index_sequence<J...>) {
  return VI{int(High ? (J & S ? L + J : J + S) : (J & S ? L + J - S : J))...};
}

template <int S>
inline void exchange(VF* r) {
  const VI low = turning<S, false>(std::make_index_sequence<L>()), high = turning<S, true>(std::make_index_sequence<L>());
#pragma GCC unroll 16
  for (int i = 0; i < L; i++) {
    if (i & S) continue;
    const VF a = r[i], b = r[i + S];
    r[i] = __builtin_shuffle(a, b, low);
    r[i + S] = __builtin_shuffle(a, b, high);
  }
}

// to[j * width + i] = w[i * ldw + j] for L×L elements; of fewer rows, the last one stands for those that are missing.
inline void turn(const float* w, int64_t ldw, int64_t rows, float* to, int64_t width) {
  VF r[L];
#pragma GCC unroll 16
  for (int i = 0; i < L; i++) r[i] = loadVector<VF>(w + std::min<int64_t>(i, rows - 1) * ldw);
  if constexpr (L > 8) exchange<8>(r);
  if constexpr (L > 4) exchange<4>(r);
  exchange<2>(r);
  exchange<1>(r);
#pragma GCC unroll 16
  for (int i = 0; i < L; i++) storeVector(to + i * width, r[i]);
}

// Adds x[M, k] times N vectors of a panel to M rows of y.
template <int M, int N>
void tile(const float* x, int64_t ldx, const float* panel, int64_t width, float* y, int64_t ldy, int64_t k) {
  VF sum[M][N];
#pragma GCC unroll 8
  for (int i = 0; i < M; i++) {
#pragma GCC unroll 4
    for (int j = 0; j < N; j++) sum[i][j] = loadVector<VF>(y + i * ldy + j * L);
  }
  for (int64_t p = 0; p < k; p++) {
    VF b[N];
#pragma GCC unroll 4
    for (int j = 0; j < N; j++) b[j] = loadVector<VF>(panel + p * width + j * L);
#pragma GCC unroll 8
    for (int i = 0; i < M; i++) {
      const VF a = VF{} + x[i * ldx + p];
#pragma GCC unroll 4
      for (int j = 0; j < N; j++) sum[i][j] += a * b[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < M; i++) {
#pragma GCC unroll 4
    for (int j = 0; j < N; j++) storeVector(y + i * ldy + j * L, sum[i][j]);
  }
}

using Tile = void (*)(const float*, int64_t, const float*, int64_t, float*, int64_t, int64_t);

template <int N>
Tile tileOf(int64_t rows) {
  static constexpr Tile table[] = {tile<1, N>, tile<2, N>, tile<3, N>, tile<4, N>, tile<5, N>, tile<6, N>};
  static_assert(sizeof(table) / sizeof(Tile) == kRows, "a tile for each number of rows");
  return table[rows - 1];
}

struct Product {
  const float* x;
  int64_t ldx;
  const float* w;
  int64_t ldw;
  const float* bias;
  int64_t biasStep;
  float* y;
  int64_t ldy;
  int64_t m, n, k;
};

// The columns [j, j + N vectors) of the result; where fewer of them are there, by way of `spare`.
template <int N>
void strip(const Product& P, int64_t j, float* panel, float* spare) {
  constexpr int64_t width = N * L;
  const int64_t cols = std::min(width, P.n - j);
  float* y = cols == width ? P.y + j : spare;
  const int64_t ldy = cols == width ? P.ldy : width;
  for (int64_t i = 0; i < P.m; i++) {
    float* row = y + i * ldy;
    if (P.bias == nullptr) std::fill(row, row + width, 0.0f);
    else {
      for (int64_t q = 0; q < width; q++) row[q] = P.bias[std::min(j + q, P.n - 1) * P.biasStep];
    }
  }
  const int64_t parts = (P.k + kDepth - 1) / kDepth, depth = (P.k + parts - 1) / parts;
  for (int64_t p = 0; p < P.k; p += depth) {
    const int64_t k = std::min(depth, P.k - p);
    for (int v = 0; v < N && v * L < cols; v++) {
      const float* rows = P.w + (j + v * L) * P.ldw + p;
      const int64_t count = std::min<int64_t>(L, cols - v * L);
      int64_t q = 0;
      for (; q + L <= k; q += L) turn(rows + q, P.ldw, count, panel + q * width + v * L, width);
      // The last columns once more, together with those before them.
      if (q < k) turn(rows + k - L, P.ldw, count, panel + (k - L) * width + v * L, width);
    }
    const int64_t tiles = (P.m + kRows - 1) / kRows;
    for (int64_t t = 0; t < tiles; t++) {
      const int64_t lo = P.m * t / tiles, hi = P.m * (t + 1) / tiles;
      tileOf<N>(hi - lo)(P.x + lo * P.ldx + p, P.ldx, panel, width, y + lo * ldy, ldy, k);
    }
  }
  if (cols < width) {
    for (int64_t i = 0; i < P.m; i++) memcpy(P.y + i * P.ldy + j, spare + i * width, size_t(cols) * sizeof(float));
  }
}

// The last columns of a thread: as many vectors as they fill, if only in part.
template <int N>
void lastStrip(const Product& P, int64_t j, int64_t vectors, float* panel, float* spare) {
  if (vectors == N) return strip<N>(P, j, panel, spare);
  if constexpr (N < kVectors) lastStrip<N + 1>(P, j, vectors, panel, spare);
}
}  // namespace

// Measured against oneDNN 2.6: of narrower vectors, or for fewer rows, it does without copies itself, and for more they pay.
bool isFewRows(int64_t m, int64_t n, int64_t k) {
  return VECTOR_BYTES == 64 && m >= 10 && n >= 2 * L && k >= 2 * L && m <= (n * k >= (1 << 17) ? 256 : 64);
}

void fewRows(const Context& c, const float* x, int64_t ldx, const float* w, int64_t ldw, const float* bias, int64_t biasStep, float* y, int64_t ldy,
             int64_t m, int64_t n, int64_t k) {
  const Product P{x, ldx, w, ldw, bias, biasStep, y, ldy, m, n, k};
  parallelFor(threadsFor(c, double(m * n) * double(k) * 0.02), n, L, [&](int64_t lo, int64_t hi, int) {
    constexpr int64_t width = kVectors * L;
    alignas(64) float panel[kDepth * width];
    std::vector<float> spare(size_t(m) * width);
    int64_t j = lo;
    for (; j + width <= hi; j += width) strip<kVectors>(P, j, panel, spare.data());
    if (j < hi) lastStrip<1>(P, j, (hi - j + L - 1) / L, panel, spare.data());
  });
}
