import { array, type NdArray, reshape as xpReshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { pad as padArray } from '../array/pad.ts';
import { reshape } from '../array/reshape.ts';
import { spatialTransformerSampler } from '../array/spatial-transformer.ts';
import { transpose } from '../array/transpose.ts';
import { add } from '../math/add.ts';
import { matmul } from '../math/matmul.ts';
import { perAxis, type Sizes } from './geometry.ts';

/** From pixels, counted from the padded corner, to the sampler's [-1, 1]. */
const place = /*#__PURE__*/ elementwise('deformableConvolution2dSampler', (offset, base, extent) =>
  offset.add(base).div(extent).sub(0.5).mul(2),
);

function check(x: NdArray, offset: NdArray, W: NdArray, b: NdArray | null): void {
  const who = 'deformableConvolution2dSampler';
  const given = { x, offset, W, b };
  for (const [name, v] of Object.entries(given)) {
    if (v === null) continue;
    expectFloat(who, name, v);
    expectSameDtype(who, 'x', x, name, v);
    expectNdim(who, name, v, name === 'b' ? 1 : 4);
  }
  const [out, channels, kh, kw] = W.shape as [number, number, number, number];
  if (x.shape[1] !== channels) invalid(who, `x has ${x.shape[1]} channels but W expects ${channels}`, given);
  if (offset.shape[0] !== x.shape[0])
    invalid(who, `x has ${x.shape[0]} samples but offset has ${offset.shape[0]}`, given);
  if (offset.shape[1] !== 2 * kh * kw)
    invalid(
      who,
      `offset has ${offset.shape[1]} channels but a window of ${kh}×${kw} needs ${2 * kh * kw}`,
      given,
    );
  if (b !== null && b.shape[0] !== out)
    invalid(who, `b must have shape [${out}], got [${b.shape.join(',')}]`, given);
}

/**
 * Deformable convolution: every tap of every window is moved by an offset of its own, and read between pixels (Dai et al., 2017).
 *
 * `y[n, o, i, j] = Σ W[o, c, u, v] x[n, c, i·stride - pad + u + Δy, j·stride - pad + v + Δx] + b[o]`, read bilinearly
 *
 * Gradients of x, offset, W and b exist to any order.
 *
 * @param x `[N, C, H, W]`
 * @param offset `[N, 2 kh kw, OH, OW]` in pixels: first Δx of all taps, then Δy
 * @param W `[O, C, kh, kw]`
 * @param b `[O]` or null
 * @param options `stride`, 1 unless given, and `pad`, 0 unless given.
 * @returns `[N, O, OH, OW]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[[[0, 1, 2]]]]));
 * const offset = xp.array([[[[0.5, 0.5]], [[0, 0]]]]);
 * F.deformableConvolution2dSampler(x, offset, xp.ones([1, 1, 1, 1]), null, { pad: [1, 0] }).shape; // [1, 1, 1, 2]
 */
export function deformableConvolution2dSampler(
  x: VariableLike,
  offset: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: { readonly stride?: Sizes; readonly pad?: Sizes } = {},
): Variable {
  checkOptions('deformableConvolution2dSampler', options, ['stride', 'pad']);
  const who = 'deformableConvolution2dSampler';
  const [sy, sx] = perAxis(who, 'stride', options.stride ?? 1, 2) as [number, number];
  const [ph, pw] = perAxis(who, 'pad', options.pad ?? 0, 2) as [number, number];
  const a = asArray(x);
  check(a, asArray(offset), asArray(W), b === null ? null : asArray(b));
  const [n, c, h, w] = a.shape as [number, number, number, number];
  const [out, , kh, kw] = W.shape as [number, number, number, number];
  const [, , outH, outW] = offset.shape as [number, number, number, number];
  const taps = kh * kw;
  const beside = { dtype: a.dtype, device: a.device };
  // Where the taps lie without offsets: x then y, [2, kh kw, OH, OW].
  const base = new Float64Array(2 * taps * outH * outW);
  for (let t = 0, at = 0; t < 2 * taps; t++)
    for (let i = 0; i < outH; i++)
      for (let j = 0; j < outW; j++)
        base[at++] = t < taps ? j * sx + (t % kw) : i * sy + Math.floor((t - taps) / kw);
  const grid = place(
    reshape(offset, [n, 2, taps, outH * outW]),
    array(base, { ...beside, shape: [1, 2, taps, outH * outW] }),
    xpReshape(array([w + 2 * pw - 1, h + 2 * ph - 1], beside), [1, 2, 1, 1]),
  );
  const around = [0, 0] as const;
  const padded = padArray(x, [around, around, [ph, ph], [pw, pw]], 'constant');
  const read = spatialTransformerSampler(padded, grid);
  const windows = reshape(transpose(read, { axes: [0, 3, 1, 2] }), [n * outH * outW, c * taps]);
  const weights = reshape(transpose(W, { axes: [1, 2, 3, 0] }), [c * taps, out]);
  const y = transpose(reshape(matmul(windows, weights), [n, outH, outW, out]), { axes: [0, 3, 1, 2] });
  return b === null ? y : add(y, reshape(b, [1, out, 1, 1]));
}
