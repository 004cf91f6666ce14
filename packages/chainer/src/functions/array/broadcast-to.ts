import * as xp from '@chainer/xp/functions';
import { NdArray } from '@chainer/xp/functions';
import { sameShape, sumOf } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asVariable, type Variable, type VariableLike } from '../../core/variable.ts';

/** Broadcasting and its gradient, each the other's. */

export class BroadcastTo extends FunctionNode {
  readonly label = 'BroadcastTo';
  private readonly shape: readonly number[];

  constructor(shape: readonly number[]) {
    super();
    this.shape = shape;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    const lead = this.shape.length - x.ndim;
    if (lead < 0 || x.shape.some((d, i) => d !== 1 && d !== this.shape[lead + i])) {
      invalid('broadcastTo', `x cannot be broadcast to shape [${this.shape.join(',')}]`, { x });
    }
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [xp.broadcastTo(x, this.shape)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? sumTo(gy, (this.inputs[0] as { shape: readonly number[] }).shape) : null];
  }
}

/**
 * Broadcasts an array to a shape, by NumPy's rule. No element is copied.
 *
 * @throws {InvalidType} if the shape does not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.broadcastTo(new Variable(xp.ones([3])), [2, 3]).shape; // [2, 3]
 */
export function broadcastTo(x: VariableLike, shape: readonly number[]): Variable {
  expectArray('broadcastTo', 'x', x);
  return sameShape(x.shape, shape) ? asVariable(x) : new BroadcastTo(shape).apply1([x]);
}

export class SumTo extends FunctionNode {
  readonly label = 'SumTo';
  private readonly shape: readonly number[];

  constructor(shape: readonly number[]) {
    super();
    this.shape = shape;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    const lead = x.ndim - this.shape.length;
    if (lead < 0 || this.shape.some((d, i) => d !== 1 && d !== x.shape[lead + i])) {
      invalid('sumTo', `x cannot be summed to shape [${this.shape.join(',')}]`, { x });
    }
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [sumToArray(x, this.shape)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? broadcastTo(gy, (this.inputs[0] as { shape: readonly number[] }).shape) : null];
  }
}

/** An array summed over the axes along which an array of that shape would be broadcast to it. */
export function sumToArray(x: NdArray, shape: readonly number[]): NdArray {
  // Axes of size 1 leave nothing to sum: the same elements, seen in the other shape.
  if (x.contiguous && x.size === shape.reduce((n, d) => n * d, 1))
    return new NdArray(x.storage, x.dtype, shape, undefined, x.offset);
  const lead = x.ndim - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.ndim; i++) if (i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1)) axes.push(i);
  const y = sumOf(x, { axis: axes, dtype: x.dtype });
  return new NdArray(y.storage, y.dtype, shape, undefined, y.offset);
}

/**
 * Sums `x` down to a shape from which it could have been broadcast: the gradient of `broadcastTo`.
 *
 * @param x floating array
 * @param shape shape that broadcasts to x's.
 * @throws {InvalidType} if it does not.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.sumTo(new Variable(xp.ones([2, 3])), [1, 3]).array.toArraySync(); // [[2, 2, 2]]
 */
export function sumTo(x: VariableLike, shape: readonly number[]): Variable {
  expectArray('sumTo', 'x', x);
  return sameShape(x.shape, shape) ? asVariable(x) : new SumTo(shape).apply1([x]);
}
