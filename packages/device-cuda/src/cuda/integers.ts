/**
 * Integer functions. `T` is the type of the values, `U` an unsigned one in which they are computed, as what overflows wraps. What is
 * divided by 0 is 0.
 */
const pair = (text: string): string => `template<class T, class U> __device__ inline ${text}`;
const one = (text: string): string => `template<class T> __device__ inline ${text}`;

export const integers: Readonly<Record<string, string>> = {
  x_magnitude: pair('U x_magnitude(T a) { return a < 0 ? U(0) - U(a) : U(a); }'),
  // The lowest number divided by -1 overflows: that is a change of sign.
  x_ifloordiv: pair(`T x_ifloordiv(T a, T b) {
  if (b == 0) return 0;
  if (T(-1) < T(0) && b == T(-1)) return T(U(0) - U(a));
  const T q = T(a / b);
  return a % b != 0 && (a < 0) != (b < 0) ? T(q - 1) : q;
}`),
  x_imod: one(`T x_imod(T a, T b) {
  if (b == 0 || (T(-1) < T(0) && b == T(-1))) return 0;
  const T r = T(a % b);
  return r != 0 && (r < 0) != (b < 0) ? T(r + b) : r;
}`),
  x_ifmod: one('T x_ifmod(T a, T b) { return b == 0 || (T(-1) < T(0) && b == T(-1)) ? T(0) : T(a % b); }'),
  x_ipow: pair(`T x_ipow(T a, T b) {
  U result = 1, base = U(a);
  for (U e = U(b); e > 0; e >>= 1) {
    if (e & 1) result *= base;
    base *= base;
  }
  return T(result);
}`),
  // A negative power is reported, and gives 0.
  x_ipowsigned: pair(`T x_ipowsigned(T a, T b, int* report, int site) {
  if (b >= 0) return x_ipow<T, U>(a, b);
  x_complain(report, site, (int)a, (int)b);
  return 0;
}`),
  x_ireciprocal: one('T x_ireciprocal(T a) { return a == T(1) || (T(-1) < T(0) && a == T(-1)) ? a : T(0); }'),
  // Widths are those of `U`, in which the language shifts.
  x_ishl: pair('T x_ishl(T a, T b) { return b < 0 || b > T(8 * sizeof(U) - 1) ? T(0) : T(U(a) << b); }'),
  x_ishr: pair(
    'T x_ishr(T a, T b) { return b < 0 || b > T(8 * sizeof(U) - 1) ? T(a < 0 ? -1 : 0) : T(a >> b); }',
  ),
  x_ibits: pair(`int x_ibits(T a) {
#ifdef __CUDA_ARCH__
  return __popcll((unsigned long long)x_magnitude<T, U>(a));
#else
  return __builtin_popcountll((unsigned long long)x_magnitude<T, U>(a));
#endif
}`),
  x_gcdof: `template<class U> __device__ inline U x_gcdof(U x, U y) {
  while (y != 0) {
    const U r = x % y;
    x = y;
    y = r;
  }
  return x;
}`,
  x_igcd: pair('T x_igcd(T a, T b) { return T(x_gcdof<U>(x_magnitude<T, U>(a), x_magnitude<T, U>(b))); }'),
  // The product of the magnitudes wraps.
  x_ilcm: pair(`T x_ilcm(T a, T b) {
  const U x = x_magnitude<T, U>(a), y = x_magnitude<T, U>(b), d = x_gcdof<U>(x, y);
  return d == 0 ? T(0) : T(x / d * y);
}`),
};
