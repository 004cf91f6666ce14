// Loops around scalar operations, one instance for each combination of varying and uniform arguments.
#pragma once
#include <string>

#include "ops.h"
#include "simd.h"

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
void loop2(void* d, const void* a, const void* b, const void*, long n) {
  R* r = static_cast<R*>(d);
  const T* x = static_cast<const T*>(a);
  const U* y = static_cast<const U*>(b);
  const T x0 = x[0];
  const U y0 = y[0];
#pragma GCC ivdep
  for (long i = 0; i < n; i++) r[i] = R(F::f(UA ? x0 : x[i], UB ? y0 : y[i]));
}

template <class R, class T, class F>
OpEntry entry1(const std::string& name, float cost) {
  BlockFn f = loop1<R, T, F>;
  return {name, 1, int(sizeof(R)), cost, {f, f, f, f, f, f, f, f}};
}

template <class R, class T, class U, class F>
OpEntry entry2(const std::string& name, float cost) {
  BlockFn vv = loop2<R, T, U, F, false, false>;
  BlockFn uv = loop2<R, T, U, F, true, false>;
  BlockFn vu = loop2<R, T, U, F, false, true>;
  BlockFn uu = loop2<R, T, U, F, true, true>;
  return {name, 2, int(sizeof(R)), cost, {vv, uv, vu, uu, vv, uv, vu, uu}};
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
