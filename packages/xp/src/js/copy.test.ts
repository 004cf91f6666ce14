import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bool,
  complex64,
  complex128,
  type DType,
  dtypes,
  float16,
  float32,
  float64,
  int8,
  int32,
  int64,
  isBig,
  uint8,
  uint64,
} from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { awkward, blank, layouts, make, numbers, values } from './arrays.testing.ts';
import { setCanCompile } from './compile.ts';
import { copy } from './copy.ts';
import { fill } from './fill.ts';

function cast(list: readonly (number | bigint)[], from: DType, to: DType): (number | bigint)[] {
  const n = list.length / from.lanes;
  const out = blank([n], to);
  copy(make(list, [n], from), out);
  return values(out);
}

describe.each([
  ['compiled', true],
  ['interpreted', false],
])('copy (%s)', (_, compiled) => {
  beforeAll(() => setCanCompile(compiled));
  afterAll(() => setCanCompile(null));

  it.each(dtypes.map((d) => [d.name, d] as const))('keeps values within %s, whatever the strides', (_, d) => {
    const n = 6 * d.lanes;
    const list = Array.from({ length: n }, (_, i) => (isBig(d) ? BigInt(i) : d === bool ? i % 2 : i));
    for (const [, from] of layouts) {
      for (const [, to] of layouts) {
        const out = blank([2, 3], d, to);
        copy(make(list, [2, 3], d, from), out);
        expect(values(out)).toEqual(list);
      }
    }
  });

  it.each(dtypes.flatMap((a) => dtypes.map((b) => [a.name, b.name, a, b] as const)))(
    'carries 0 and 1 from %s to %s',
    (_, __, a, b) => {
      const one = (d: DType) => (isBig(d) ? 1n : 1);
      const zero = (d: DType) => (isBig(d) ? 0n : 0);
      const list = (d: DType) => (d.lanes === 2 ? [1, 0, 0, 0] : [one(d), zero(d)]);
      expect(cast(list(a), a, b)).toEqual(list(b));
    },
  );

  // Expected values: NumPy 2.4 `astype`.
  it('truncates and wraps floats to integers', () => {
    expect(cast([1.9, -1.9, 300.5], float64, int8)).toEqual([1, -1, 44]);
    expect(cast([1.9, -1.9, 300.5], float32, int32)).toEqual([1, -1, 300]);
    expect(cast([1.9, -1.9, 3e10], float64, int64)).toEqual([1n, -1n, 30000000000n]);
  });

  it('takes anything but zero for true', () => {
    expect(cast([0.5, -0, Number.NaN], float32, bool)).toEqual([1, 0, 1]);
    expect(cast([256, 0], int32, bool)).toEqual([1, 0]);
    expect(cast([1n << 40n, 0n], int64, bool)).toEqual([1, 0]);
    expect(cast([0, 2, 0, 0], complex64, bool)).toEqual([1, 0]);
  });

  it('rounds to float16 once, to nearest even', () => {
    const bits = new Uint16Array([31744, 31743, 0, 11878, 2]);
    const out = blank([5], float16);
    copy(make([70000, 65519, 1e-8, 0.1, 1.5 * 2 ** -24], [5], float64), out);
    expect([...(out.storage.view(float16) as Uint16Array)].slice(3)).toEqual([...bits]);
    // 1 + 2^-11 + 2^-30 lies above the tie between 1 and 1 + 2^-10; by way of float32 it would fall on it.
    expect(cast([1 + 2 ** -11 + 2 ** -30], float64, float16)).toEqual([1 + 2 ** -10]);
  });

  it('wraps between 64-bit integers and others', () => {
    expect(cast([-1, 5], int32, uint64)).toEqual([18446744073709551615n, 5n]);
    expect(cast([2n ** 32n + 5n, -1n], int64, int32)).toEqual([5, -1]);
    expect(cast([2n ** 63n - 1n, -2n], int64, float64)).toEqual([2 ** 63, -2]);
    expect(cast([-1n], int64, uint8)).toEqual([255]);
  });

  it('takes the real part of complex numbers and gives reals none', () => {
    expect(cast([1.5, 2, -3, 4], complex128, float32)).toEqual([1.5, -3]);
    expect(cast([1.5, -3], float32, complex64)).toEqual([1.5, 0, -3, 0]);
  });

  it('broadcasts', () => {
    const out = blank([2, 3], float32, awkward);
    copy(make([1, 2, 3], [3], int32), out);
    expect(numbers(out)).toEqual([1, 2, 3, 1, 2, 3]);
    copy(make([4, 5], [2, 1], float32), out);
    expect(numbers(out)).toEqual([4, 4, 4, 5, 5, 5]);
    copy(make([6], [], float64), out);
    expect(numbers(out)).toEqual([6, 6, 6, 6, 6, 6]);
  });

  it('moves long runs and leaves what lies around them', () => {
    const list = Array.from({ length: 100 }, (_, i) => i);
    const big = make(list, [100], float32);
    const inner = new NdArray(big.storage, float32, [50], [1], big.offset + 25);
    const negative = list.slice(0, 50).map((v) => -v - 1);
    copy(make(negative, [50], float32), inner);
    const want = list.map((v) => (v < 25 || v >= 75 ? v : 24 - v));
    expect(numbers(big)).toEqual(want);
    const spread = blank([100], float32, awkward);
    copy(big, spread);
    expect(numbers(spread)).toEqual(want);
    const back = blank([100], float32);
    copy(spread, back);
    expect(numbers(back)).toEqual(want);
  });

  it('does nothing for empty arrays', () => {
    const out = blank([0, 3], float32);
    copy(make([], [0, 3], int32), out);
    expect(values(out)).toEqual([]);
  });
});

describe.each(layouts)('fill (%s)', (_, layout) => {
  it.each([
    [float32, 1.5, [1.5]],
    [float16, 0.1, [0.0999755859375]],
    [int8, 300, [44]],
    [bool, 7, [1]],
    [int64, 2n ** 40n, [2n ** 40n]],
    [uint64, -1, [18446744073709551615n]],
    [complex64, 2, [2, 0]],
  ] as const)('writes %s', (d, value, one) => {
    const x = blank([2, 3], d, layout);
    fill(x, value);
    expect(values(x)).toEqual(Array.from({ length: 6 }, () => one).flat());
    const data = x.storage.view(d);
    expect(data[0]).toEqual(typeof data[0] === 'bigint' ? 55n : 55);
  });

  it('writes a part of an array only', () => {
    const x = make([1, 2, 3, 4, 5, 6], [2, 3], float32, layout);
    const column = new NdArray(
      x.storage,
      float32,
      [2],
      [x.steps[0] as number],
      x.offset + (x.steps[1] as number),
    );
    fill(column, 9);
    expect(numbers(x)).toEqual([1, 9, 3, 4, 9, 6]);
  });
});
