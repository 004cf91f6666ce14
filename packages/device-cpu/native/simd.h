// Vectors of the widest kind that this build has, and the vector math of glibc (libmvec) on them where it may be used.
#pragma once
#include <cmath>
#include <cstring>

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define MVEC_F(args, name) _ZGVeN16##args##_##name
#define MVEC_D(args, name) _ZGVeN8##args##_##name
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#define MVEC_F(args, name) _ZGVdN8##args##_##name
#define MVEC_D(args, name) _ZGVdN4##args##_##name
#else
#define VECTOR_BYTES 16
#define MVEC_F(args, name) _ZGVbN4##args##_##name
#define MVEC_D(args, name) _ZGVbN2##args##_##name
#endif

typedef float VF __attribute__((vector_size(VECTOR_BYTES)));
typedef double VD __attribute__((vector_size(VECTOR_BYTES)));
typedef int VI __attribute__((vector_size(VECTOR_BYTES)));
typedef long VL __attribute__((vector_size(VECTOR_BYTES)));

template <class T>
struct VectorOf;
template <>
struct VectorOf<float> {
  typedef VF type;
};
template <>
struct VectorOf<double> {
  typedef VD type;
};

template <class V, class T>
inline V loadVector(const T* p) {
  V v;
  memcpy(&v, p, sizeof v);
  return v;
}
template <class V, class T>
inline void storeVector(T* p, V v) {
  memcpy(p, &v, sizeof v);
}

#if defined(USE_LIBMVEC)
#define MATH1(name)                                   \
  extern "C" VF MVEC_F(v, name##f)(VF);               \
  extern "C" VD MVEC_D(v, name)(VD);                  \
  inline VF v##name(VF x) { return MVEC_F(v, name##f)(x); } \
  inline VD v##name(VD x) { return MVEC_D(v, name)(x); }
#define MATH2(name)                                        \
  extern "C" VF MVEC_F(vv, name##f)(VF, VF);               \
  extern "C" VD MVEC_D(vv, name)(VD, VD);                  \
  inline VF v##name(VF x, VF y) { return MVEC_F(vv, name##f)(x, y); } \
  inline VD v##name(VD x, VD y) { return MVEC_D(vv, name)(x, y); }
#else
#define MATH1(name)                                             \
  template <class V>                                            \
  inline V v##name(V x) {                                       \
    V r;                                                        \
    for (size_t i = 0; i < sizeof(V) / sizeof(x[0]); i++) r[i] = std::name(x[i]); \
    return r;                                                   \
  }
#define MATH2(name)                                             \
  template <class V>                                            \
  inline V v##name(V x, V y) {                                  \
    V r;                                                        \
    for (size_t i = 0; i < sizeof(V) / sizeof(x[0]); i++) r[i] = std::name(x[i], y[i]); \
    return r;                                                   \
  }
#endif

MATH1(exp)
MATH1(exp2)
MATH1(expm1)
MATH1(log)
MATH1(log2)
MATH1(log10)
MATH1(log1p)
MATH1(sin)
MATH1(cos)
MATH1(tan)
MATH1(asin)
MATH1(acos)
MATH1(atan)
MATH1(sinh)
MATH1(cosh)
MATH1(tanh)
MATH1(asinh)
MATH1(acosh)
MATH1(atanh)
MATH1(cbrt)
MATH1(erf)
MATH1(erfc)
MATH2(pow)
MATH2(atan2)
MATH2(hypot)
#undef MATH1
#undef MATH2

template <class V>
inline V vabs(V x) {
  return x < 0 ? -x : (x == 0 ? x * 0 : x);
}
inline VF vabs(VF x) {
  VI m = (VI)x & 0x7fffffff;
  return (VF)m;
}
inline VD vabs(VD x) {
  VL m = (VL)x & 0x7fffffffffffffffL;
  return (VD)m;
}
