import { type DType, isBig, isHalf, type TypedArray } from '../core/dtype.ts';
import { readElement } from './closures.ts';

/** The values of a line as keys that compare: numbers or BigInts; complex as pairs. */
export function keysOf(data: TypedArray, dtype: DType, p: number, step: number, n: number): TypedArray {
  if (dtype.kind === 'c') {
    const keys = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) {
      keys[2 * i] = data[2 * (p + i * step)] as number;
      keys[2 * i + 1] = data[2 * (p + i * step) + 1] as number;
    }
    return keys;
  }
  const half = isHalf(dtype);
  const keys = half ? new Float32Array(n) : new dtype.TypedArray(n);
  for (let i = 0; i < n; i++)
    keys[i] = (half ? readElement(data, p + i * step, dtype) : data[p + i * step]) as never;
  return keys;
}

/** Compares elements `i` and `j` of a line's keys: negative, zero or positive. */
export type Compare = (i: number, j: number) => number;

/** NumPy's order: NaN last; complex numbers by real, then imaginary part, those with a NaN part last. */
export function compareKeys(keys: TypedArray, dtype: DType): Compare {
  if (dtype.kind === 'c') {
    const k = keys as Float64Array;
    return (i, j) => {
      const a = k[2 * i]!;
      const b = k[2 * i + 1]!;
      const c = k[2 * j]!;
      const d = k[2 * j + 1]!;
      return nanRank(a, b) - nanRank(c, d) || numbers(a, c) || numbers(b, d);
    };
  }
  if (isBig(dtype)) {
    const k = keys as BigInt64Array;
    return (i, j) => (k[i]! < k[j]! ? -1 : k[i]! > k[j]! ? 1 : 0);
  }
  const k = keys as Float64Array;
  return (i, j) => numbers(k[i]!, k[j]!);
}

function nanRank(re: number, im: number): number {
  return (Number.isNaN(re) ? 2 : 0) + (Number.isNaN(im) ? 1 : 0);
}

function numbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
}

/** Whether a key is NaN, in either part. */
export function isNaNKey(keys: TypedArray, dtype: DType, i: number): boolean {
  if (dtype.kind === 'c') return Number.isNaN(keys[2 * i]) || Number.isNaN(keys[2 * i + 1]);
  return dtype.kind === 'f' && Number.isNaN(keys[i]);
}
