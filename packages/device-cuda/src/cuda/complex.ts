/** Complex numbers and their functions; formulas and branch cuts are those of the language's own table. */

const z = (text: string): string => `template<class T> __device__ inline x_complex<T> ${text}`;
const test = (text: string): string => `template<class T> __device__ inline bool ${text}`;

export const complexes: Readonly<Record<string, string>> = {
  x_complex: `
template<class T> struct alignas(2 * sizeof(T)) x_complex {
  T re, im;
  x_complex() = default;
  __device__ inline x_complex(T r, T i = 0) : re(r), im(i) {}
  __device__ inline x_complex operator+(x_complex b) const { return x_complex(re + b.re, im + b.im); }
  __device__ inline x_complex operator-(x_complex b) const { return x_complex(re - b.re, im - b.im); }
  __device__ inline x_complex operator-() const { return x_complex(-re, -im); }
  __device__ inline x_complex operator*(x_complex b) const { return x_complex(re * b.re - im * b.im, re * b.im + im * b.re); }
  __device__ inline x_complex operator*(T b) const { return x_complex(re * b, im * b); }
  __device__ inline x_complex operator/(T b) const { return x_complex(re / b, im / b); }
  // Smith's division, which does not overflow half way.
  __device__ inline x_complex operator/(x_complex b) const {
    const T br = b.re < 0 ? -b.re : b.re, bi = b.im < 0 ? -b.im : b.im;
    if (br >= bi) {
      if (b.re == 0 && b.im == 0) return x_complex(re / T(0), im / T(0));
      const T r = b.im / b.re, d = b.re + b.im * r;
      return x_complex((re + im * r) / d, (im - re * r) / d);
    }
    const T r = b.re / b.im, d = b.im + b.re * r;
    return x_complex((re * r + im) / d, (im * r - re) / d);
  }
  __device__ inline x_complex& operator+=(x_complex b) { re += b.re; im += b.im; return *this; }
  __device__ inline x_complex& operator-=(x_complex b) { re -= b.re; im -= b.im; return *this; }
  __device__ inline bool operator==(x_complex b) const { return re == b.re && im == b.im; }
  __device__ inline bool operator!=(x_complex b) const { return re != b.re || im != b.im; }
};`,
  x_csquare: z(
    'x_csquare(x_complex<T> a) { return x_complex<T>((a.re - a.im) * (a.re + a.im), 2 * a.re * a.im); }',
  ),
  x_cconj: z('x_cconj(x_complex<T> a) { return x_complex<T>(a.re, -a.im); }'),
  x_cabs: 'template<class T> __device__ inline T x_cabs(x_complex<T> a) { return x_hypot(a.re, a.im); }',
  x_cangle: 'template<class T> __device__ inline T x_cangle(x_complex<T> a) { return x_atan2(a.im, a.re); }',
  x_csign: z(`x_csign(x_complex<T> a) {
  const T r = x_cabs(a);
  return r == 0 ? x_complex<T>(0, 0) : a / r;
}`),
  x_csqrt: z(`x_csqrt(x_complex<T> a) {
  if (a.re == 0 && a.im == 0) return x_complex<T>(0, a.im);
  if (x_isinf(a.im)) return x_complex<T>(x_inf<T>(), a.im);
  if (a.re == x_inf<T>()) return x_complex<T>(a.re, a.im != a.im ? a.im : x_copysign(T(0), a.im));
  const T t = x_sqrt((x_fabs(a.re) + x_cabs(a)) / 2);
  if (a.re >= 0) return x_complex<T>(t, a.im / (2 * t));
  return x_complex<T>(x_fabs(a.im) / (2 * t), x_signbit(a.im) ? -t : t);
}`),
  x_cexp: z(`x_cexp(x_complex<T> a) {
  const T e = x_exp(a.re);
  return a.im == 0 ? x_complex<T>(e, a.im) : x_complex<T>(e * x_cos(a.im), e * x_sin(a.im));
}`),
  x_cexp2: z('x_cexp2(x_complex<T> a) { return x_cexp(a * T(0.6931471805599453)); }'),
  x_cexpm1: z(`x_cexpm1(x_complex<T> a) {
  const T s = x_sin(a.im / 2);
  return x_complex<T>(x_expm1(a.re) * x_cos(a.im) - 2 * s * s, x_exp(a.re) * x_sin(a.im));
}`),
  x_clog: z('x_clog(x_complex<T> a) { return x_complex<T>(x_log(x_cabs(a)), x_cangle(a)); }'),
  x_clog2: z(
    'x_clog2(x_complex<T> a) { return x_complex<T>(x_log2(x_cabs(a)), x_cangle(a) * T(1.4426950408889634)); }',
  ),
  x_clog10: z(
    'x_clog10(x_complex<T> a) { return x_complex<T>(x_log10(x_cabs(a)), x_cangle(a) * T(0.4342944819032518)); }',
  ),
  x_clog1p: z(`x_clog1p(x_complex<T> a) {
  const bool small = x_fabs(a.re) < T(0.5) && x_fabs(a.im) < T(0.5);
  return x_complex<T>(
      small ? x_log1p(a.re * (2 + a.re) + a.im * a.im) / 2 : x_log(x_hypot(1 + a.re, a.im)), x_atan2(a.im, 1 + a.re));
}`),
  x_csin: z(
    'x_csin(x_complex<T> a) { return x_complex<T>(x_sin(a.re) * x_cosh(a.im), x_cos(a.re) * x_sinh(a.im)); }',
  ),
  x_ccos: z(
    'x_ccos(x_complex<T> a) { return x_complex<T>(x_cos(a.re) * x_cosh(a.im), -x_sin(a.re) * x_sinh(a.im)); }',
  ),
  x_csinh: z(
    'x_csinh(x_complex<T> a) { return x_complex<T>(x_sinh(a.re) * x_cos(a.im), x_cosh(a.re) * x_sin(a.im)); }',
  ),
  x_ccosh: z(
    'x_ccosh(x_complex<T> a) { return x_complex<T>(x_cosh(a.re) * x_cos(a.im), x_sinh(a.re) * x_sin(a.im)); }',
  ),
  x_ctanh: z(`x_ctanh(x_complex<T> a) {
  if (x_fabs(a.re) > 20) return x_complex<T>(x_sign(a.re), 4 * x_sin(a.im) * x_cos(a.im) * x_exp(-2 * x_fabs(a.re)));
  const T t = x_tan(a.im), s = x_sinh(a.re), beta = 1 + t * t, rho = x_sqrt(1 + s * s);
  if (x_isinf(t)) return x_complex<T>(rho / s, 1 / t);
  const T d = 1 + beta * s * s;
  return x_complex<T>(beta * rho * s / d, t / d);
}`),
  x_ctan: z(`x_ctan(x_complex<T> a) {
  const x_complex<T> r = x_ctanh(x_complex<T>(-a.im, a.re));
  return x_complex<T>(r.im, -r.re);
}`),
  // Kahan's formulas (1987), which keep the branch cuts.
  x_casin: z(`x_casin(x_complex<T> a) {
  const x_complex<T> m = x_csqrt(x_complex<T>(1 - a.re, -a.im)), q = x_csqrt(x_complex<T>(1 + a.re, a.im));
  return x_complex<T>(x_atan2(a.re, m.re * q.re - m.im * q.im), x_asinh(m.re * q.im - m.im * q.re));
}`),
  x_casinh: z(`x_casinh(x_complex<T> a) {
  const x_complex<T> r = x_casin(x_complex<T>(-a.im, a.re));
  return x_complex<T>(r.im, -r.re);
}`),
  x_cacos: z(`x_cacos(x_complex<T> a) {
  const x_complex<T> m = x_csqrt(x_complex<T>(1 - a.re, -a.im)), q = x_csqrt(x_complex<T>(1 + a.re, a.im));
  return x_complex<T>(2 * x_atan2(m.re, q.re), x_asinh(q.re * m.im - q.im * m.re));
}`),
  x_cacosh: z(`x_cacosh(x_complex<T> a) {
  const x_complex<T> m = x_csqrt(x_complex<T>(a.re - 1, a.im)), q = x_csqrt(x_complex<T>(a.re + 1, a.im));
  return x_complex<T>(x_asinh(q.re * m.re + q.im * m.im), 2 * x_atan2(m.im, q.re));
}`),
  x_catanh: z(`x_catanh(x_complex<T> a) {
  const x_complex<T> m = x_clog1p(a), q = x_clog1p(-a);
  return x_complex<T>((m.re - q.re) / 2, (m.im - q.im) / 2);
}`),
  x_catan: z(`x_catan(x_complex<T> a) {
  const x_complex<T> r = x_catanh(x_complex<T>(-a.im, a.re));
  return x_complex<T>(r.im, -r.re);
}`),
  x_cpow: z(`x_cpow(x_complex<T> a, x_complex<T> b) {
  if (b.re == 0 && b.im == 0) return x_complex<T>(1, 0);
  if (a.re == 0 && a.im == 0) return b.re > 0 ? x_complex<T>(0, 0) : x_complex<T>(x_nan<T>(), x_nan<T>());
  if (b.im == 0 && x_floor(b.re) == b.re && x_fabs(b.re) < 100) {
    x_complex<T> r(1, 0), x = a;
    for (int e = (int)x_fabs(b.re); e > 0; e >>= 1) {
      if (e & 1) r = r * x;
      x = x * x;
    }
    return b.re < 0 ? x_complex<T>(1, 0) / r : r;
  }
  const T lr = x_log(x_cabs(a)), li = x_cangle(a);
  return x_cexp(x_complex<T>(b.re * lr - b.im * li, b.re * li + b.im * lr));
}`),
  x_crint: z('x_crint(x_complex<T> a) { return x_complex<T>(x_rint(a.re), x_rint(a.im)); }'),
  // Lexicographic order, as NumPy compares.
  x_cless: test(
    'x_cless(x_complex<T> a, x_complex<T> b) { return a.re < b.re || (a.re == b.re && a.im < b.im); }',
  ),
  x_clessequal: test(
    'x_clessequal(x_complex<T> a, x_complex<T> b) { return a.re < b.re || (a.re == b.re && a.im <= b.im); }',
  ),
  x_cisnan: test('x_cisnan(x_complex<T> a) { return a.re != a.re || a.im != a.im; }'),
  x_cmaximum: z(
    'x_cmaximum(x_complex<T> a, x_complex<T> b) { return x_cisnan(a) || (!x_cisnan(b) && x_clessequal(b, a)) ? a : b; }',
  ),
  x_cminimum: z(
    'x_cminimum(x_complex<T> a, x_complex<T> b) { return x_cisnan(a) || (!x_cisnan(b) && x_clessequal(a, b)) ? a : b; }',
  ),
  x_cfmax: z(
    'x_cfmax(x_complex<T> a, x_complex<T> b) { return x_cisnan(b) || (!x_cisnan(a) && x_clessequal(b, a)) ? a : b; }',
  ),
  x_cfmin: z(
    'x_cfmin(x_complex<T> a, x_complex<T> b) { return x_cisnan(b) || (!x_cisnan(a) && x_clessequal(a, b)) ? a : b; }',
  ),
};
