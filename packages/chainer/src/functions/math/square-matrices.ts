import type { NdArray } from '@chainer/xp/functions';
import { astype } from '@chainer/xp/functions';
import { expectFloat, expectNdim, invalid } from '../../core/type-check.ts';

/** Refuses what is no square matrix of floats (2 axes), or no batch of them (3). */
export function expectSquare(who: string, a: NdArray, ndim: number): void {
  expectFloat(who, 'a', a);
  expectNdim(who, 'a', a, ndim);
  const [rows, cols] = a.shape.slice(-2);
  if (rows !== cols) invalid(who, `a must be square, got ${rows} rows and ${cols} columns`, { a });
}

/** Linear algebra of 16-bit floats, which no library computes in: by way of float32. */
export function throughFloat32(x: NdArray, compute: (x: NdArray) => NdArray): NdArray {
  return x.dtype.itemsize === 2 ? astype(compute(astype(x, 'float32')), x.dtype) : compute(x);
}
