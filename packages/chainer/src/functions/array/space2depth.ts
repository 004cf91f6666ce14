import { describe, expectFloat, expectNdim } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

/**
 * Moves blocks of places into channels: each block of `r × r` places becomes `r²` channels. The inverse of `depth2space`.
 *
 * @param X `[N, C, H r, W r]`
 * @param r block size
 * @returns `[N, C r², H, W]`
 * @throws {InvalidType} if X is not floating or does not have 4 axes.
 * @throws {RangeError} if height or width do not divide by `r`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.space2depth(new Variable(xp.ones([1, 2, 4, 6])), 2).shape; // [1, 8, 2, 3]
 */
export function space2depth(X: VariableLike, r: number): Variable {
  const x = asArray(X);
  expectFloat('space2depth', 'X', x);
  expectNdim('space2depth', 'X', x, 4);
  const [n, c, a, b] = x.shape as [number, number, number, number];
  const h = a / r;
  const w = b / r;
  if (!Number.isInteger(h) || !Number.isInteger(w))
    throw new RangeError(
      `[space2depth] height ${a} and width ${b} must divide by r = ${r} (X: ${describe(x)})`,
    );
  return reshape(transpose(reshape(X, [n, c, h, r, w, r]), { axes: [0, 3, 5, 1, 2, 4] }), [
    n,
    c * r * r,
    h,
    w,
  ]);
}
