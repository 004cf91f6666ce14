import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

export class Transpose extends FunctionNode {
  readonly label = 'Transpose';
  readonly axes: readonly number[] | null;

  constructor(axes: readonly number[] | null) {
    super();
    this.axes = axes;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [xp.transpose(x, this.axes)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    if (this.axes === null) return [transpose(gy)];
    const n = this.axes.length;
    const inverse = new Array<number>(n);
    this.axes.forEach((a, i) => {
      inverse[a < 0 ? a + n : a] = i;
    });
    return [transpose(gy, { axes: inverse })];
  }
}

/**
 * Axes in another order: reversed, or as `axes` lists them. No element is copied.
 *
 * @throws {Error} if `axes` is no permutation.
 * @throws {TypeError} for another option, or for a list in place of options.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.transpose(new Variable(xp.ones([2, 3, 4])), { axes: [1, 0, 2] }).shape; // [3, 2, 4]
 */
export function transpose(
  x: VariableLike,
  options: { readonly axes?: readonly number[] | null } = {},
): Variable {
  checkOptions('transpose', options, ['axes']);
  return new Transpose(options.axes ?? null).apply1([x]);
}
