import { emptyOn, type NdArray, softmaxOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, invalid } from '../../core/type-check.ts';
import { Variable, type VariableLike } from '../../core/variable.ts';
import { mul, sub } from '../math/arithmetic.ts';
import { exp } from '../math/exponential.ts';
import { sum } from '../math/sum.ts';

/** Checks the axis of a softmax and counts it from the front. */
export function softmaxAxis(who: string, axis: number, x: NdArray): number {
  expectFloat(who, 'x', x);
  if (axis < -x.ndim || axis >= x.ndim)
    invalid(who, `axis ${axis} is out of range for an array of ${x.ndim} axes`, { x });
  return axis < 0 ? axis + x.ndim : axis;
}

/** Softmax, or its logarithm: one kernel each way. */
export class Softmax extends FunctionNode {
  readonly label: string;
  readonly axis: number;
  readonly log: boolean;

  constructor(axis: number, log: boolean) {
    super();
    this.axis = axis;
    this.log = log;
    this.label = log ? 'LogSoftmax' : 'Softmax';
  }

  private get who(): string {
    return this.log ? 'logSoftmax' : 'softmax';
  }

  override checkTypes([x]: readonly [NdArray]): void {
    softmaxAxis(this.who, this.axis, x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const y = emptyOn(x.device, x.shape, x.dtype);
    if (x.size > 0)
      softmaxOn(x.device).softmax(x, y, this.axis < 0 ? this.axis + x.ndim : this.axis, this.log);
    this.retainOutputs([0]);
    return [y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const y = this.getRetainedOutput(0);
    if (!config.enableBackprop) {
      const gx = emptyOn(y.array.device, y.shape, y.dtype);
      if (gx.size > 0)
        softmaxOn(gx.device).softmaxGrad(
          y.array,
          gy.array,
          gx,
          this.axis < 0 ? this.axis + y.ndim : this.axis,
          this.log,
        );
      return [new Variable(gx, { requiresGrad: false })];
    }
    if (this.log) return [sub(gy, mul(exp(y), sum(gy, { axis: this.axis, keepdims: true })))];
    return [mul(y, sub(gy, sum(mul(gy, y), { axis: this.axis, keepdims: true })))];
  }
}

/**
 * Softmax along an axis.
 *
 * `y = exp(x) / Σ exp(x)`
 *
 * @param x floating array
 * @param options `axis`: 1 unless given, as in Chainer.
 * @throws {InvalidType} if the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.softmax(new Variable(xp.zeros([1, 4]))).array.toArraySync(); // [[0.25, 0.25, 0.25, 0.25]]
 */
export function softmax(x: VariableLike, options: { readonly axis?: number } = {}): Variable {
  checkOptions('softmax', options, ['axis']);
  return new Softmax(options.axis ?? 1, false).apply1([x]);
}

/**
 * Logarithm of softmax along an axis, computed stably.
 *
 * `y = x - log Σ exp(x)`
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.logSoftmax(new Variable(xp.zeros([1, 1]))).array.toArraySync(); // [[0]]
 */
export function logSoftmax(x: VariableLike, options: { readonly axis?: number } = {}): Variable {
  checkOptions('logSoftmax', options, ['axis']);
  return new Softmax(options.axis ?? 1, true).apply1([x]);
}
