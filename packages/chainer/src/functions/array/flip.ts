import { NdArray } from '@chainer/xp/functions';
import { FunctionNode } from '../../core/function-node.ts';
import { invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { axesOf } from '../math/axes.ts';

export class Flip extends FunctionNode {
  readonly label = 'Flip';
  readonly axis: number;

  constructor(axis: number) {
    super();
    this.axis = axis;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const step = x.steps[this.axis] as number;
    const count = x.shape[this.axis] as number;
    const steps = x.steps.slice();
    steps[this.axis] = -step;
    return [new NdArray(x.storage, x.dtype, x.shape, steps, x.offset + Math.max(0, count - 1) * step)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? new Flip(this.axis).apply1([gy]) : null];
  }
}

function flipped(who: string, x: VariableLike, axis: number, ndim: number): Variable {
  const array = asArray(x);
  if (array.ndim < ndim) invalid(who, `x must have at least ${ndim} axes, got ${array.ndim}`, { x: array });
  return new Flip(axesOf(who, axis, array)[0] as number).apply1([x]);
}

/**
 * Elements in reverse order along an axis. No element is copied.
 *
 * @throws {InvalidType} if the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.flip(new Variable(xp.array([1, 2, 3])), 0).array.toArraySync(); // [3, 2, 1]
 */
export function flip(x: VariableLike, axis: number): Variable {
  return flipped('flip', x, axis, 1);
}

/**
 * Elements in reverse order along axis 1: left and right exchanged.
 *
 * @param a array of at least two axes
 * @throws {InvalidType} if it has fewer.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.fliplr(new Variable(xp.array([[1, 2]]))).array.toArraySync(); // [[2, 1]]
 */
export function fliplr(a: VariableLike): Variable {
  return flipped('fliplr', a, 1, 2);
}

/**
 * Elements in reverse order along axis 0: up and down exchanged.
 *
 * @param a array of at least one axis
 * @throws {InvalidType} if it has none.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.flipud(new Variable(xp.array([[1], [2]]))).array.toArraySync(); // [[2], [1]]
 */
export function flipud(a: VariableLike): Variable {
  return flipped('flipud', a, 0, 1);
}
