import { describe, expectFloat, expectNdim } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

/**
 * Moves blocks of channels into space: each `r²` channels become a block of `r × r` places.
 *
 * @param X `[N, C r², H, W]`
 * @param r block size
 * @returns `[N, C, H r, W r]`
 * @throws {InvalidType} if X is not floating or does not have 4 axes.
 * @throws {RangeError} if the channels do not divide by `r²`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.depth2space(new Variable(xp.ones([1, 8, 2, 3])), 2).shape; // [1, 2, 4, 6]
 */
export function depth2space(X: VariableLike, r: number): Variable {
  const x = asArray(X);
  expectFloat('depth2space', 'X', x);
  expectNdim('depth2space', 'X', x, 4);
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const out = c / (r * r);
  if (!Number.isInteger(out))
    throw new RangeError(`[depth2space] ${c} channels do not divide by r² = ${r * r} (X: ${describe(x)})`);
  return reshape(transpose(reshape(X, [n, r, r, out, h, w]), { axes: [0, 3, 4, 1, 5, 2] }), [
    n,
    out,
    h * r,
    w * r,
  ]);
}
