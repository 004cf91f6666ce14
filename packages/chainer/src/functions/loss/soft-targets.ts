import { type NdArray, ReductionKernel } from '@chainer/xp/functions';
import { emptyOn, softmaxOn } from '@chainer/xp/internal';
import { elementwise } from '../../core/elementwise.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectSameDtype, expectSameShape, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { logSoftmax, softmax } from '../activation/softmax.ts';
import { reshape } from '../array/reshape.ts';
import { add } from '../math/add.ts';
import { div, mul, sub } from '../math/arithmetic.ts';
import { log } from '../math/exponential.ts';
import { neg } from '../math/neg.ts';
import { sum } from '../math/sum.ts';

const targetLoss = /*#__PURE__*/ new ReductionKernel('softmaxCrossEntropy', 2, {
  map: (logp, t) => logp.mul(t).neg(),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const divergence = /*#__PURE__*/ new ReductionKernel('softmaxCrossEntropy', 2, {
  map: (logp, t) => t.mul(t.add(1e-7).log().sub(logp)),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const targetGradient = /*#__PURE__*/ elementwise('softmaxCrossEntropyGrad', (y, t, gy, count) =>
  y.sub(t).mul(gy.div(count)),
);

/** Targets that are distributions: the gradient towards the scores is softmax(x) - t, as their sum is one. */
export class SoftTargets extends FunctionNode {
  readonly label = 'SoftmaxCrossEntropy';
  readonly mean: boolean;
  readonly kl: boolean;

  constructor(mean: boolean, kl: boolean) {
    super();
    this.mean = mean;
    this.kl = kl;
  }

  override checkTypes([x, t]: readonly [NdArray, NdArray]): void {
    expectFloat('softmaxCrossEntropy', 'x', x);
    expectSameDtype('softmaxCrossEntropy', 'x', x, 't', t);
    expectSameShape('softmaxCrossEntropy', 'x', x, 't', t);
  }

  forward([x, t]: readonly [NdArray, NdArray]): readonly NdArray[] {
    this.retainInputs([0, 1]);
    const logp = emptyOn(x.device, x.shape, x.dtype);
    if (x.size > 0) softmaxOn(x.device).softmax(x, logp, 1, true);
    const losses = (this.kl ? divergence : targetLoss).call([logp, t], { axis: 1 });
    return [this.mean ? average.call([losses]) : losses];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null, null];
    const [x, t] = this.getRetainedInputs() as [Variable, Variable];
    const [n, c] = x.shape as [number, number];
    const share = this.mean ? gy : reshape(gy, [n, 1, ...x.shape.slice(2)]);
    return [targetGradient(softmax(x), t.array, share, this.mean ? x.size / c : 1), null];
  }
}

const average = /*#__PURE__*/ new ReductionKernel('softmaxCrossEntropy', 1, {
  reduce: (a, b) => a.add(b),
  post: (a, n) => a.div(n),
  identity: 0,
});

/** Softmax cross entropy where targets are distributions over the classes. */
export function softTargets(
  x: VariableLike,
  t: VariableLike,
  weight: NdArray | null,
  reduce: 'mean' | 'no',
  kind: string,
): Variable {
  const a = asArray(x);
  const b = asArray(t);
  if (a.ndim !== b.ndim || a.shape.some((d, i) => d !== b.shape[i]))
    invalid('softmaxCrossEntropy', 'float targets must have the shape of x', { x: a, t: b });
  if (kind !== 'cross-entropy' && kind !== 'kl-divergence') {
    throw new Error(
      `[softmaxCrossEntropy] softTargetLoss must be 'cross-entropy' or 'kl-divergence', got '${kind}'`,
    );
  }
  if (weight === null) return new SoftTargets(reduce === 'mean', kind === 'kl-divergence').apply1([x, t]);
  let each: Variable = mul(logSoftmax(x), t);
  if (kind === 'kl-divergence') each = sub(each, mul(t, log(add(t, 1e-7))));
  each = mul(each, reshape(weight, [1, -1, ...a.shape.slice(2).map(() => 1)]));
  const losses = neg(sum(each, { axis: 1 }));
  return reduce === 'no' ? losses : div(sum(losses), losses.size);
}
