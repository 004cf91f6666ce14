// CUDA C for g++: what kernels see. Nothing is included, since every kernel is compiled with it.
//
// Threads of a block run one after the other on one processor; where they wait for each other the driver switches between them
// (fibers.cc). So atomics are plain operations, and shared memory is a static variable.
#pragma once
#include "runtime.h"

#define CHAINER_EMULATED 1
#define __global__ inline __attribute__((always_inline))
#define __device__
#define __host__
#define __constant__ static
#define __shared__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __grid_constant__
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __restrict__ __restrict

typedef unsigned long size_t;

static emu_state emu_here;
static const emu_runtime* emu_driver;
#define threadIdx emu_here.thread
#define blockIdx emu_here.block
#define blockDim emu_here.blockSize
#define gridDim emu_here.gridSize
static const int warpSize = 32;
struct dim3 {
  unsigned x, y, z;
};
inline void* emu_dynamic() { return emu_here.dynamic; }

inline void emu_stand(unsigned t) {
  emu_here.self = t;
  const unsigned w = emu_here.blockSize.x, h = emu_here.blockSize.y;
  if (h == 1 && emu_here.blockSize.z == 1) {
    emu_here.thread = {t, 0, 0};
  } else {
    emu_here.thread = {t % w, t / w % h, t / w / h};
  }
}

// --- waiting for each other
inline void __syncthreads() {
  const unsigned t = emu_here.self;
  emu_driver->barrier();
  emu_stand(t);
}
inline void __syncwarp(unsigned mask = 0xffffffffu) {
  const unsigned t = emu_here.self;
  emu_driver->warp(mask);
  emu_stand(t);
}
inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}
inline void __trap() { emu_driver->trap(); }

// Shows a value to the warp; a second buffer is for those who are already at the next exchange.
inline unsigned long long* emu_show(unsigned mask, unsigned long long bits) {
  const unsigned t = emu_here.self;
  unsigned long long* slots = emu_driver->slots + 1024 * emu_driver->parity[t];
  emu_driver->parity[t] ^= 1;
  slots[t] = bits;
  __syncwarp(mask);
  return slots + (t & ~31u);
}
template <class T>
inline T emu_exchange(unsigned mask, T value, unsigned from) {
  static_assert(sizeof(T) <= 8, "a shuffle moves eight bytes at most");
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  const unsigned long long* seen = emu_show(mask, bits);
  T result;
  __builtin_memcpy(&result, &seen[from & 31], sizeof(T));
  return result;
}
inline unsigned emu_lane() { return emu_here.self & 31; }
template <class T>
inline T __shfl_sync(unsigned mask, T v, int source, int width = 32) {
  const unsigned lane = emu_lane(), base = lane & ~unsigned(width - 1);
  return emu_exchange(mask, v, base + (unsigned(source) & unsigned(width - 1)));
}
template <class T>
inline T __shfl_xor_sync(unsigned mask, T v, int bits, int width = 32) {
  const unsigned lane = emu_lane(), from = lane ^ unsigned(bits), base = lane & ~unsigned(width - 1);
  return emu_exchange(mask, v, from < base + unsigned(width) ? from : lane);
}
template <class T>
inline T __shfl_down_sync(unsigned mask, T v, unsigned delta, int width = 32) {
  const unsigned lane = emu_lane(), base = lane & ~unsigned(width - 1);
  return emu_exchange(mask, v, lane + delta < base + unsigned(width) ? lane + delta : lane);
}
template <class T>
inline T __shfl_up_sync(unsigned mask, T v, unsigned delta, int width = 32) {
  const unsigned lane = emu_lane(), base = lane & ~unsigned(width - 1);
  return emu_exchange(mask, v, lane >= base + delta ? lane - delta : lane);
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
  const unsigned alive = emu_here.lanes[emu_here.self >> 5];
  const unsigned long long* seen = emu_show(mask, predicate != 0);
  unsigned result = 0;
  for (int k = 0; k < 32; k++)
    if ((mask & alive) >> k & 1) result |= unsigned(seen[k]) << k;
  return result;
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, !predicate) == 0; }
inline unsigned __activemask() { return emu_here.lanes[emu_here.self >> 5]; }

// --- atomics
#define EMU_ATOMIC(name, expression)        \
  template <class T, class V>               \
  inline T name(T* at, V given) {           \
    const T value = T(given);               \
    const T old = *at;                      \
    *at = expression;                       \
    return old;                             \
  }
EMU_ATOMIC(atomicAdd, old + value)
EMU_ATOMIC(atomicSub, old - value)
EMU_ATOMIC(atomicExch, value)
EMU_ATOMIC(atomicMin, old < value ? old : value)
EMU_ATOMIC(atomicMax, old > value ? old : value)
EMU_ATOMIC(atomicAnd, old & value)
EMU_ATOMIC(atomicOr, old | value)
EMU_ATOMIC(atomicXor, old ^ value)
template <class T, class A, class B>
inline T atomicCAS(T* at, A expected, B value) {
  const T old = *at;
  if (old == T(expected)) *at = T(value);
  return old;
}

// --- mathematics of C; g++ knows these by name
extern "C" {
#define EMU_MATH1(name) double name(double); float name##f(float);
#define EMU_MATH2(name) double name(double, double); float name##f(float, float);
EMU_MATH1(sin) EMU_MATH1(cos) EMU_MATH1(tan) EMU_MATH1(asin) EMU_MATH1(acos) EMU_MATH1(atan)
EMU_MATH1(sinh) EMU_MATH1(cosh) EMU_MATH1(tanh) EMU_MATH1(asinh) EMU_MATH1(acosh) EMU_MATH1(atanh)
EMU_MATH1(exp) EMU_MATH1(exp2) EMU_MATH1(expm1) EMU_MATH1(log) EMU_MATH1(log2) EMU_MATH1(log10) EMU_MATH1(log1p)
EMU_MATH1(sqrt) EMU_MATH1(cbrt) EMU_MATH1(floor) EMU_MATH1(ceil) EMU_MATH1(trunc) EMU_MATH1(round) EMU_MATH1(rint)
EMU_MATH1(nearbyint) EMU_MATH1(fabs) EMU_MATH1(erf) EMU_MATH1(erfc) EMU_MATH1(lgamma) EMU_MATH1(tgamma)
EMU_MATH2(pow) EMU_MATH2(fmod) EMU_MATH2(atan2) EMU_MATH2(fmin) EMU_MATH2(fmax) EMU_MATH2(hypot) EMU_MATH2(copysign)
EMU_MATH2(nextafter) EMU_MATH2(remainder) EMU_MATH2(fdim)
double fma(double, double, double); float fmaf(float, float, float);
double ldexp(double, int); float ldexpf(float, int);
double frexp(double, int*); float frexpf(float, int*);
double modf(double, double*); float modff(float, float*);
double j0(double); double j1(double); double y0(double); double y1(double);
float j0f(float); float j1f(float); float y0f(float); float y1f(float);
long lrint(double); long lrintf(float);
int printf(const char*, ...);
int abs(int); long long llabs(long long);
void* memcpy(void*, const void*, size_t); void* memset(void*, int, size_t);
}
#define EMU_FLOAT1(name) inline float name(float x) { return name##f(x); }
#define EMU_FLOAT2(name) inline float name(float x, float y) { return name##f(x, y); }
EMU_FLOAT1(sin) EMU_FLOAT1(cos) EMU_FLOAT1(tan) EMU_FLOAT1(asin) EMU_FLOAT1(acos) EMU_FLOAT1(atan)
EMU_FLOAT1(sinh) EMU_FLOAT1(cosh) EMU_FLOAT1(tanh) EMU_FLOAT1(exp) EMU_FLOAT1(log) EMU_FLOAT1(sqrt)
EMU_FLOAT1(floor) EMU_FLOAT1(ceil) EMU_FLOAT1(trunc) EMU_FLOAT1(rint) EMU_FLOAT1(fabs)
EMU_FLOAT2(pow) EMU_FLOAT2(fmod) EMU_FLOAT2(atan2) EMU_FLOAT2(fmin) EMU_FLOAT2(fmax)
inline float abs(float x) { return fabsf(x); }
inline double abs(double x) { return fabs(x); }
inline long long abs(long long x) { return llabs(x); }
inline float rsqrtf(float x) { return 1 / sqrtf(x); }
inline double rsqrt(double x) { return 1 / sqrt(x); }
inline float rsqrt(float x) { return rsqrtf(x); }
inline float __fdividef(float a, float b) { return a / b; }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return sqrtf(a); }
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __ddiv_rn(double a, double b) { return a / b; }
inline float erfcxf(float x) { return expf(x * x) * erfcf(x); }
inline float sinpif(float x) { return sinf(3.14159265358979f * x); }
inline float cospif(float x) { return cosf(3.14159265358979f * x); }
inline double sinpi(double x) { return sin(3.14159265358979323846 * x); }
inline double cospi(double x) { return cos(3.14159265358979323846 * x); }
inline void sincosf(float x, float* s, float* c) { *s = sinf(x); *c = cosf(x); }
inline void sincos(double x, double* s, double* c) { *s = sin(x); *c = cos(x); }
inline bool isnan(float x) { return x != x; }
inline bool isnan(double x) { return x != x; }
inline bool isinf(float x) { return __builtin_isinf(x); }
inline bool isinf(double x) { return __builtin_isinf(x); }
inline bool isfinite(float x) { return __builtin_isfinite(x); }
inline bool isfinite(double x) { return __builtin_isfinite(x); }
inline bool signbit(float x) { return __builtin_signbit(x); }
inline bool signbit(double x) { return __builtin_signbit(x); }
#define EMU_MINMAX(T)                                \
  inline T min(T a, T b) { return b < a ? b : a; }   \
  inline T max(T a, T b) { return a < b ? b : a; }
EMU_MINMAX(int) EMU_MINMAX(unsigned) EMU_MINMAX(long) EMU_MINMAX(unsigned long) EMU_MINMAX(long long) EMU_MINMAX(unsigned long long)
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }

// --- bits
template <class To, class From>
inline To emu_bits(From x) {
  static_assert(sizeof(To) == sizeof(From), "bits of one size");
  To y;
  __builtin_memcpy(&y, &x, sizeof y);
  return y;
}
inline int __float_as_int(float x) { return emu_bits<int>(x); }
inline unsigned __float_as_uint(float x) { return emu_bits<unsigned>(x); }
inline float __int_as_float(int x) { return emu_bits<float>(x); }
inline float __uint_as_float(unsigned x) { return emu_bits<float>(x); }
inline long long __double_as_longlong(double x) { return emu_bits<long long>(x); }
inline double __longlong_as_double(long long x) { return emu_bits<double>(x); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x ? __builtin_clz(unsigned(x)) : 32; }
inline int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline unsigned __brev(unsigned x) {
  unsigned y = 0;
  for (int k = 0; k < 32; k++) y |= (x >> k & 1) << (31 - k);
  return y;
}
inline unsigned __umulhi(unsigned a, unsigned b) { return unsigned((unsigned long long)a * b >> 32); }
inline int __mulhi(int a, int b) { return int((long long)a * b >> 32); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return (unsigned long long)((unsigned __int128)a * b >> 64);
}
inline int __float2int_rz(float x) { return x != x ? 0 : x >= 2147483648.f ? 2147483647 : x <= -2147483648.f ? -2147483647 - 1 : int(x); }
inline int __float2int_rn(float x) { return __float2int_rz(rintf(x)); }
template <class T>
inline T __ldg(const T* at) { return *at; }
template <class T>
inline T __ldcs(const T* at) { return *at; }
template <class T>
inline void __stcs(T* at, T value) { *at = value; }

// --- vectors
#define EMU_VECTOR(T, name)                                                                                        \
  struct name##1 { T x; };                                                                                         \
  struct __attribute__((aligned(2 * sizeof(T)))) name##2 { T x, y; };                                              \
  struct name##3 { T x, y, z; };                                                                                   \
  struct __attribute__((aligned(4 * sizeof(T) > 16 ? 16 : 4 * sizeof(T)))) name##4 { T x, y, z, w; };              \
  inline name##2 make_##name##2(T x, T y) { return {x, y}; }                                                       \
  inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }                                               \
  inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
EMU_VECTOR(float, float)
EMU_VECTOR(double, double)
EMU_VECTOR(int, int)
EMU_VECTOR(unsigned, uint)
EMU_VECTOR(short, short)
EMU_VECTOR(unsigned short, ushort)
EMU_VECTOR(signed char, char)
EMU_VECTOR(unsigned char, uchar)
EMU_VECTOR(long long, longlong)
EMU_VECTOR(unsigned long long, ulonglong)

// --- entries: one for each kernel, at the end of its text
template <auto f>
struct emu_entry;
template <class... A, void (*f)(A...)>
struct emu_entry<f> {
  template <class T>
  struct plain { typedef T type; };
  template <class T>
  struct plain<const T> { typedef T type; };
  template <unsigned... k>
  struct list {};
  template <unsigned n, unsigned... k>
  struct upto : upto<n - 1, n - 1, k...> {};
  template <unsigned... k>
  struct upto<0, k...> { typedef list<k...> type; };
  template <unsigned... k>
  static void all(void** parameters, list<k...>) {
    while (emu_here.next < emu_here.threads) {
      const unsigned t = emu_here.next++;
      emu_stand(t);
      f(*static_cast<typename plain<A>::type*>(parameters[k])...);
      emu_here.lanes[emu_here.self >> 5] &= ~(1u << (emu_here.self & 31));
      emu_here.alive--;
      if (emu_here.waiting != 0) emu_driver->left();
    }
  }
  static void run(void** parameters) { all(parameters, typename upto<sizeof...(A)>::type()); }
  static constexpr unsigned long sizes[] = {sizeof(A)..., 0};
  static constexpr int count = sizeof...(A);
};
#define EMU_KERNEL(symbol, ...) \
  extern "C" __attribute__((visibility("default"))) emu_kernel symbol = {emu_entry<__VA_ARGS__>::run, emu_entry<__VA_ARGS__>::count, emu_entry<__VA_ARGS__>::sizes};
extern "C" __attribute__((visibility("default"))) emu_module emu_module_of_this = {&emu_here, &emu_driver};
