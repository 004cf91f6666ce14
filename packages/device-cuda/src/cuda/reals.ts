/** Floating numbers: their bits, the half types, and the functions of the scalar language for float and double. */

/** A function of the C library under one name for both types. */
const both = (name: string, arguments_: number, wide = name.slice(2)): string => {
  const list = ['a', 'b'].slice(0, arguments_);
  return ['float', 'double']
    .map(
      (t) =>
        `__device__ inline ${t} ${name}(${list.map((x) => `${t} ${x}`).join(', ')}) { return ${wide}${t === 'float' ? 'f' : ''}(${list.join(', ')}); }`,
    )
    .join('\n');
};
const generic = (text: string): string => `template<class T> __device__ inline ${text}`;

const single = [
  'fabs',
  'sqrt',
  'cbrt',
  'exp',
  'exp2',
  'expm1',
  'log',
  'log2',
  'log10',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
  'erfc',
  'floor',
  'ceil',
  'trunc',
  'rint',
];
const double = ['fmod', 'pow', 'atan2', 'hypot', 'copysign', 'nextafter'];

export const reals: Readonly<Record<string, string>> = {
  x_bits: `
union x_bits32 { float f; unsigned u; };
union x_bits64 { double f; unsigned long long u; };
__device__ inline unsigned x_bits(float x) { x_bits32 b; b.f = x; return b.u; }
__device__ inline unsigned long long x_bits(double x) { x_bits64 b; b.f = x; return b.u; }
__device__ inline float x_frombits(unsigned u) { x_bits32 b; b.u = u; return b.f; }
__device__ inline double x_frombits(unsigned long long u) { x_bits64 b; b.u = u; return b.f; }`,
  x_frombits: '/* x_bits */',
  x_nan: `
template<class T> __device__ inline T x_nan();
template<> __device__ inline float x_nan<float>() { return x_frombits(0x7fc00000u); }
template<> __device__ inline double x_nan<double>() { return x_frombits(0x7ff8000000000000ull); }`,
  x_inf: `
template<class T> __device__ inline T x_inf();
template<> __device__ inline float x_inf<float>() { return x_frombits(0x7f800000u); }
template<> __device__ inline double x_inf<double>() { return x_frombits(0x7ff0000000000000ull); }`,

  // The half types are bits; values of them are float.
  x_half: 'struct x_half { unsigned short bits; };',
  x_bfloat: 'struct x_bfloat { unsigned short bits; };',
  x_float: `
__device__ inline float x_float(x_bfloat h) { return x_frombits((unsigned)h.bits << 16); }
__device__ inline float x_float(x_half h) {
#ifdef __CUDA_ARCH__
  float f;
  asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(h.bits));
  return f;
#else
  const unsigned sign = (unsigned)(h.bits & 0x8000) << 16, e = (h.bits >> 10) & 31, m = h.bits & 0x3ff;
  if (e == 31) return x_frombits(sign | 0x7f800000u | m << 13);
  if (e != 0) return x_frombits(sign | (e + 112) << 23 | m << 13);
  const float tiny = (float)m * 5.9604644775390625e-8f;
  return sign ? -tiny : tiny;
#endif
}`,
  x_tohalf: `
__device__ inline x_half x_tohalf(float x) {
  x_half h;
#ifdef __CUDA_ARCH__
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h.bits) : "f"(x));
#else
  const unsigned b = x_bits(x), sign = b >> 16 & 0x8000u, a = b & 0x7fffffffu;
  if (a > 0x7f800000u) h.bits = (unsigned short)(sign | 0x7e00u);
  else if (a >= 0x477ff000u) h.bits = (unsigned short)(sign | 0x7c00u);
  else if (a >= 0x38800000u) h.bits = (unsigned short)(sign | ((a + 0xfffu + (a >> 13 & 1u)) - 0x38000000u) >> 13);
  // What is added rounds to multiples of the least half, whose number stands in the last bits.
  else h.bits = (unsigned short)(sign | (x_bits(x_frombits(a) + 0.5f) - 0x3f000000u));
#endif
  return h;
}`,
  x_tobfloat: `
__device__ inline x_bfloat x_tobfloat(float x) {
  const unsigned b = x_bits(x);
  x_bfloat h;
  h.bits = x != x ? (unsigned short)0x7fc0 : (unsigned short)((b + 0x7fffu + (b >> 16 & 1u)) >> 16);
  return h;
}`,

  // Integers of floats wrap as all integers do; what has no integer gives the lowest one.
  x_whole: `
__device__ inline long long x_whole(double x) {
  const double top = 9223372036854775808.0;
  if (x < top && x >= -top) return (long long)x;
  if (!(x - x == 0)) return (long long)0x8000000000000000ull;
  const double r = fmod(x, 2 * top), m = r < 0 ? r + 2 * top : r;
  return (long long)(m >= top ? (unsigned long long)(m - top) ^ 0x8000000000000000ull : (unsigned long long)m);
}
__device__ inline long long x_whole(float x) {
  return x < 2147483648.0f && x > -2147483648.0f ? (long long)(int)x : x_whole((double)x);
}`,

  ...Object.fromEntries(single.map((name) => [`x_${name}`, both(`x_${name}`, 1)])),
  ...Object.fromEntries(double.map((name) => [`x_${name}`, both(`x_${name}`, 2)])),
  x_ldexp: `
__device__ inline float x_ldexp(float a, int e) { return ldexpf(a, e); }
__device__ inline double x_ldexp(double a, int e) { return ldexp(a, e); }`,
  x_frexp: `
__device__ inline float x_frexp(float a, int* e) { return frexpf(a, e); }
__device__ inline double x_frexp(double a, int* e) { return frexp(a, e); }`,

  // Cosine and sine of a part of the full circle, from the nearest quarter: exact also where they are near 0.
  x_circle: generic(`void x_circle(T part, T* c, T* s) {
  const T k = x_rint(4 * part), angle = T(6.283185307179586) * (part - k / 4), a = x_cos(angle), b = x_sin(angle);
  const int q = (int)k & 3;
  *c = q == 0 ? a : q == 1 ? -b : q == 2 ? -a : b;
  *s = q == 0 ? b : q == 1 ? a : q == 2 ? -b : -a;
}`),
  x_isinf: generic('bool x_isinf(T a) { return a == a && !(a - a == 0); }'),
  x_isfinite: generic('bool x_isfinite(T a) { return a - a == 0; }'),
  x_signbit: generic('bool x_signbit(T a) { return x_bits(a) >> (8 * sizeof(T) - 1) != 0; }'),
  x_sign: generic('T x_sign(T a) { return a > 0 ? T(1) : a < 0 ? T(-1) : a; }'),
  x_rsqrt: generic('T x_rsqrt(T a) { return 1 / x_sqrt(a); }'),
  x_sigmoid: generic(`T x_sigmoid(T a) {
  const T e = x_exp(-x_fabs(a));
  return (a >= 0 ? T(1) : e) / (1 + e);
}`),
  x_logaddexp: generic(`T x_logaddexp(T a, T b) {
  if (a == b) return a + T(0.6931471805599453);
  const T d = a - b;
  return d > 0 ? a + x_log1p(x_exp(-d)) : d <= 0 ? b + x_log1p(x_exp(d)) : d;
}`),
  x_logaddexp2: generic(`T x_logaddexp2(T a, T b) {
  if (a == b) return a + 1;
  const T d = a - b, k = T(1.4426950408889634);
  return d > 0 ? a + x_log1p(x_exp2(-d)) * k : d <= 0 ? b + x_log1p(x_exp2(d)) * k : d;
}`),
  x_heaviside: generic('T x_heaviside(T a, T b) { return a != a ? a : a == 0 ? b : a > 0 ? T(1) : T(0); }'),
  x_mantissa: generic(`T x_mantissa(T a) {
  int e;
  return a == 0 || !x_isfinite(a) ? a : x_frexp(a, &e);
}`),
  x_exponent: generic(`int x_exponent(T a) {
  int e;
  if (a == 0 || !x_isfinite(a)) return 0;
  x_frexp(a, &e);
  return e;
}`),
  x_mod: generic(`T x_mod(T a, T b) {
  const T r = x_fmod(a, b);
  if (r == 0) return b < 0 ? T(-0.0) : T(0);
  return (r < 0) != (b < 0) ? r + b : r;
}`),
  x_floordiv: generic(`T x_floordiv(T a, T b) {
  if (b == 0) return a / b;
  const T r = x_fmod(a, b);
  T q = (a - r) / b;
  if (r != 0 && (r < 0) != (b < 0)) q -= 1;
  if (q == 0) return x_copysign(T(0), a / b);
  const T f = x_floor(q);
  return q - f > T(0.5) ? f + 1 : f;
}`),
  x_maximum: generic('T x_maximum(T a, T b) { return a >= b || a != a ? a : b; }'),
  x_minimum: generic('T x_minimum(T a, T b) { return a <= b || a != a ? a : b; }'),
  x_fmax: generic('T x_fmax(T a, T b) { return a >= b || b != b ? a : b; }'),
  x_fmin: generic('T x_fmin(T a, T b) { return a <= b || b != b ? a : b; }'),
};
