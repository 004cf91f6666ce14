import { describe, expect, it } from 'vitest';
import { flatScalars } from '../core/read.ts';
import { defaultRng } from './generator.ts';
import { RandomState } from './random-state.ts';

describe('randint', () => {
  it('multiplies 64-bit words by the range and keeps the upper half', () => {
    for (const range of [3, 1000, 65537, 2 ** 31 - 1, 2 ** 32 - 1]) {
      const drawn = flatScalars(
        new RandomState(9).randint(0, { high: range, size: 500, dtype: 'uint32' }),
      ).map(Number);
      const words = new RandomState(9);
      const read = () => {
        const reader = words.reader();
        return Array.from({ length: 500 }, () => BigInt(reader.next()));
      };
      const [high, low] = [read(), read()];
      const expected = high.map((h, i) => Number((((h << 32n) | (low[i] as bigint)) * BigInt(range)) >> 64n));
      expect(drawn).toEqual(expected);
    }
  });

  it('reaches both ends of every integer type', () => {
    for (const [dtype, low, high] of [
      ['int8', -128n, 127n],
      ['uint8', 0n, 255n],
      ['int16', -32768n, 32767n],
      ['uint16', 0n, 65535n],
      ['bool', 0n, 1n],
    ] as const) {
      const x = flatScalars(defaultRng(1).integers(low, { high, endpoint: true, size: 600_000, dtype })).map(
        Number,
      );
      expect(x.reduce((a, b) => Math.min(a, b))).toBe(Number(low));
      expect(x.reduce((a, b) => Math.max(a, b))).toBe(Number(high));
    }
  });

  it('keeps negative, wide and 64-bit ranges', () => {
    const rs = new RandomState(2);
    const inside = (x: bigint[], low: bigint, high: bigint) => x.every((v) => v >= low && v < high);
    const draw = (low: bigint, high: bigint, dtype: 'int32' | 'uint32' | 'int64' | 'uint64') =>
      flatScalars(rs.randint(low, { high, size: 1000, dtype })).map((v) => BigInt(v as bigint | number));
    expect(inside(draw(-3n, 4n, 'int32'), -3n, 4n)).toBe(true);
    expect(new Set(draw(-3n, 4n, 'int32')).size).toBe(7);
    expect(inside(draw(2n ** 32n - 5n, 2n ** 32n, 'uint32'), 2n ** 32n - 5n, 2n ** 32n)).toBe(true);
    expect(inside(draw(-(2n ** 40n), -(2n ** 40n) + 100n, 'int64'), -(2n ** 40n), -(2n ** 40n) + 100n)).toBe(
      true,
    );
    const all = draw(-(2n ** 63n), 2n ** 63n, 'int64');
    expect(new Set(all).size).toBe(1000);
    expect(all.filter((v) => v < 0n).length).toBeGreaterThan(420);
    expect(all.filter((v) => v < 0n).length).toBeLessThan(580);
    expect(inside(draw(2n ** 63n, 2n ** 64n, 'uint64'), 2n ** 63n, 2n ** 64n)).toBe(true);
    expect(new Set(draw(-(2n ** 31n), 2n ** 31n, 'int32')).size).toBe(1000);
  });

  it('takes one argument as the upper end, and gives int32', () => {
    const x = new RandomState(0).randint(5, { size: [2, 3] });
    expect(x.dtype.name).toBe('int32');
    expect(x.shape).toEqual([2, 3]);
    expect(flatScalars(new RandomState(0).randint(1, { size: 4 }))).toEqual([0, 0, 0, 0]);
    expect(new RandomState(0).randint(5).shape).toEqual([]);
  });

  it('refuses empty ranges and types that do not hold them', () => {
    const rs = new RandomState(0);
    expect(() => rs.randint(0)).toThrow('[randint] low must be below high, got low=0, high=0');
    expect(() => rs.randint(5, { high: 5 })).toThrow('got low=5, high=5');
    expect(() => rs.randint(0, { high: 300, dtype: 'uint8' })).toThrow(
      '[randint] [0, 300) does not fit uint8 (0 to 255)',
    );
    expect(() => rs.randint(2 ** 40)).toThrow("choose a wider type, as in {dtype: 'int64'}");
    expect(() => rs.randint(1.5)).toThrow('low must be an integer');
    expect(() => rs.randint(3, { dtype: 'float32' })).toThrow(
      'dtype must be an integer type or bool, got float32',
    );
    expect(() => rs.randint(3, { size: -1 })).toThrow('size must hold non-negative integers, got (-1,)');
  });
});
