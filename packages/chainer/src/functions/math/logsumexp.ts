import * as xp from '@chainer/xp/functions';
import {
  ElementwiseKernel,
  type NdArray,
  ReductionKernel,
  reshape as xpReshape,
} from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { mul, sub } from './arithmetic.ts';
import { type Axis, axesOf, checkAxis, keptShape } from './axes.ts';
import { exp } from './exponential.ts';

const total = /*#__PURE__*/ new ReductionKernel('logsumexp', 2, {
  map: (x, m) => x.sub(m).exp(),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const finish = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 2, (s, m) => s.log().add(m));
/** What is subtracted for the sake of range: the greatest element where it is finite. */
const anchor = /*#__PURE__*/ new ElementwiseKernel('logsumexp', 1, (m) => m.isfinite().where(m, 0));

export class LogSumExp extends FunctionNode {
  readonly label = 'LogSumExp';
  readonly axis: Axis;

  constructor(axis: Axis) {
    super();
    this.axis = axis;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat('logsumexp', 'x', x);
    axesOf('logsumexp', this.axis, x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    this.retainInputs([0]);
    this.retainOutputs([0]);
    const axis = axesOf('logsumexp', this.axis, x);
    const m = anchor.call([xp.max(x, { axis, keepdims: true })]);
    const s = total.call([x, m], { axis });
    return [finish.call([s, xpReshape(m, s.shape)])];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const x = this.getRetainedInput(0);
    const shape = keptShape(x.shape, axesOf('logsumexp', this.axis, x.array));
    const y = reshape(this.getRetainedOutput(0), shape);
    return [mul(exp(sub(x, y)), reshape(gy, shape))];
  }
}

/**
 * Logarithm of the sum of exponentials over axes, computed stably.
 *
 * `y = log Σ exp(x)`
 *
 * @throws {InvalidType} if x is not floating or an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.logsumexp(new Variable(xp.array([1000, -1000]))).itemSync(); // 1000
 */
export function logsumexp(x: VariableLike, options: { readonly axis?: Axis } = {}): Variable {
  checkOptions('logsumexp', options, ['axis']);
  checkAxis('logsumexp', options.axis);
  return new LogSumExp(options.axis ?? null).apply1([x]);
}
