// Reading every second, third or fourth element, or backwards, and interleaving rows, by whole vectors.
#pragma once
#include <cstdint>
#include <utility>

#include "simd.h"

namespace strided {
template <class T>
struct Vector {
  typedef T type __attribute__((vector_size(VECTOR_BYTES)));
};
template <class T>
using Lanes = std::make_integer_sequence<int, VECTOR_BYTES / int(sizeof(T))>;

// Lane k of the result is element k * S of S vectors that lie one after another, from vector `At` on.
template <class T, int S, int At, int... K>
inline typename Vector<T>::type every(const T* from, typename Vector<T>::type known, std::integer_sequence<int, K...> lanes) {
  constexpr int L = sizeof...(K);
  if constexpr (At == S) return known;
  else {
    const auto v = loadVector<typename Vector<T>::type>(from + At * L);
    return every<T, S, At + 1>(from, __builtin_shufflevector(known, v, (K * S / L == At ? L + K * S % L : K)...), lanes);
  }
}

// to[i] = from[i * S]; returns how many, some less than n.
template <class T, int S>
inline int64_t forward(T* to, const T* from, int64_t n) {
  constexpr int64_t L = VECTOR_BYTES / sizeof(T);
  int64_t i = 0;
  // Beyond the last element of all there may be nothing to read.
  for (; i + L < n; i += L) storeVector(to + i, every<T, S, 0>(from + i * S, typename Vector<T>::type{}, Lanes<T>()));
  return i;
}

template <class T, int... K>
inline int64_t backward(T* to, const T* from, int64_t n, std::integer_sequence<int, K...>) {
  constexpr int L = sizeof...(K);
  int64_t i = 0;
  for (; i + L <= n; i += L) {
    const auto v = loadVector<typename Vector<T>::type>(from - i - (L - 1));
    storeVector(to + i, __builtin_shufflevector(v, v, (L - 1 - K)...));
  }
  return i;
}

// Vector M of those that C rows make when they are interleaved; lane k is element M * L + k of these.
template <class T, int C, int M, int At, int... K>
inline typename Vector<T>::type woven(const typename Vector<T>::type* rows, typename Vector<T>::type known,
                                      std::integer_sequence<int, K...> lanes) {
  constexpr int L = sizeof...(K);
  if constexpr (At == C) return known;
  else {
    const auto next = __builtin_shufflevector(known, rows[At], ((M * L + K) % C == At ? L + (M * L + K) / C : K)...);
    return woven<T, C, M, At + 1>(rows, next, lanes);
  }
}

template <class T, int C, int... M>
inline int64_t weave(T* to, const T* from, int64_t plane, int64_t n, std::integer_sequence<int, M...>) {
  typedef typename Vector<T>::type V;
  constexpr int64_t L = VECTOR_BYTES / sizeof(T);
  int64_t i = 0;
  for (; i + L <= n; i += L) {
    V rows[C];
    for (int c = 0; c < C; c++) rows[c] = loadVector<V>(from + i + c * plane);
    (storeVector(to + i * C + M * L, woven<T, C, M, 0>(rows, rows[0], Lanes<T>())), ...);
  }
  return i;
}
}  // namespace strided

// to[i * width + c] = from[i + c * plane] for all c below a width of 2, 3 or 4.
template <class T>
inline void interleave(T* to, const T* from, int64_t plane, int width, int64_t n) {
  int64_t i = 0;
  if (width == 2) i = strided::weave<T, 2>(to, from, plane, n, std::make_integer_sequence<int, 2>());
  else if (width == 3) i = strided::weave<T, 3>(to, from, plane, n, std::make_integer_sequence<int, 3>());
  else if (width == 4) i = strided::weave<T, 4>(to, from, plane, n, std::make_integer_sequence<int, 4>());
  for (; i < n; i++) {
    for (int c = 0; c < width; c++) to[i * width + c] = from[i + c * plane];
  }
}

// to[i] = from[i * step]
template <class T>
inline void gatherStrided(T* to, const T* from, int64_t step, int64_t n) {
  int64_t i = 0;
  if (step == 2) i = strided::forward<T, 2>(to, from, n);
  else if (step == 3) i = strided::forward<T, 3>(to, from, n);
  else if (step == 4) i = strided::forward<T, 4>(to, from, n);
  else if (step == -1) i = strided::backward(to, from, n, strided::Lanes<T>());
  for (; i < n; i++) to[i] = from[i * step];
}
