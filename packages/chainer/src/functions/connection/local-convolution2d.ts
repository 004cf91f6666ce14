import { Slice } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { expectBias, expectFloat, expectNdim, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { getItem } from '../array/get-item.ts';
import { im2col } from '../array/im2col.ts';
import { reshape } from '../array/reshape.ts';
import { transpose } from '../array/transpose.ts';
import { add } from '../math/add.ts';
import { matmul } from '../math/matmul.ts';
import { getConvOutsize, perAxis, type Sizes } from './geometry.ts';

/**
 * Locally connected layer: a convolution whose window has other weights at every place.
 *
 * `y[n, o, i, j] = Σ x[n, c, i·stride + u, j·stride + v] W[o, i, j, c, u, v] + b[o, i, j]`
 *
 * @param x `[N, C, H, W]`
 * @param W `[O, OH, OW, C, kh, kw]`
 * @param b `[O, OH, OW]` or null
 * @param options `stride`: step of the window, 1 unless given. There is no padding.
 * @returns `[N, O, OH, OW]`
 * @throws {InvalidType} if shapes or dtypes do not fit, or W has more places than x has windows.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.localConvolution2d(new Variable(xp.ones([1, 2, 4, 4])), xp.ones([3, 2, 2, 2, 3, 3])).shape; // [1, 3, 2, 2]
 */
export function localConvolution2d(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: { readonly stride?: Sizes } = {},
): Variable {
  checkOptions('localConvolution2d', options, ['stride']);
  const who = 'localConvolution2d';
  expectBias(who, b);
  const [a, w] = [asArray(x), asArray(W)];
  const given = { x: a, W: w, b: b === null ? null : asArray(b) };
  expectFloat(who, 'x', a);
  expectFloat(who, 'W', w);
  expectNdim(who, 'x', a, 4);
  expectNdim(who, 'W', w, 6);
  const [out, rows, columns, channels, kh, kw] = w.shape as [number, number, number, number, number, number];
  const batch = a.shape[0] as number;
  if (a.shape[1] !== channels) invalid(who, `x has ${a.shape[1]} channels but W expects ${channels}`, given);
  const [sy, sx] = perAxis(who, 'stride', options.stride ?? 1, 2) as [number, number];
  const fit = [
    getConvOutsize(a.shape[2] as number, kh, sy, 0),
    getConvOutsize(a.shape[3] as number, kw, sx, 0),
  ] as const;
  if (rows > fit[0] || columns > fit[1])
    invalid(who, `W has ${rows}×${columns} places but x only ${fit[0]}×${fit[1]} windows`, given);
  if (given.b !== null) {
    if (given.b.dtype !== a.dtype)
      invalid(who, `x and b must have the same dtype: ${a.dtype.name} != ${given.b.dtype.name}`, given);
    if (given.b.ndim !== 3 || given.b.shape.some((d, i) => d !== w.shape[i]))
      invalid(who, `b must have shape [${out},${rows},${columns}], got [${given.b.shape.join(',')}]`, given);
  }
  const taps = channels * kh * kw;
  const all = new Slice(null, null, null);
  const windows = im2col(x, [kh, kw], { stride: [sy, sx] });
  const used =
    rows === fit[0] && columns === fit[1]
      ? windows
      : getItem(windows, [all, all, new Slice(0, rows, null), new Slice(0, columns, null)]);
  // One matrix product per place: [OH, OW, N, taps] @ [OH, OW, taps, O].
  const y = matmul(
    transpose(used, { axes: [2, 3, 0, 1] }),
    reshape(transpose(w.dtype === a.dtype ? W : cast(W, a.dtype.name), { axes: [1, 2, 3, 4, 5, 0] }), [
      rows,
      columns,
      taps,
      out,
    ]),
  );
  const placed = reshape(transpose(y, { axes: [2, 3, 0, 1] }), [batch, out, rows, columns]);
  return b === null ? placed : add(placed, b);
}
