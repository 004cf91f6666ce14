import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { astype, reshape as xpReshape } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import { Variable, type VariableLike } from '../../core/variable.ts';
import { broadcastTo } from '../array/broadcast-to.ts';
import { reshape } from '../array/reshape.ts';
import { mul } from './arithmetic.ts';
import { type Axis, axesOf, checkAxis, keptShape } from './axes.ts';

const reductions = { max: xp.max, min: xp.min };

/** Greatest or smallest element over axes; every element that ties takes the gradient, as upstream has it. */
export class Extreme extends FunctionNode {
  readonly label: string;
  readonly which: 'max' | 'min';
  readonly axis: Axis;
  readonly keepdims: boolean;

  constructor(which: 'max' | 'min', axis: Axis, keepdims: boolean) {
    super();
    this.which = which;
    this.axis = axis;
    this.keepdims = keepdims;
    this.label = which === 'max' ? 'Max' : 'Min';
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat(this.which, 'x', x);
    axesOf(this.which, this.axis, x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    this.retainInputs([0]);
    this.retainOutputs([0]);
    return [reductions[this.which](x, { axis: this.axis, keepdims: this.keepdims })];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const x = this.getRetainedInput(0).array;
    const shape = keptShape(x.shape, axesOf(this.which, this.axis, x));
    const y = xpReshape(this.getRetainedOutput(0).array, shape);
    const ties = new Variable(astype(xp.equal(x, y), x.dtype), { requiresGrad: false });
    return [mul(ties, broadcastTo(reshape(gy, shape), x.shape))];
  }
}

/** Options of reductions. */
export interface ReductionOptions {
  readonly axis?: Axis;
  readonly keepdims?: boolean;
}

/**
 * Greatest element over axes. All elements that tie take the gradient.
 *
 * @throws {InvalidType} if an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.max(new Variable(xp.array([[1, 3], [2, 0]])), { axis: 1 }).array.toArraySync(); // [3, 2]
 */
export function max(x: VariableLike, options: ReductionOptions = {}): Variable {
  checkOptions('max', options, ['axis', 'keepdims']);
  checkAxis('max', options.axis);
  return new Extreme('max', options.axis ?? null, options.keepdims ?? false).apply1([x]);
}

/**
 * Smallest element over axes. All elements that tie take the gradient.
 *
 * @throws {InvalidType} if an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.min(new Variable(xp.array([[1, 3], [2, 0]])), { axis: 1 }).array.toArraySync(); // [1, 0]
 */
export function min(x: VariableLike, options: ReductionOptions = {}): Variable {
  checkOptions('min', options, ['axis', 'keepdims']);
  checkAxis('min', options.axis);
  return new Extreme('min', options.axis ?? null, options.keepdims ?? false).apply1([x]);
}
