// Loops around scalar operations, one instance for each combination of varying and uniform arguments.
#pragma once
#include <algorithm>
#include <string>

#include "ops.h"
#include "simd.h"
#include "stream.h"

// The compute types, and how names of operations end for each. Booleans are bytes of 0 and 1.
template <class T>
struct Suffix;
#define SUFFIX(T, S)                          \
  template <>                                 \
  struct Suffix<T> {                          \
    static constexpr const char* value = "." S; \
  };
SUFFIX(int8_t, "i8")
SUFFIX(uint8_t, "u8")
SUFFIX(int16_t, "i16")
SUFFIX(uint16_t, "u16")
SUFFIX(int32_t, "i32")
SUFFIX(uint32_t, "u32")
SUFFIX(int64_t, "i64")
SUFFIX(uint64_t, "u64")
SUFFIX(float, "f32")
SUFFIX(double, "f64")
#undef SUFFIX

// "add.f32"
template <class T>
std::string named(const char* op) {
  return std::string(op) + Suffix<T>::value;
}

// In place is fine: elements with the same index only, which is all that `ivdep` asks for.
template <class R, class T, class F>
void loop1(void* d, const void* a, const void*, const void*, long n) {
  R* r = static_cast<R*>(d);
  const T* x = static_cast<const T*>(a);
#pragma GCC ivdep
  for (long i = 0; i < n; i++) r[i] = R(F::f(x[i]));
}

template <class R, class T, class U, class F, bool UA, bool UB>
__attribute__((noinline)) void loop2(void* d, const void* a, const void* b, const void*, long n) {
  R* r = static_cast<R*>(d);
  const T* x = static_cast<const T*>(a);
  const U* y = static_cast<const U*>(b);
  const T x0 = x[0];
  const U y0 = y[0];
#pragma GCC ivdep
  for (long i = 0; i < n; i++) r[i] = R(F::f(UA ? x0 : x[i], UB ? y0 : y[i]));
}

// The same past the caches, a few lines at a time, so that reading and writing overlap. Compilers turn loops over one line into scalars.
template <class R, class T, class U, class F, bool UA, bool UB>
void stream2(void* d, const void* a, const void* b, const void*, long n) {
  constexpr int kLines = 4;
  constexpr long kLine = kLineBytes / sizeof(R);
  R* r = static_cast<R*>(d);
  const T* x = static_cast<const T*>(a);
  const U* y = static_cast<const U*>(b);
  const T x0 = x[0];
  const U y0 = y[0];
  const auto some = [&](long i, long m) { loop2<R, T, U, F, UA, UB>(r + i, UA ? x : x + i, UB ? y : y + i, nullptr, m); };
  long i = std::min(n, long(beforeLine(r) / sizeof(R)));
  some(0, i);
  for (; i + kLines * kLine <= n; i += kLines * kLine) {
    alignas(kLineBytes) R lines[kLines * kLine];
    for (long k = 0; k < kLines * kLine; k++) lines[k] = R(F::f(UA ? x0 : x[i + k], UB ? y0 : y[i + k]));
    for (long k = 0; k < kLines * kLine; k += kLine) streamLine(r + i + k, lines + k);
  }
  some(i, n - i);
}

// A function of one argument, for loops over two.
template <class F>
struct First {
  template <class T>
  static inline auto f(T a, uint8_t) {
    return F::f(a);
  }
};

template <class R, class T, class F>
void stream1(void* d, const void* a, const void* b, const void* c, long n) {
  stream2<R, T, uint8_t, First<F>, false, true>(d, a, b, c, n);
}

// Narrower results are a small part of what moves; they have no loop that streams.
template <class R>
constexpr bool kStreams = sizeof(R) >= 4;

template <class R, class T, class F>
OpEntry entry1(const std::string& name, float cost) {
  BlockFn f = loop1<R, T, F>;
  OpEntry e{name, 1, int(sizeof(R)), cost, {f, f, f, f, f, f, f, f}};
  if constexpr (kStreams<R>) std::fill_n(e.stream, 8, BlockFn(stream1<R, T, F>));
  return e;
}

template <class R, class T, class U, class F>
OpEntry entry2(const std::string& name, float cost) {
  BlockFn vv = loop2<R, T, U, F, false, false>;
  BlockFn uv = loop2<R, T, U, F, true, false>;
  BlockFn vu = loop2<R, T, U, F, false, true>;
  BlockFn uu = loop2<R, T, U, F, true, true>;
  OpEntry e{name, 2, int(sizeof(R)), cost, {vv, uv, vu, uu, vv, uv, vu, uu}};
  if constexpr (kStreams<R>) {
    for (int half : {0, 4}) {
      e.stream[half] = stream2<R, T, U, F, false, false>;
      e.stream[half + 1] = stream2<R, T, U, F, true, false>;
      e.stream[half + 2] = stream2<R, T, U, F, false, true>;
    }
  }
  return e;
}

// The same over whole vectors, for math that is a function call on a vector; the tail goes through a padded copy.
template <class T, class F>
void vector1(void* d, const void* a, const void*, const void*, long n) {
  typedef typename VectorOf<T>::type V;
  constexpr long L = sizeof(V) / sizeof(T);
  T* r = static_cast<T*>(d);
  const T* x = static_cast<const T*>(a);
  long i = 0;
  for (; i + L <= n; i += L) storeVector(r + i, F::f(loadVector<V>(x + i)));
  if (i < n) {
    T t[L];
    for (long k = 0; k < L; k++) t[k] = x[i + k < n ? i + k : i];
    storeVector(t, F::f(loadVector<V>(t)));
    for (long k = 0; i + k < n; k++) r[i + k] = t[k];
  }
}

template <class T, class F, bool UA, bool UB>
void vector2(void* d, const void* a, const void* b, const void*, long n) {
  typedef typename VectorOf<T>::type V;
  constexpr long L = sizeof(V) / sizeof(T);
  T* r = static_cast<T*>(d);
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  const V x0 = x[0] - V{}, y0 = y[0] - V{};
  long i = 0;
  for (; i + L <= n; i += L) storeVector(r + i, F::f(UA ? x0 : loadVector<V>(x + i), UB ? y0 : loadVector<V>(y + i)));
  if (i < n) {
    T t[L], u[L];
    for (long k = 0; k < L; k++) {
      const long at = i + k < n ? i + k : i;
      t[k] = x[UA ? 0 : at];
      u[k] = y[UB ? 0 : at];
    }
    storeVector(t, F::f(loadVector<V>(t), loadVector<V>(u)));
    for (long k = 0; i + k < n; k++) r[i + k] = t[k];
  }
}

template <class T, class F>
OpEntry math1(const std::string& name, float cost) {
  BlockFn f = vector1<T, F>;
  return {name, 1, int(sizeof(T)), cost, {f, f, f, f, f, f, f, f}};
}

template <class T, class F>
OpEntry math2(const std::string& name, float cost) {
  BlockFn vv = vector2<T, F, false, false>;
  BlockFn uv = vector2<T, F, true, false>;
  BlockFn vu = vector2<T, F, false, true>;
  BlockFn uu = vector2<T, F, true, true>;
  return {name, 2, int(sizeof(T)), cost, {vv, uv, vu, uu, vv, uv, vu, uu}};
}
