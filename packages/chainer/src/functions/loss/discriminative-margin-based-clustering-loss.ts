import {
  array,
  astype,
  equal,
  maximum,
  type NdArray,
  stack as stackArrays,
  sum as sumArray,
  reshape as xpReshape,
} from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { relu } from '../activation/relu.ts';
import { reshape } from '../array/reshape.ts';
import { absolute } from '../math/absolute.ts';
import { div, mul, sub } from '../math/arithmetic.ts';
import { square } from '../math/square.ts';
import { sum } from '../math/sum.ts';

/** Square root whose gradient at 0, where it has a kink as a norm, is 0. */
const root = /*#__PURE__*/ elementwise('discriminativeMarginBasedClusteringLoss', (s) => s.sqrt(), {
  derivative: (_, y, gy) => [y.gt(0).where(gy.div(y.gt(0).where(y, 1).mul(2)), 0)],
});

/** Options of discriminativeMarginBasedClusteringLoss. */
export interface DiscriminativeLossOptions {
  /** 1 (unless given): sum of absolute values; 2: Euclidean. */
  readonly norm?: 1 | 2;
  /** Weight of the variance loss. */
  readonly alpha?: number;
  /** Weight of the distance loss. */
  readonly beta?: number;
  /** Weight of the regularisation. */
  readonly gamma?: number;
}

/** The places of every instance 1 … count: `[count, N, 1, H, W]`, 0 or 1. */
function masksOf(labels: NdArray, count: number, like: NdArray): NdArray {
  const masks = Array.from({ length: count }, (_, c) => astype(equal(labels, c + 1), like.dtype));
  return xpReshape(stackArrays(masks), [count, labels.shape[0] as number, 1, ...labels.shape.slice(1)]);
}

/**
 * Loss for the segmentation of instances: pixels of one instance draw together, means of instances push each other away
 * (De Brabandere et al., 2017).
 *
 * - variance: `max(‖μ_c - x‖ - δ_v, 0)²`, averaged over the pixels of all instances
 * - distance: `max(2 δ_d - ‖μ_a - μ_b‖, 0)²`, averaged over pairs of instances
 * - regularisation: `‖μ_c‖`, averaged
 *
 * @param embeddings `[N, D, H, W]`
 * @param labels integers `[N, H, W]`: instances from 1 on, 0 is background
 * @param deltaV margin of the variance
 * @param deltaD half the margin of the distance
 * @param maxEmbeddingDim D, which is also the greatest number of instances
 * @returns variance, distance and regularisation losses, weighted by `alpha`, `beta` and `gamma`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for another norm, or an embedding dimension below 1.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[[[0, 0, 1, 1]], [[1, 1, 0, 0]]]]));
 * const labels = xp.array([[[1, 1, 2, 2]]], { dtype: 'int32' });
 * const [variance, distance] = F.discriminativeMarginBasedClusteringLoss(x, labels, 0.5, 1.5, 2);
 * [variance.itemSync(), distance.itemSync()]; // [0, 1]
 */
export function discriminativeMarginBasedClusteringLoss(
  embeddings: VariableLike,
  labels: VariableLike,
  deltaV: number,
  deltaD: number,
  maxEmbeddingDim: number,
  options: DiscriminativeLossOptions = {},
): [Variable, Variable, Variable] {
  checkOptions('discriminativeMarginBasedClusteringLoss', options, ['norm', 'alpha', 'beta', 'gamma']);
  const who = 'discriminativeMarginBasedClusteringLoss';
  const { norm = 1, alpha = 1, beta = 1, gamma = 0.001 } = options;
  const [x, t] = [asArray(embeddings), asArray(labels)];
  const given = { embeddings: x, labels: t };
  if (!(maxEmbeddingDim > 0))
    throw new RangeError(`[${who}] maxEmbeddingDim must be positive, got ${maxEmbeddingDim}`);
  if (norm !== 1 && norm !== 2) throw new RangeError(`[${who}] norm must be 1 or 2, got ${String(norm)}`);
  expectFloat(who, 'embeddings', x);
  expectInteger(who, 'labels', t);
  if (x.ndim !== 4 || t.ndim !== 3)
    invalid(who, `embeddings must have 4 axes and labels 3, got ${x.ndim} and ${t.ndim}`, given);
  if (x.shape[1] !== maxEmbeddingDim)
    invalid(who, `embeddings have ${x.shape[1]} channels but maxEmbeddingDim is ${maxEmbeddingDim}`, given);
  const [batch, dim, height, width] = x.shape as [number, number, number, number];
  if (t.shape.join() !== [batch, height, width].join())
    invalid(who, `labels must have shape [${batch},${height},${width}]`, given);
  const length = (v: Variable, axis: number | readonly number[]) =>
    norm === 1 ? sum(absolute(v), { axis }) : root(sum(square(v), { axis }));

  const masks = masksOf(t, dim, x);
  const pixels = reshape(embeddings, [1, batch, dim, height, width]);
  const sizes = sumArray(masks, { axis: [3, 4] });
  const means = div(sum(mul(pixels, masks), { axis: [3, 4] }), maximum(sizes, 1));
  const regularisation = div(sum(length(means, [1, 2])), dim * batch);

  const away = mul(sub(reshape(means, [dim, batch, dim, 1, 1]), pixels), masks);
  const beyond = square(relu(sub(length(away, 2), deltaV)));
  const counts = maximum(sumArray(masks, { axis: [1, 2, 3, 4] }), 1);
  const variance = div(sum(div(sum(beyond, { axis: [1, 2, 3] }), counts)), dim);

  // Pairs of instances a < b.
  const apart = length(sub(reshape(means, [dim, 1, batch, dim]), reshape(means, [1, dim, batch, dim])), 3);
  const pairs = xpReshape(
    array(
      Array.from({ length: dim * dim }, (_, k) => (k % dim > Math.floor(k / dim) ? 1 : 0)),
      { dtype: x.dtype, device: x.device },
    ),
    [dim, dim, 1],
  );
  const near = mul(square(relu(sub(2 * deltaD, apart))), pairs);
  const distance = div(sum(near), Math.max(((dim * (dim - 1)) / 2) * batch, 1));
  return [mul(variance, alpha), mul(distance, beta), mul(regularisation, gamma)];
}
