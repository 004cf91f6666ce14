// Transposing tiles in registers: rows are read and written as vectors, so that no line of the cache is fetched for a few of its bytes.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>

#include "simd.h"

// Rows and columns of a tile: as many as fill a vector, but no more than there are registers for.
template <class T>
constexpr int kTile = VECTOR_BYTES / int(sizeof(T)) < 16 ? VECTOR_BYTES / int(sizeof(T)) : 16;

namespace tiles {
template <class T>
struct Row {
  typedef T type __attribute__((vector_size(kTile<T> * sizeof(T))));
};

// Exchanges the upper right quarter of every square of 2W rows and columns with the lower left one, for all W from W on down.
template <class T, int W, int... K>
inline void exchange(typename Row<T>::type* r, std::integer_sequence<int, K...> lanes) {
  constexpr int N = kTile<T>;
#pragma GCC unroll 16
  for (int i = 0; i < N; i++) {
    if (i & W) continue;
    const auto a = r[i], b = r[i + W];
    r[i] = __builtin_shufflevector(a, b, ((K & W) ? N + K - W : K)...);
    r[i + W] = __builtin_shufflevector(a, b, ((K & W) ? N + K : K + W)...);
  }
  if constexpr (W > 1) exchange<T, W / 2>(r, lanes);
}

// to[i][j] = from[j][i]; rows are steps of elements apart.
template <class T>
inline void transposeTile(const T* from, int64_t fromStep, T* to, int64_t toStep) {
  typedef typename Row<T>::type V;
  constexpr int N = kTile<T>;
  V r[N];
#pragma GCC unroll 16
  for (int i = 0; i < N; i++) r[i] = loadVector<V>(from + i * fromStep);
  exchange<T, N / 2>(r, std::make_integer_sequence<int, N>());
#pragma GCC unroll 16
  for (int i = 0; i < N; i++) storeVector(to + i * toStep, r[i]);
}
}  // namespace tiles

// to[i * toStep + j] = from[i + j * fromStep] for at least a tile of rows and columns. The last tiles of both overlap those before them.
template <class T>
void transpose(const T* from, int64_t fromStep, T* to, int64_t toStep, int64_t rows, int64_t columns) {
  constexpr int64_t N = kTile<T>;
  // So many columns that the lines which two rows of tiles share are still near when the second comes.
  constexpr int64_t kColumns = 128;
  for (int64_t block = 0; block < columns; block += kColumns) {
    const int64_t end = std::min(columns, block + kColumns);
    for (int64_t i = 0; i < rows; i += N) {
      const int64_t row = std::min(i, rows - N);
      for (int64_t j = block; j < end; j += N) {
        const int64_t column = std::min(j, columns - N);
        tiles::transposeTile(from + row + column * fromStep, fromStep, to + row * toStep + column, toStep);
      }
    }
  }
}
