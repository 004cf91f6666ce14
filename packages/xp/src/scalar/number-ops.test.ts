import { describe, expect, test } from 'vitest';
import * as m from './number-ops.ts';

describe('division as Python has it', () => {
  test.each([
    [7, 2, 3, 1],
    [-7, 2, -4, 1],
    [7, -2, -4, -1],
    [-7, -2, 3, -1],
    [6, 3, 2, 0],
  ])('%d by %d: %d rest %d', (a, b, q, r) => {
    expect([m.floordiv(a, b), m.mod(a, b)]).toEqual([q, r === 0 ? (b < 0 ? -0 : 0) : r]);
    expect([m.floordivInt(a, b), m.modInt(a, b)]).toEqual([q, r]);
    expect([m.floordivBig(BigInt(a), BigInt(b)), m.modBig(BigInt(a), BigInt(b))]).toEqual([
      BigInt(q),
      BigInt(r),
    ]);
  });

  test('integers by zero are 0, floats infinite', () => {
    expect([m.floordivInt(5, 0), m.modInt(5, 0), m.floordivBig(5n, 0n), m.modBig(5n, 0n)]).toEqual([
      0,
      0,
      0n,
      0n,
    ]);
    expect(m.floordiv(5, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('a negative number by infinity rounds down', () => {
    expect([m.floordiv(-1, Number.POSITIVE_INFINITY), m.mod(-1, Number.POSITIVE_INFINITY)]).toEqual([
      -1,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

describe('powers', () => {
  test('1 to NaN and -1 to infinity are 1, unlike JavaScript', () => {
    expect([m.pow(1, Number.NaN), m.pow(-1, Number.POSITIVE_INFINITY)]).toEqual([1, 1]);
  });
  test('integers wrap in 32 and 64 bits', () => {
    expect(m.powInt(3, 21) | 0).toBe(Number(BigInt.asIntN(32, 3n ** 21n)));
    expect(m.powBig(3n, 50n)).toBe(BigInt.asIntN(64, 3n ** 50n));
  });
  test('negative exponents of integers are an error', () => {
    expect(() => m.powInt(2, -1)).toThrow(
      '[power] integers to negative integer powers are not allowed: 2 ** -1',
    );
    expect(() => m.powBig(2n, -1n)).toThrow(/not allowed/);
  });
});

test('rint rounds half to even and keeps the sign of zero', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2 ** 52 + 1].map(m.rint)).toEqual([
    0,
    2,
    2,
    -0,
    -2,
    0,
    2 ** 52 + 1,
  ]);
});

test('maximum and minimum pass NaN on, fmax and fmin ignore it', () => {
  const { NaN: nan } = Number;
  expect([m.maximum(nan, 1), m.maximum(1, nan), m.minimum(nan, 1), m.minimum(1, nan)]).toEqual([
    nan,
    nan,
    nan,
    nan,
  ]);
  expect([m.fmax(nan, 1), m.fmax(1, nan), m.fmin(nan, 1), m.fmin(1, nan)]).toEqual([1, 1, 1, 1]);
});

test('shifts by more bits than there are', () => {
  expect([m.leftShift(1, 32), m.rightShift(-8, 40), m.rightShift(8, 40), m.leftShiftBig(1n, 64n)]).toEqual([
    0,
    -1,
    0,
    0n,
  ]);
  expect([m.rightShift(-8, 1), m.rightShift(0xffffffff, 4)]).toEqual([-4, 0x0fffffff]);
});

test('greatest common divisor and least common multiple', () => {
  expect([m.gcd(12, -18), m.gcd(0, 5), m.gcd(0, 0), m.lcm(4, 6), m.lcm(0, 3)]).toEqual([6, 5, 0, 12, 0]);
  // As C's unsigned product of the magnitudes: of uint32, 4294967295 and 1 give -1 | 0, of int32 -2³¹ and 3 give -2³¹.
  expect([m.lcm(4294967295, 1), m.lcm(-(2 ** 31), 3), m.lcm(-4, 6)]).toEqual([-1, -(2 ** 31), 12]);
  expect([m.gcdBig(12n, -18n), m.lcmBig(4n, -6n), m.lcmBig(0n, 0n)]).toEqual([6n, 12n, 0n]);
});

test('ones in the magnitude', () => {
  expect([m.bitCount(7), m.bitCount(-7), m.bitCount(-(2 ** 31)), m.bitCountBig(-(2n ** 63n))]).toEqual([
    3, 3, 1, 1,
  ]);
});

test('neighbours of floats', () => {
  expect(m.nextafter64(1, 2)).toBe(1 + Number.EPSILON);
  expect(m.nextafter64(1, 0)).toBe(1 - Number.EPSILON / 2);
  expect(m.nextafter64(0, -1)).toBe(-Number.MIN_VALUE);
  expect(m.nextafter64(-1, 0)).toBe(-1 + Number.EPSILON / 2);
  expect(m.nextafter32(1, 2)).toBe(1 + 2 ** -23);
  expect(m.nextafter32(0, 1)).toBe(2 ** -149);
});

test('mantissa and exponent put a number together, subnormal ones too', () => {
  for (const x of [1, -0.75, 6, 1e300, 5e-324, 2 ** -1050, 1 / 3]) {
    const [f, e] = [m.frexpMantissa(x), m.frexpExponent(x)];
    expect(Math.abs(f)).toBeGreaterThanOrEqual(0.5);
    expect(Math.abs(f)).toBeLessThan(1);
    expect(m.ldexp(f, e)).toBe(x);
  }
  expect([m.frexpMantissa(0), m.frexpExponent(Number.POSITIVE_INFINITY)]).toEqual([0, 0]);
});

// Values of erf and erfc: Abramowitz and Stegun, table 7.1; erfc(10) and erfc(27): https://dlmf.nist.gov/7.12 (asymptotic series).
test.each([
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [3, 0.9999779095030014],
  [-1, -0.8427007929497149],
])('erf(%d)', (x, expected) => {
  expect(m.erf(x)).toBeCloseTo(expected, 14);
});
test('erfc keeps its digits where erf is 1', () => {
  expect(m.erfc(5) / 1.5374597944280347e-12).toBeCloseTo(1, 12);
  expect(m.erfc(10) / 2.088487583762545e-45).toBeCloseTo(1, 12);
  expect(m.erfc(-3)).toBeCloseTo(2 - 2.209049699858544e-5, 14);
  expect(m.erfc(40)).toBe(0);
});

test('logarithms of powers of two are exact', () => {
  for (let e = -1074; e < 1024; e += 7) expect(m.log2(2 ** e)).toBe(e);
});

test('sums of exponentials do not overflow', () => {
  expect(m.logaddexp(1000, 1000)).toBe(1000 + Math.LN2);
  expect(m.logaddexp(Number.NEGATIVE_INFINITY, 3)).toBe(3);
  expect(m.logaddexp2(2000, 2000)).toBe(2001);
  expect(m.sigmoid(-800)).toBe(0);
  expect(m.sigmoid(800)).toBe(1);
});
