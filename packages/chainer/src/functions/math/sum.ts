import type { NdArray } from '@chainer/xp/functions';
import { sumOf } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { broadcastTo } from '../array/broadcast-to.ts';
import { reshape } from '../array/reshape.ts';
import { type Axis, axesOf, checkAxis, keptShape } from './axes.ts';

export class Sum extends FunctionNode {
  readonly label = 'Sum';
  readonly axis: Axis;
  readonly keepdims: boolean;

  constructor(axis: Axis, keepdims: boolean) {
    super();
    this.axis = axis;
    this.keepdims = keepdims;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat('sum', 'x', x);
    axesOf('sum', this.axis, x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [sumOf(x, { axis: this.axis, keepdims: this.keepdims })];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const x = this.inputs[0] as { shape: readonly number[]; dtype: NdArray['dtype'] };
    const shape = keptShape(x.shape, axesOf('sum', this.axis, x));
    return [broadcastTo(reshape(gy, shape), x.shape)];
  }
}

/**
 * Sum over axes.
 *
 * @param x floating array
 * @param options `axis`: one, several or null for all; `keepdims`: leave summed axes with size 1.
 * @throws {InvalidType} if an axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.sum(new Variable(xp.ones([2, 3])), { axis: 1 }).array.toArraySync(); // [3, 3]
 */
export function sum(
  x: VariableLike,
  options: { readonly axis?: Axis; readonly keepdims?: boolean } = {},
): Variable {
  checkOptions('sum', options, ['axis', 'keepdims']);
  checkAxis('sum', options.axis);
  return new Sum(options.axis ?? null, options.keepdims ?? false).apply1([x]);
}
