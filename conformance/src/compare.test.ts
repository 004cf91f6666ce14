import { describe, expect, it } from 'vitest';
import { type CompareOptions, difference, isClose, isCloseComplex } from './compare.ts';
import type { RawArray, Storage } from './raw.ts';

const exactly: CompareOptions = { rtol: 0, atol: 0 };
const loosely: CompareOptions = { rtol: 1e-4, atol: 1e-5 };
const raw = (dtype: string, data: Storage, shape: number[] = [data.length]): RawArray => ({
  dtype,
  shape,
  data,
});
const float = (...values: number[]): RawArray => raw('float64', Float64Array.from(values));
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('isClose', () => {
  it('is atol + rtol·|expected|, inclusive', () => {
    expect(isClose(1.5, 1, { rtol: 0.25, atol: 0.25 })).toBe(true);
    expect(isClose(1.500001, 1, { rtol: 0.25, atol: 0.25 })).toBe(false);
    expect(isClose(0, 1e-6, { rtol: 0, atol: 1e-5 })).toBe(true);
  });

  it('scales with the expected value, not with the actual one', () => {
    expect(isClose(100, 1, { rtol: 0.99, atol: 0 })).toBe(false);
    expect(isClose(1, 100, { rtol: 0.99, atol: 0 })).toBe(true);
  });

  it('meets infinities exactly, although the bound is infinite there', () => {
    expect(isClose(inf, inf, loosely)).toBe(true);
    expect(isClose(-inf, inf, loosely)).toBe(false);
    expect(isClose(3, inf, loosely)).toBe(false);
    expect(isClose(nan, inf, loosely)).toBe(false);
    expect(isClose(inf, 3, loosely)).toBe(false);
  });

  it('meets NaN with NaN only', () => {
    expect(isClose(nan, nan, exactly)).toBe(true);
    expect(isClose(0, nan, { rtol: 1e9, atol: 1e9 })).toBe(false);
    expect(isClose(nan, 0, { rtol: 1e9, atol: 1e9 })).toBe(false);
  });

  it('does not compare the sign of zero', () => {
    expect(isClose(-0, 0, exactly)).toBe(true);
  });
});

describe('isCloseComplex', () => {
  it('measures the modulus of the difference', () => {
    expect(isCloseComplex([1 + 3e-3, 4e-3], [1, 0], { rtol: 0, atol: 5.1e-3 })).toBe(true);
    expect(isCloseComplex([1 + 4e-3, 4e-3], [1, 0], { rtol: 0, atol: 5.1e-3 })).toBe(false);
  });

  it('goes part by part where the expected value is not finite', () => {
    expect(isCloseComplex([inf, 1], [inf, 1], loosely)).toBe(true);
    expect(isCloseComplex([inf, 2], [inf, 1], loosely)).toBe(false);
    expect(isCloseComplex([1, nan], [1, nan], loosely)).toBe(true);
    expect(isCloseComplex([1, inf], [1, nan], loosely)).toBe(false);
    expect(isCloseComplex([nan, 0], [1, 0], loosely)).toBe(false);
  });
});

describe('difference', () => {
  it('passes equal arrays and names the first element that differs', () => {
    expect(difference(float(1, 2), float(1, 2), exactly)).toBeNull();
    const matrix = (...values: number[]): RawArray => raw('float64', Float64Array.from(values), [2, 2]);
    expect(difference(matrix(1, 2, 9, 8), matrix(1, 2, 3, 4), exactly)).toBe(
      'got 9, expected 3 at [1,0] (2 of 4 differ)',
    );
  });

  it('refuses another dtype, unless only values count', () => {
    const single = raw('float32', Float32Array.of(1, 2));
    expect(difference(single, float(1, 2), loosely)).toBe('got float32[2], expected float64[2]');
    expect(difference(single, float(1, 2), { ...loosely, anyDtype: true })).toBeNull();
    expect(difference(single, float(1, 3), { ...loosely, anyDtype: true })).not.toBeNull();
  });

  it('refuses another shape, also one of the same size', () => {
    const row = raw('float64', Float64Array.of(1, 2), [1, 2]);
    expect(difference(row, float(1, 2), { ...exactly, anyDtype: true })).toBe(
      'got float64[1,2], expected float64[2]',
    );
    expect(difference(raw('float64', new Float64Array(0), [0, 2]), float(), exactly)).not.toBeNull();
  });

  it('takes int32 for int64 only where allowed, and never otherwise', () => {
    const narrow = raw('int32', Int32Array.of(1, -2));
    const wide = raw('int64', BigInt64Array.of(1n, -2n));
    expect(difference(narrow, wide, exactly)).not.toBeNull();
    expect(difference(narrow, wide, { ...exactly, int32ForInt64: true })).toBeNull();
    expect(difference(wide, narrow, { ...exactly, int32ForInt64: true })).not.toBeNull();
    expect(difference(raw('int32', Int32Array.of(1, 2)), wide, { ...exactly, int32ForInt64: true })).toMatch(
      /expected -2/,
    );
    const unsigned = raw('uint64', BigUint64Array.of(1n, 2n));
    expect(difference(narrow, unsigned, { ...exactly, int32ForInt64: true })).not.toBeNull();
  });

  it('compares integers and booleans exactly whatever the tolerance', () => {
    const coarse = { rtol: 1, atol: 1 };
    expect(difference(raw('int8', Int8Array.of(3)), raw('int8', Int8Array.of(4)), coarse)).not.toBeNull();
    expect(difference(raw('bool', Uint8Array.of(1)), raw('bool', Uint8Array.of(0)), coarse)).not.toBeNull();
    const big = (value: bigint): RawArray => raw('int64', BigInt64Array.of(value));
    expect(difference(big(2n ** 53n), big(2n ** 53n + 1n), coarse)).not.toBeNull();
  });

  it('decodes 16-bit floats', () => {
    const half = (...bits: number[]): RawArray => raw('float16', Uint16Array.from(bits));
    // 1, −2, 2⁻²⁴, ∞, NaN
    const bits = [0x3c00, 0xc000, 1, 0x7c00, 0x7e00];
    const values = float(1, -2, 2 ** -24, inf, nan);
    expect(difference(half(...bits), values, { ...exactly, anyDtype: true })).toBeNull();
    expect(difference(half(0x3c01), half(0x3c00), { rtol: 0, atol: 9e-4 })).not.toBeNull();
    expect(difference(half(0x3c01), half(0x3c00), { rtol: 0, atol: 1e-3 })).toBeNull();
    const bfloat = raw('bfloat16', Uint16Array.of(0x3fc0));
    expect(difference(bfloat, float(1.5), { ...exactly, anyDtype: true })).toBeNull();
  });

  it('compares complex with real where only values count', () => {
    const complex = raw('complex128', Float64Array.of(1, 0, 2, 1), [2]);
    expect(difference(complex, float(1, 2), { ...exactly, anyDtype: true })).toMatch(/got 2\+1j/);
    const real = raw('complex128', Float64Array.of(1, 0, 2, 0), [2]);
    expect(difference(real, float(1, 2), { ...exactly, anyDtype: true })).toBeNull();
  });
});
