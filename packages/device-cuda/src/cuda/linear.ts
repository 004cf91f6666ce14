/** What linear algebra asks of real and complex numbers alike. */
const real = (text: (t: string) => string) =>
  ['float', 'double'].map((t) => `__device__ inline ${text(t)}`).join('\n');

export const linear: Readonly<Record<string, string>> = {
  x_conj: `${real((t) => `${t} x_conj(${t} a) { return a; }`)}
template<class T> __device__ inline x_complex<T> x_conj(x_complex<T> a) { return x_complex<T>(a.re, -a.im); }`,
  x_real: `${real((t) => `${t} x_real(${t} a) { return a; }`)}
template<class T> __device__ inline T x_real(x_complex<T> a) { return a.re; }`,
  x_imag: `${real((t) => `${t} x_imag(${t} a) { return 0; }`)}
template<class T> __device__ inline T x_imag(x_complex<T> a) { return a.im; }`,
  // The square of the absolute value.
  x_square: `${real((t) => `${t} x_square(${t} a) { return a * a; }`)}
template<class T> __device__ inline T x_square(x_complex<T> a) { return a.re * a.re + a.im * a.im; }`,
  // The absolute value, also of numbers whose square is none.
  x_abs: `${real((t) => `${t} x_abs(${t} a) { return x_fabs(a); }`)}
template<class T> __device__ inline T x_abs(x_complex<T> a) { return x_hypot(a.re, a.im); }`,
  // A size that needs no root.
  x_size: `${real((t) => `${t} x_size(${t} a) { return x_fabs(a); }`)}
template<class T> __device__ inline T x_size(x_complex<T> a) { return x_fabs(a.re) + x_fabs(a.im); }`,
};
