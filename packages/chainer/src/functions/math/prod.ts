import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { flip } from '../array/flip.ts';
import { reshape } from '../array/reshape.ts';
import { transpose } from '../array/transpose.ts';
import { mul } from './arithmetic.ts';
import { type Axis, axesOf, checkAxis } from './axes.ts';
import { exclusiveProduct } from './cumprod.ts';
import type { ReductionOptions } from './minmax.ts';

export class Prod extends FunctionNode {
  readonly label = 'Prod';
  readonly axis: Axis;
  readonly keepdims: boolean;

  constructor(axis: Axis, keepdims: boolean) {
    super();
    this.axis = axis;
    this.keepdims = keepdims;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat('prod', 'x', x);
    axesOf('prod', this.axis, x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    this.retainInputs([0]);
    return [xp.prod(x, { axis: this.axis, keepdims: this.keepdims })];
  }

  /** Each element's factor is the product of all before it and all behind it: no division, so that zeros do no harm. */
  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const x = this.getRetainedInput(0);
    const axes = axesOf('prod', this.axis, x.array);
    const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const order = [...kept, ...axes];
    const count = axes.reduce((n, a) => n * (x.shape[a] as number), 1);
    const moved = transpose(x, { axes: order });
    const rows = reshape(moved, [kept.reduce((n, a) => n * (x.shape[a] as number), 1), count]);
    const others = mul(exclusiveProduct(rows), flip(exclusiveProduct(flip(rows, 1)), 1));
    const gx = mul(others, reshape(gy, [rows.shape[0] as number, 1]));
    const inverse = order.map((_, i) => order.indexOf(i));
    return [transpose(reshape(gx, moved.shape), { axes: inverse })];
  }
}

/**
 * Product over axes. Zeros among the elements are no trouble to its gradients.
 *
 * @throws {InvalidType} if x is not floating or an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.prod(new Variable(xp.array([[1, 2], [3, 4]])), { axis: 1 }).array.toArraySync(); // [2, 12]
 */
export function prod(x: VariableLike, options: ReductionOptions = {}): Variable {
  checkOptions('prod', options, ['axis', 'keepdims']);
  checkAxis('prod', options.axis);
  return new Prod(options.axis ?? null, options.keepdims ?? false).apply1([x]);
}
