import { reshape as xpReshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { reshape } from '../array/reshape.ts';
import { embedId } from '../connection/embed-id.ts';
import { logsumexp } from '../math/logsumexp.ts';
import { matmul } from '../math/matmul.ts';
import { sum } from '../math/sum.ts';
import { checkReduce, meanOver } from './reduce.ts';

const miss = /*#__PURE__*/ elementwise('blackOut', (y, logz) => y.sub(logz).exp().neg().log1p());
const total = /*#__PURE__*/ elementwise('blackOut', (positive, logz, misses) =>
  logz.sub(positive).sub(misses),
);

/**
 * BlackOut loss: a softmax over the target and a few sampled classes, which learns to tell them apart (Ji et al., 2016).
 *
 * `loss = -log p(t) - Σ log(1 - p(k))` over the samples k, with `p` the softmax of `W x` over the target and the samples
 *
 * @param x `[N, D]`
 * @param t targets, integers `[N]`
 * @param W `[V, D]`
 * @param samples negative samples, integers `[N, S]`
 * @param options `reduce`: `mean` (unless given) gives a scalar, `no` one loss per row.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const [t, samples] = [xp.array([0], { dtype: 'int32' }), xp.array([[1]], { dtype: 'int32' })];
 * const loss = F.blackOut(new Variable(xp.zeros([1, 3])), t, xp.ones([2, 3]), samples);
 * loss.itemSync(); // 1.3863
 */
export function blackOut(
  x: VariableLike,
  t: VariableLike,
  W: VariableLike,
  samples: VariableLike,
  options: { readonly reduce?: 'mean' | 'no' } = {},
): Variable {
  checkOptions('blackOut', options, ['reduce']);
  const { reduce = 'mean' } = options;
  checkReduce('blackOut', reduce, ['mean', 'no']);
  const [a, target, w, negative] = [asArray(x), asArray(t), asArray(W), asArray(samples)];
  const given = { x: a, t: target, W: w, samples: negative };
  expectFloat('blackOut', 'x', a);
  expectNdim('blackOut', 'x', a, 2);
  expectInteger('blackOut', 't', target);
  expectNdim('blackOut', 't', target, 1);
  expectSameDtype('blackOut', 'x', a, 'W', w);
  expectNdim('blackOut', 'W', w, 2);
  expectInteger('blackOut', 'samples', negative);
  expectNdim('blackOut', 'samples', negative, 2);
  const [batch, features] = a.shape as [number, number];
  if (target.shape[0] !== batch || negative.shape[0] !== batch)
    invalid('blackOut', `x has ${batch} rows, t ${target.shape[0]}, samples ${negative.shape[0]}`, given);
  if (w.shape[1] !== features)
    invalid('blackOut', `x has ${features} features but W expects ${w.shape[1]}`, given);
  const column = reshape(x, [batch, features, 1]);
  const count = negative.shape[1] as number;
  const misses = reshape(matmul(embedId(negative, W), column), [batch, count]);
  const positive = reshape(matmul(embedId(xpReshape(target, [batch, 1]), W), column), [batch, 1]);
  const logz = logsumexp(concat([positive, misses]), { axis: 1 });
  const others = sum(miss(misses, reshape(logz, [batch, 1])), { axis: 1 });
  const losses = total(reshape(positive, [batch]), logz, others);
  return reduce === 'no' ? losses : meanOver(losses, batch);
}
