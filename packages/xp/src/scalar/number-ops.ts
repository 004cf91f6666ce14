import { ValueError } from '../errors.ts';

/** Scalar functions over numbers and BigInts that JavaScript lacks, with NumPy's conventions. */

/** Floor division: the sign of the remainder follows the divisor. */
export function floordiv(a: number, b: number): number {
  if (b === 0) return a / b;
  const r = a % b;
  let q = (a - r) / b;
  if (r !== 0 && r < 0 !== b < 0) q -= 1;
  if (q === 0) return copysign(0, a / b);
  const f = Math.floor(q);
  return q - f > 0.5 ? f + 1 : f;
}

/** The remainder whose sign follows the divisor. */
export function mod(a: number, b: number): number {
  const r = a % b;
  if (r === 0) return b < 0 ? -0 : 0;
  return r < 0 !== b < 0 ? r + b : r;
}

export function floordivInt(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b);
}

export function modInt(a: number, b: number): number {
  if (b === 0) return 0;
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}

export function floordivBig(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const q = a / b;
  return q * b !== a && a < 0n !== b < 0n ? q - 1n : q;
}

export function modBig(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const r = a % b;
  return r !== 0n && r < 0n !== b < 0n ? r + b : r;
}

/** C's pow: unlike `**`, 1 to any power and (-1)^±inf are 1. */
export function pow(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

export function powInt(a: number, b: number): number {
  if (b < 0)
    throw new ValueError(
      `[power] integers to negative integer powers are not allowed: ${a} ** ${b}; make one side a float`,
    );
  let result = 1;
  let base = a | 0;
  for (let e = b; e > 0; e = Math.floor(e / 2)) {
    if (e % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

export function powBig(a: bigint, b: bigint): bigint {
  if (b < 0n)
    throw new ValueError(
      `[power] integers to negative integer powers are not allowed: ${a} ** ${b}; make one side a float`,
    );
  let result = 1n;
  let base = a;
  for (let e = b; e > 0n; e >>= 1n) {
    if (e & 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

/** 1 / (1 + exp(-x)) without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** Exact at powers of two, which `Math.log2` need not be. */
export function log2(x: number): number {
  const y = Math.log2(x);
  const r = Math.round(y);
  return Math.abs(y - r) < 1e-9 && 2 ** r === x ? r : y;
}

export function hypot(a: number, b: number): number {
  return Math.hypot(a, b);
}

export function logaddexp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  const d = a - b;
  return d > 0 ? a + Math.log1p(Math.exp(-d)) : d <= 0 ? b + Math.log1p(Math.exp(d)) : d;
}

export function logaddexp2(a: number, b: number): number {
  if (a === b) return a + 1;
  const d = a - b;
  return d > 0 ? a + Math.log1p(2 ** -d) * Math.LOG2E : d <= 0 ? b + Math.log1p(2 ** d) * Math.LOG2E : d;
}

export function copysign(a: number, b: number): number {
  const x = Math.abs(a);
  return b < 0 || Object.is(b, -0) ? -x : x;
}

/** Half to even. */
export function rint(x: number): number {
  if (Math.abs(x) >= 2 ** 52 || !Number.isFinite(x)) return x;
  const r = Math.round(x);
  const even = Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
  return even === 0 ? copysign(0, x) : even;
}

/** Maximum that passes NaN on. */
export function maximum(a: number, b: number): number {
  return a >= b || Number.isNaN(a) ? a : b;
}

/** Minimum that passes NaN on. */
export function minimum(a: number, b: number): number {
  return a <= b || Number.isNaN(a) ? a : b;
}

/** Maximum that ignores NaN. */
export function fmax(a: number, b: number): number {
  return a >= b || Number.isNaN(b) ? a : b;
}

/** Minimum that ignores NaN. */
export function fmin(a: number, b: number): number {
  return a <= b || Number.isNaN(b) ? a : b;
}

export function leftShift(a: number, b: number): number {
  return b < 0 || b > 31 ? 0 : a << b;
}

export function leftShiftBig(a: bigint, b: bigint): bigint {
  return b < 0n || b > 63n ? 0n : a << b;
}

export function rightShiftBig(a: bigint, b: bigint): bigint {
  return b < 0n || b > 63n ? (a < 0n ? -1n : 0n) : a >> b;
}

export function rightShift(a: number, b: number): number {
  if (b < 0 || b > 31) return a < 0 ? -1 : 0;
  return a > 0x7fffffff ? a >>> b : a >> b;
}

/** Ones in the magnitude. */
export function bitCount(a: number): number {
  let x = Math.abs(a) >>> 0;
  let n = 0;
  for (; x !== 0; x = (x & (x - 1)) >>> 0) n++;
  return n;
}

export function bitCountBig(a: bigint): number {
  let n = 0;
  for (let x = a < 0n ? -a : a; x !== 0n; x &= x - 1n) n++;
  return n;
}

export function gcd(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

export function lcm(a: number, b: number): number {
  const d = gcd(a, b);
  // In C the product of two magnitudes wraps.
  return d === 0 ? 0 : Math.imul(Math.abs(a) / d, Math.abs(b));
}

export function gcdBig(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function lcmBig(a: bigint, b: bigint): bigint {
  const d = gcdBig(a, b);
  if (d === 0n) return 0n;
  const r = (a / d) * b;
  return r < 0n ? -r : r;
}

const f64 = /*#__PURE__*/ new Float64Array(1);
const i64 = /*#__PURE__*/ new BigInt64Array(f64.buffer);
const f32 = /*#__PURE__*/ new Float32Array(1);
const i32 = /*#__PURE__*/ new Int32Array(f32.buffer);

/** The next double after `a` towards `b`. */
export function nextafter64(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === b) return b;
  if (a === 0) return b > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  f64[0] = a;
  i64[0] = (i64[0] as bigint) + (a < b === a > 0 ? 1n : -1n);
  return f64[0];
}

/** The next float32 after `a` towards `b`. */
export function nextafter32(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === b) return b;
  if (a === 0) return b > 0 ? 2 ** -149 : -(2 ** -149);
  f32[0] = a;
  i32[0] = (i32[0] as number) + (a < b === a > 0 ? 1 : -1);
  return f32[0];
}

export function ldexp(a: number, e: number): number {
  if (e > 1000) return a * 2 ** 1000 * 2 ** Math.min(e - 1000, 1000);
  if (e < -1000) return a * 2 ** -1000 * 2 ** Math.max(e + 1000, -1000);
  return a * 2 ** e;
}

export function frexpExponent(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  f64[0] = x;
  const e = Number((BigInt.asUintN(64, i64[0] as bigint) >> 52n) & 0x7ffn);
  if (e !== 0) return e - 1022;
  f64[0] = x * 2 ** 54;
  return Number((BigInt.asUintN(64, i64[0] as bigint) >> 52n) & 0x7ffn) - 1022 - 54;
}

export function frexpMantissa(x: number): number {
  return x === 0 || !Number.isFinite(x) ? x : ldexp(x, -frexpExponent(x));
}

/** Series of erf for small, continued fraction of erfc for large arguments; about 1e-16 relative. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const a = Math.abs(x);
  if (a > 2.5) return Math.sign(x) * (1 - erfcTail(a));
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
    if (Math.abs(term) <= Math.abs(sum) * 1e-17) break;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 1.5) return 1 - erf(x);
  return erfcTail(x);
}

/** Lentz's continued fraction of erfc for x >= 1.5. */
function erfcTail(x: number): number {
  if (x > 27.3) return 0;
  const n = x < 2 ? 120 : x < 3 ? 80 : 50;
  let t = 0;
  for (let k = n; k > 0; k--) t = k / 2 / (x + t);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + t);
}
