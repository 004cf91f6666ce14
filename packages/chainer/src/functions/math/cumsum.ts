import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { flatten } from '../array/flatten.ts';
import { flip } from '../array/flip.ts';
import { axesOf, checkAxis } from './axes.ts';

export class Cumsum extends FunctionNode {
  readonly label = 'Cumsum';
  readonly axis: number;

  constructor(axis: number) {
    super();
    this.axis = axis;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat('cumsum', 'x', x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [xp.cumsum(x, { axis: this.axis })];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? flip(cumsum(flip(gy, this.axis), { axis: this.axis }), this.axis) : null];
  }
}

/**
 * Running sum along an axis, or over the flat array.
 *
 * @throws {InvalidType} if x is not floating or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.cumsum(new Variable(xp.array([1, 2, 3]))).array.toArraySync(); // [1, 3, 6]
 */
export function cumsum(x: VariableLike, options: { readonly axis?: number | null } = {}): Variable {
  checkOptions('cumsum', options, ['axis']);
  const { axis = null } = options;
  checkAxis('cumsum', axis);
  if (axis === null) return new Cumsum(0).apply1([flatten(x)]);
  return new Cumsum(axesOf('cumsum', axis, asArray(x))[0] as number).apply1([x]);
}
