import {
  apply,
  array,
  astype,
  clip,
  copy,
  type NdArray,
  notEqual,
  reshape as xpReshape,
} from '@chainer/xp/functions';
import { overwrite, picked } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { reshape } from '../array/reshape.ts';
import { embedId } from '../connection/embed-id.ts';
import { matmul } from '../math/matmul.ts';
import { sum } from '../math/sum.ts';
import { checkReduce } from './reduce.ts';

/** `log(1 + exp(±f))`, + for samples and - for the target; rows that are ignored are 0. */
const loss = /*#__PURE__*/ elementwise(
  'negativeSampling',
  (f, sign, valid) => valid.gt(0).where(apply('logaddexp', f.mul(sign), f.mul(0)), 0),
  { types: 'any', label: 'NegativeSamplingFunction' },
);

/** Draws ids of classes: an integer array of the given shape. */
export type Sampler = (shape: readonly number[]) => NdArray;

/** Options of negativeSampling. */
export interface NegativeSamplingOptions {
  /** `sum` gives a scalar, `no` one loss per row. */
  readonly reduce?: 'sum' | 'no';
  /** Also return the samples `[N, S + 1]`, whose column 0 holds the targets. */
  readonly returnSamples?: boolean;
}

/**
 * Negative sampling loss of word2vec: tells the target from randomly drawn classes (Mikolov et al., 2013).
 *
 * `loss = -log σ(xᵀ W[t]) - Σ log σ(-xᵀ W[k])` over the samples k
 *
 * @param x `[N, D]`
 * @param t targets, integers `[N]`; rows of target -1 are ignored
 * @param W `[V, D]`
 * @param sampler draws ids: from a shape to an integer array
 * @param sampleSize number of samples for each row, S
 * @returns a scalar, or `[N]` with `reduce: 'no'`; with `returnSamples` also the samples
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const sampler = (shape: readonly number[]) => xp.zeros(shape, { dtype: 'int32' });
 * const t = xp.array([1, -1], { dtype: 'int32' });
 * const y = F.negativeSampling(new Variable(xp.zeros([2, 3])), t, xp.ones([4, 3]), sampler, 1);
 * y.itemSync(); // 1.3863
 */
export function negativeSampling(
  x: VariableLike,
  t: VariableLike,
  W: VariableLike,
  sampler: Sampler,
  sampleSize: number,
  options: NegativeSamplingOptions & { readonly returnSamples: true },
): [Variable, NdArray];
export function negativeSampling(
  x: VariableLike,
  t: VariableLike,
  W: VariableLike,
  sampler: Sampler,
  sampleSize: number,
  options?: NegativeSamplingOptions,
): Variable;
export function negativeSampling(
  x: VariableLike,
  t: VariableLike,
  W: VariableLike,
  sampler: Sampler,
  sampleSize: number,
  options: NegativeSamplingOptions = {},
): Variable | [Variable, NdArray] {
  checkOptions('negativeSampling', options, ['reduce', 'returnSamples']);
  const who = 'negativeSampling';
  const { reduce = 'sum', returnSamples = false } = options;
  checkReduce(who, reduce, ['sum', 'no']);
  const [a, target, w] = [asArray(x), asArray(t), asArray(W)];
  expectFloat(who, 'x', a);
  expectNdim(who, 'x', a, 2);
  expectInteger(who, 't', target);
  expectNdim(who, 't', target, 1);
  expectSameDtype(who, 'x', a, 'W', w);
  expectNdim(who, 'W', w, 2);
  const [batch, features] = a.shape as [number, number];
  if (target.shape[0] !== batch)
    invalid(who, `x has ${batch} rows but t ${target.shape[0]} elements`, { x: a, t: target });
  if (w.shape[1] !== features)
    invalid(who, `x has ${features} features but W expects ${w.shape[1]}`, { x: a, W: w });
  const samples = drawn(sampler, target, sampleSize);
  const valid = xpReshape(astype(notEqual(target, -1), a.dtype), [batch, 1]);
  const precise = a.dtype.name === 'float16' ? 'float32' : a.dtype;
  const rows = embedId(clip(samples, 0, null), cast(W, precise));
  const f = reshape(matmul(rows, reshape(cast(x, precise), [batch, features, 1])), [batch, sampleSize + 1]);
  const signs = array(
    Array.from({ length: sampleSize + 1 }, (_, k) => (k === 0 ? -1 : 1)),
    { dtype: precise, device: a.device },
  );
  const losses = loss(f, signs, astype(valid, precise));
  const y = cast(reduce === 'no' ? sum(losses, { axis: 1 }) : sum(losses), a.dtype);
  return returnSamples ? [y, samples] : y;
}

/** Samples with the targets in column 0. */
function drawn(sampler: Sampler, target: NdArray, sampleSize: number): NdArray {
  const shape = [target.shape[0] as number, sampleSize + 1];
  const samples = copy(sampler(shape).to(target.device.name));
  expectInteger('negativeSampling', 'samples', samples);
  if (samples.shape.join() !== shape.join())
    throw new TypeError(
      `[negativeSampling] sampler must return an array of shape [${shape.join(',')}], got [${samples.shape.join(',')}]`,
    );
  overwrite(picked(samples, 1, 0), target);
  return samples;
}
