/**
 * Functions that kernels call, by name. A kernel's text gets those that it mentions, and those that these mention.
 *
 * The built-in functions of WGSL may be off by thousands of roundings, and a compiler may assume that nothing is NaN: so the
 * exponential, logarithmic and circular functions are written out (after the classic single-precision approximations of the
 * Cephes library), and NaN is asked for by its bits.
 */
export const library: Readonly<Record<string, string>> = {
  // Kinds of numbers. The values come from variables: constant expressions may not be NaN or infinite.
  x_nan: 'fn x_nan() -> f32 { var b = 0x7fc00000u; return bitcast<f32>(b); }',
  x_inf: 'fn x_inf() -> f32 { var b = 0x7f800000u; return bitcast<f32>(b); }',
  x_isnan: 'fn x_isnan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }',
  x_isinf: 'fn x_isinf(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u; }',
  x_isfinite: 'fn x_isfinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }',
  x_signbit: 'fn x_signbit(x: f32) -> bool { return (bitcast<u32>(x) >> 31u) != 0u; }',
  x_copysign:
    'fn x_copysign(a: f32, b: f32) -> f32 { return bitcast<f32>((bitcast<u32>(a) & 0x7fffffffu) | (bitcast<u32>(b) & 0x80000000u)); }',
  x_sign: 'fn x_sign(x: f32) -> f32 { return select(select(x, 1f, x > 0f), -1f, x < 0f); }',

  // Casts. What 32 bits do not hold is reduced modulo 2³² as on the other devices; NaN and infinities become 0.
  x_toint: `fn x_toint(x: f32) -> i32 {
  let b = bitcast<u32>(x);
  if ((b & 0x7fffffffu) < 0x4f000000u) { return i32(x); }
  let shift = ((b >> 23u) & 255u) - 150u;
  if (shift > 31u) { return 0i; }
  let m = bitcast<i32>(((b & 0x7fffffu) | 0x800000u) << shift);
  return select(m, -m, (b >> 31u) != 0u);
}`,
  x_touint: `fn x_touint(x: f32) -> u32 {
  if (bitcast<u32>(x) < 0x4f800000u) { return u32(x); }
  return bitcast<u32>(x_toint(x));
}`,
  x_float16: `fn x_float16(x: f32) -> f32 {
  let a = abs(x);
  let b = bitcast<u32>(x);
  if (x_isnan(x)) { return x; }
  if (a >= 65520f) { return x_copysign(x_inf(), x); }
  if (a < 6.103515625e-5f) { return x_copysign(round(a * 16777216f) * 5.9604644775390625e-8f, x); }
  return bitcast<f32>((b + 0xfffu + ((b >> 13u) & 1u)) & 0xffffe000u);
}`,
  x_bfloat16: `fn x_bfloat16(x: f32) -> f32 {
  let b = bitcast<u32>(x);
  if (x_isnan(x)) { return x; }
  return bitcast<f32>((b + 0x7fffu + ((b >> 16u) & 1u)) & 0xffff0000u);
}`,

  // Powers of two.
  x_two: 'fn x_two(k: i32) -> f32 { return bitcast<f32>(u32(k + 127i) << 23u); }',
  x_ldexp: `fn x_ldexp(x: f32, e: i32) -> f32 {
  var k = clamp(e, -300i, 300i);
  var y = x;
  for (; k > 100i; k -= 100i) { y *= x_two(100i); }
  for (; k < -100i; k += 100i) { y *= x_two(-100i); }
  return y * x_two(k);
}`,
  x_exponent: `fn x_exponent(x: f32) -> i32 {
  let b = bitcast<u32>(x) & 0x7fffffffu;
  if (b == 0u || b >= 0x7f800000u) { return 0i; }
  if (b >= 0x00800000u) { return i32(b >> 23u) - 126i; }
  return -117i - i32(countLeadingZeros(b));
}`,
  x_mantissa: `fn x_mantissa(x: f32) -> f32 {
  let b = bitcast<u32>(x) & 0x7fffffffu;
  if (b == 0u || b >= 0x7f800000u) { return x; }
  return x_ldexp(x, -x_exponent(x));
}`,

  // Exponentials and logarithms.
  x_exp: `fn x_exp(x: f32) -> f32 {
  if (x > 88.72284f) { return x_inf(); }
  if (x < -103.98f) { return 0f; }
  if (x_isnan(x)) { return x; }
  let k = round(x * 1.44269504f);
  let r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  let z = r * r;
  let y = (((((1.9875691500e-4f * r + 1.3981999507e-3f) * r + 8.3334519073e-3f) * r + 4.1665795894e-2f) * r
    + 1.6666665459e-1f) * r + 5.0000001201e-1f) * z + r + 1f;
  let n = i32(k);
  let h = n / 2i;
  return y * x_two(h) * x_two(n - h);
}`,
  x_exp2: `fn x_exp2(x: f32) -> f32 {
  if (x > 128f) { return x_inf(); }
  if (x < -150f) { return 0f; }
  if (x_isnan(x)) { return x; }
  let k = round(x);
  return x_ldexp(x_exp((x - k) * 0.69314718056f), i32(k));
}`,
  x_expm1: `fn x_expm1(x: f32) -> f32 {
  if (abs(x) > 0.5f) { return x_exp(x) - 1f; }
  return x + x * x * (0.5f + x * (1.66666667e-1f + x * (4.16666667e-2f + x * (8.33333333e-3f + x * (1.38888889e-3f
    + x * (1.98412698e-4f + x * (2.48015873e-5f + x * 2.75573192e-6f)))))));
}`,
  // Logarithm of a mantissa in [sqrt(1/2), sqrt(2)), given less one.
  x_logm: `fn x_logm(f: f32) -> f32 {
  let z = f * f;
  let y = ((((((((7.0376836292e-2f * f - 1.1514610310e-1f) * f + 1.1676998740e-1f) * f - 1.2420140846e-1f) * f
    + 1.4249322787e-1f) * f - 1.6668057665e-1f) * f + 2.0000714765e-1f) * f - 2.4999993993e-1f) * f
    + 3.3333331174e-1f) * f * z;
  return y - 0.5f * z;
}`,
  x_log: `fn x_log(x: f32) -> f32 {
  if (x == 0f) { return -x_inf(); }
  if (x < 0f) { return x_nan(); }
  if (!x_isfinite(x)) { return x; }
  var e = x_exponent(x);
  var m = x_mantissa(x);
  if (m < 0.70710678f) { e -= 1i; m = m + m; }
  let f = m - 1f;
  let k = f32(e);
  return (x_logm(f) - 2.12194440e-4f * k + f) + 0.693359375f * k;
}`,
  x_log2: `fn x_log2(x: f32) -> f32 {
  if (x == 0f) { return -x_inf(); }
  if (x < 0f) { return x_nan(); }
  if (!x_isfinite(x)) { return x; }
  var e = x_exponent(x);
  var m = x_mantissa(x);
  if (m < 0.70710678f) { e -= 1i; m = m + m; }
  let f = m - 1f;
  return (x_logm(f) + f) * 1.44269504f + f32(e);
}`,
  x_log1p: `fn x_log1p(x: f32) -> f32 {
  if (abs(x) > 0.4f || x_isnan(x)) { return x_log(1f + x); }
  let s = x / (2f + x);
  let z = s * s;
  return 2f * s * (1f + z * (0.333333333f + z * (0.2f + z * (0.142857143f + z * (0.111111111f + z * 0.0909090909f)))));
}`,
  x_sigmoid:
    'fn x_sigmoid(x: f32) -> f32 { let e = x_exp(-abs(x)); return select(e, 1f, x >= 0f) / (1f + e); }',
  x_logaddexp: `fn x_logaddexp(a: f32, b: f32) -> f32 {
  if (a == b) { return a + 0.69314718056f; }
  let d = a - b;
  if (x_isnan(d)) { return d; }
  return max(a, b) + x_log1p(x_exp(-abs(d)));
}`,
  x_logaddexp2: `fn x_logaddexp2(a: f32, b: f32) -> f32 {
  if (a == b) { return a + 1f; }
  let d = a - b;
  if (x_isnan(d)) { return d; }
  return max(a, b) + x_log1p(x_exp2(-abs(d))) * 1.44269504f;
}`,
  x_pow: `fn x_pow(a: f32, b: f32) -> f32 {
  if (b == 0f || a == 1f || (a == -1f && x_isinf(b))) { return 1f; }
  if (x_isnan(a) || x_isnan(b)) { return x_nan(); }
  let whole = floor(b) == b;
  let x = abs(a);
  if (whole && abs(b) <= 32f) {
    var n = i32(abs(b));
    var y = 1f;
    var s = a;
    for (; n > 0i; n = n >> 1u) {
      if ((n & 1i) != 0i) { y *= s; }
      s *= s;
    }
    return select(y, 1f / y, b < 0f);
  }
  if (a < 0f && !whole) {
    if (x_isinf(a) || x_isinf(b)) { return select(0f, x_inf(), (x > 1f) == (b > 0f)); }
    return x_nan();
  }
  if (x == 0f) { return select(0f, x_inf(), b < 0f); }
  var y: f32;
  if (x_isinf(x) || x_isinf(b)) { y = select(select(0f, x_inf(), (x > 1f) == (b > 0f)), 1f, x == 1f); }
  else { y = x_exp2(b * x_log2(x)); }
  let odd = whole && abs(b) < 16777216f && (i32(abs(b)) & 1i) != 0i;
  return select(y, -y, a < 0f && odd);
}`,
  x_cbrt: `fn x_cbrt(x: f32) -> f32 {
  if (x == 0f || !x_isfinite(x)) { return x; }
  let a = abs(x);
  var y = x_exp2(x_log2(a) * 0.333333333f);
  y = y - (y - a / (y * y)) * 0.333333333f;
  return x_copysign(y, x);
}`,
  x_hypot: `fn x_hypot(a: f32, b: f32) -> f32 {
  if (x_isinf(a) || x_isinf(b)) { return x_inf(); }
  let m = max(abs(a), abs(b));
  if (x_isnan(a) || x_isnan(b)) { return x_nan(); }
  if (m == 0f) { return 0f; }
  let p = a / m;
  let q = b / m;
  return m * sqrt(p * p + q * q);
}`,

  // Circular and hyperbolic functions.
  x_sinpoly: `fn x_sinpoly(x: f32) -> f32 {
  let z = x * x;
  return ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
}`,
  x_cospoly: `fn x_cospoly(x: f32) -> f32 {
  let z = x * x;
  return ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1f;
}`,
  // Sine of x plus a number of quarter turns.
  x_sinq: `fn x_sinq(x: f32, quarters: i32) -> f32 {
  if (!x_isfinite(x)) { return x_nan(); }
  let k = round(x * 0.636619772f);
  let r = ((x - k * 1.5703125f) - k * 4.8351287841796875e-4f) - k * 3.13855707645416e-7f - k * 6.07710050e-11f;
  let q = (i32(k) + quarters) & 3i;
  let y = select(x_sinpoly(r), x_cospoly(r), (q & 1i) != 0i);
  return select(y, -y, q >= 2i);
}`,
  x_sin: 'fn x_sin(x: f32) -> f32 { return x_sinq(x, 0i); }',
  x_cos: 'fn x_cos(x: f32) -> f32 { return x_sinq(x, 1i); }',
  x_tan: 'fn x_tan(x: f32) -> f32 { return x_sinq(x, 0i) / x_sinq(x, 1i); }',
  x_atan: `fn x_atan(x: f32) -> f32 {
  if (x_isnan(x)) { return x; }
  var a = abs(x);
  var y = 0f;
  if (a > 2.414213562f) { y = 1.57079632679f; a = -1f / a; }
  else if (a > 0.414213562f) { y = 0.785398163397f; a = (a - 1f) / (a + 1f); }
  let z = a * a;
  y += (((8.05374449538e-2f * z - 1.38776856032e-1f) * z + 1.99777106478e-1f) * z - 3.33329491539e-1f) * z * a + a;
  return x_copysign(y, x);
}`,
  x_atan2: `fn x_atan2(y: f32, x: f32) -> f32 {
  if (x_isnan(x) || x_isnan(y)) { return x_nan(); }
  let p = abs(y);
  let q = abs(x);
  var r: f32;
  if (p == 0f) { r = 0f; }
  else if (x_isinf(p) && x_isinf(q)) { r = 0.785398163397f; }
  else if (p <= q) { r = x_atan(p / q); }
  else { r = 1.57079632679f - x_atan(q / p); }
  if (x_signbit(x)) { r = 3.14159265359f - r; }
  return x_copysign(r, y);
}`,
  x_asin: `fn x_asin(x: f32) -> f32 {
  let a = abs(x);
  if (!(a <= 1f)) { return x_nan(); }
  let large = a > 0.5f;
  let z = select(a * a, 0.5f * (1f - a), large);
  let s = select(a, sqrt(z), large);
  let y = ((((4.2163199048e-2f * z + 2.4181311049e-2f) * z + 4.5470025998e-2f) * z + 7.4953002686e-2f) * z
    + 1.6666752422e-1f) * z * s + s;
  return x_copysign(select(y, 1.57079632679f - 2f * y, large), x);
}`,
  x_acos: `fn x_acos(x: f32) -> f32 {
  if (x > 0.5f) { return 2f * x_asin(sqrt(0.5f * (1f - x))); }
  if (x < -0.5f) { return 3.14159265359f - 2f * x_asin(sqrt(0.5f * (1f + x))); }
  return 1.57079632679f - x_asin(x);
}`,
  x_sinh: `fn x_sinh(x: f32) -> f32 {
  let a = abs(x);
  let z = x * x;
  if (a < 1f) { return ((2.03721912945e-4f * z + 8.33028376239e-3f) * z + 1.66667160211e-1f) * z * x + x; }
  let h = x_exp(a - 0.69314718056f);
  return x_copysign(h - 0.25f / h, x);
}`,
  x_cosh: 'fn x_cosh(x: f32) -> f32 { let h = x_exp(abs(x) - 0.69314718056f); return h + 0.25f / h; }',
  x_tanh: `fn x_tanh(x: f32) -> f32 {
  let a = abs(x);
  let z = x * x;
  if (a < 0.625f) {
    return ((((-5.70498872745e-3f * z + 2.06390887954e-2f) * z - 5.37397155531e-2f) * z + 1.33314422036e-1f) * z
      - 3.33332819422e-1f) * z * x + x;
  }
  if (x_isnan(x)) { return x; }
  return x_copysign(1f - 2f / (x_exp(2f * a) + 1f), x);
}`,
  x_asinh: `fn x_asinh(x: f32) -> f32 {
  let a = abs(x);
  if (!(a < 1e4f)) { return x_copysign(x_log(a) + 0.69314718056f, x); }
  return x_copysign(x_log1p(a + a * a / (1f + sqrt(a * a + 1f))), x);
}`,
  x_acosh: `fn x_acosh(x: f32) -> f32 {
  if (!(x >= 1f)) { return x_nan(); }
  if (x > 1e4f) { return x_log(x) + 0.69314718056f; }
  let t = x - 1f;
  return x_log1p(t + sqrt(2f * t + t * t));
}`,
  x_atanh: `fn x_atanh(x: f32) -> f32 {
  let a = abs(x);
  if (!(a <= 1f)) { return x_nan(); }
  if (a == 1f) { return x_copysign(x_inf(), x); }
  return x_copysign(0.5f * x_log1p(2f * a / (1f - a)), x);
}`,

  // The error function: its series near 0, a rational exponential (W. J. Cody's form by Numerical Recipes) further out.
  x_erfcc: `fn x_erfcc(z: f32) -> f32 {
  let t = 1f / (1f + 0.5f * z);
  let p = -1.26551223f + t * (1.00002368f + t * (0.37409196f + t * (0.09678418f + t * (-0.18628806f + t * (0.27886807f
    + t * (-1.13520398f + t * (1.48851587f + t * (-0.82215223f + t * 0.17087277f))))))));
  return t * x_exp(p) * x_exp(-z * z);
}`,
  x_erf: `fn x_erf(x: f32) -> f32 {
  if (x_isnan(x)) { return x; }
  let a = abs(x);
  if (a > 4f) { return x_copysign(1f, x); }
  if (a >= 1f) { return x_copysign(1f - x_erfcc(a), x); }
  let z = -x * x;
  var term = 1f;
  var sum = 1f;
  for (var n = 1i; n < 12i; n++) {
    term *= z / f32(n);
    sum += term / f32(2i * n + 1i);
  }
  return 1.1283791671f * x * sum;
}`,
  x_erfc: `fn x_erfc(x: f32) -> f32 {
  if (x_isnan(x)) { return x; }
  if (x < -4f) { return 2f; }
  if (x > 10.1f) { return 0f; }
  if (x < 0.5f) { return 1f - x_erf(x); }
  return x_erfcc(x);
}`,

  // Remainders and kin.
  x_fmod: `fn x_fmod(a: f32, b: f32) -> f32 {
  let p = abs(a);
  let q = abs(b);
  if (x_isnan(a) || x_isnan(b) || q == 0f || x_isinf(p)) { return x_nan(); }
  if (p < q) { return a; }
  var r = p;
  // Subtracting multiples that are powers of two is exact.
  for (var i = 0i; i < 280i && r >= q; i++) {
    var s = x_ldexp(q, x_exponent(r) - x_exponent(q));
    if (s > r) { s *= 0.5f; }
    r -= s;
  }
  return x_copysign(r, a);
}`,
  x_mod: `fn x_mod(a: f32, b: f32) -> f32 {
  let r = x_fmod(a, b);
  if (r == 0f) { return x_copysign(0f, b); }
  return select(r, r + b, (r < 0f) != (b < 0f));
}`,
  x_floordiv: `fn x_floordiv(a: f32, b: f32) -> f32 {
  if (b == 0f) { return a / b; }
  let r = x_fmod(a, b);
  var q = (a - r) / b;
  if (r != 0f && (r < 0f) != (b < 0f)) { q -= 1f; }
  if (q == 0f) { return x_copysign(0f, a / b); }
  let f = floor(q);
  return select(f, f + 1f, q - f > 0.5f);
}`,
  x_nextafter: `fn x_nextafter(a: f32, b: f32) -> f32 {
  if (x_isnan(a) || x_isnan(b)) { return x_nan(); }
  if (a == b) { return b; }
  if (a == 0f) { return bitcast<f32>(1u | select(0u, 0x80000000u, b < 0f)); }
  return bitcast<f32>(bitcast<i32>(a) + select(-1i, 1i, (a < b) == (a > 0f)));
}`,
  x_maximum: 'fn x_maximum(a: f32, b: f32) -> f32 { return select(b, a, a >= b || x_isnan(a)); }',
  x_minimum: 'fn x_minimum(a: f32, b: f32) -> f32 { return select(b, a, a <= b || x_isnan(a)); }',
  x_fmax: 'fn x_fmax(a: f32, b: f32) -> f32 { return select(b, a, a >= b || x_isnan(b)); }',
  x_fmin: 'fn x_fmin(a: f32, b: f32) -> f32 { return select(b, a, a <= b || x_isnan(b)); }',

  // Integers.
  x_floordivi: `fn x_floordivi(a: i32, b: i32) -> i32 {
  if (b == 0i) { return 0i; }
  let q = a / b;
  return select(q, q - 1i, a % b != 0i && (a < 0i) != (b < 0i));
}`,
  x_modi: `fn x_modi(a: i32, b: i32) -> i32 {
  if (b == 0i) { return 0i; }
  let r = a % b;
  return select(r, r + b, r != 0i && (r < 0i) != (b < 0i));
}`,
  x_fmodi: 'fn x_fmodi(a: i32, b: i32) -> i32 { if (b == 0i) { return 0i; } return a % b; }',
  x_floordivu: 'fn x_floordivu(a: u32, b: u32) -> u32 { if (b == 0u) { return 0u; } return a / b; }',
  x_modu: 'fn x_modu(a: u32, b: u32) -> u32 { if (b == 0u) { return 0u; } return a % b; }',
  x_powi: `fn x_powi(a: i32, b: i32) -> i32 {
  if (b < 0i) { complain(a, b); return 0i; }
  return bitcast<i32>(x_powu(bitcast<u32>(a), bitcast<u32>(b)));
}`,
  x_powu: `fn x_powu(a: u32, b: u32) -> u32 {
  var y = 1u;
  var s = a;
  for (var n = b; n > 0u; n = n >> 1u) {
    if ((n & 1u) != 0u) { y *= s; }
    s *= s;
  }
  return y;
}`,
  x_shli: 'fn x_shli(a: i32, b: i32) -> i32 { return select(a << (u32(b) & 31u), 0i, b < 0i || b > 31i); }',
  x_shlu: 'fn x_shlu(a: u32, b: u32) -> u32 { return select(a << (b & 31u), 0u, b > 31u); }',
  x_shri:
    'fn x_shri(a: i32, b: i32) -> i32 { return select(a >> (u32(b) & 31u), select(0i, -1i, a < 0i), b < 0i || b > 31i); }',
  x_shru: 'fn x_shru(a: u32, b: u32) -> u32 { return select(a >> (b & 31u), 0u, b > 31u); }',
  x_gcdu: `fn x_gcdu(a: u32, b: u32) -> u32 {
  var x = a;
  var y = b;
  while (y != 0u) { let r = x % y; x = y; y = r; }
  return x;
}`,
  x_gcdi: 'fn x_gcdi(a: i32, b: i32) -> i32 { return bitcast<i32>(x_gcdu(u32(abs(a)), u32(abs(b)))); }',
  x_lcmu: `fn x_lcmu(a: u32, b: u32) -> u32 {
  let d = x_gcdu(a, b);
  if (d == 0u) { return 0u; }
  return (a / d) * b;
}`,
  x_lcmi: 'fn x_lcmi(a: i32, b: i32) -> i32 { return bitcast<i32>(x_lcmu(u32(abs(a)), u32(abs(b)))); }',
  x_reciprocali: 'fn x_reciprocali(a: i32) -> i32 { return select(0i, a, a == 1i || a == -1i); }',
};

/** The functions that a text mentions, with those that they mention, each once. */
export function functionsFor(text: string): string {
  const found = new Map<string, string>();
  const visit = (part: string) => {
    for (const [name] of part.matchAll(/\bx_\w+/g)) {
      if (found.has(name)) continue;
      const source = library[name];
      if (source === undefined)
        throw new Error(`[webgpu] a kernel calls ${name}, which is not in the library`);
      found.set(name, source);
      visit(source);
    }
  };
  visit(text);
  return [...found.values()].join('\n');
}
