import { describe, expect, it } from 'vitest';
import { bfloat16, type DType, float16, float32, float64 } from '../core/dtype.ts';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '../core/half.ts';
import { digitsOf } from './digits.ts';

const shortest = { unique: true, most: null, least: null, count: 'total' } as const;
const text = (x: number, d: DType) => {
  const { digits, exponent } = digitsOf(x, d, shortest);
  return `${digits}e${exponent}`;
};

describe('digitsOf', () => {
  it('gives the shortest digits of doubles, as JavaScript does', () => {
    for (const x of [
      0.1,
      0.1 + 0.2,
      1e23,
      5e-324,
      Number.MAX_VALUE,
      2 ** -1022,
      2 ** 60,
      123456,
      9.5e-7,
      1 / 3,
    ]) {
      const [mantissa, exponent] = x.toExponential().split('e') as [string, string];
      expect(text(x, float64)).toBe(`${mantissa.replace('.', '')}e${Number(exponent)}`);
    }
  });

  it('gives digits that read back as the same number, for every positive half', () => {
    for (const [d, from, to] of [
      [float16, fromFloat16, toFloat16],
      [bfloat16, fromBfloat16, toBfloat16],
    ] as const) {
      for (let bits = 1; bits < (d === float16 ? 0x7c00 : 0x7f80); bits++) {
        const { digits, exponent } = digitsOf(from(bits), d, shortest);
        const back = Number(`${digits[0]}.${digits.slice(1)}e${exponent}`);
        if (to(back) !== bits)
          throw new Error(`${d.name} ${bits}: ${digits}e${exponent} reads back as ${to(back)}`);
        // One digit fewer, rounded either way, would be another number.
        for (const step of digits.length > 1 ? [0, 1] : []) {
          const shorter = (Number(digits.slice(0, -1)) + step) * 10 ** (exponent - digits.length + 2);
          if (to(shorter) === bits)
            throw new Error(`${d.name} ${bits}: ${shorter} would do for ${digits}e${exponent}`);
        }
      }
    }
  });

  it('tells float32 numbers apart with fewer digits than their exact values', () => {
    expect(text(Math.fround(0.1), float32)).toBe('1e-1');
    expect(text(Math.fround(1 / 3), float32)).toBe('33333334e-1');
    expect(text(2 ** -149, float32)).toBe('1e-45');
    expect(text(2 ** 24, float32)).toBe('16777216e7');
  });

  it('rounds the exact value half to even at a given place', () => {
    const at = (x: number, most: number) =>
      digitsOf(x, float64, { unique: false, most, least: null, count: 'fraction' });
    expect(at(0.125, 2)).toEqual({ digits: '12', exponent: -1 });
    expect(at(0.375, 2)).toEqual({ digits: '38', exponent: -1 });
    expect(at(9.996, 2)).toEqual({ digits: '1', exponent: 1 });
    expect(at(0.5, 0)).toEqual({ digits: '0', exponent: 0 });
    expect(at(0.51, 0)).toEqual({ digits: '1', exponent: 0 });
    expect(at(1e-7, 3)).toEqual({ digits: '0', exponent: -3 });
  });
});
