import * as xp from '@chainer/xp';
import type { NdArray } from '@chainer/xp';
import { FunctionNode } from '../../core/function-node.ts';
import { invalid } from '../../core/type-check.ts';
import { asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { sameShape } from '../math/same-shape.ts';
import { sumTo } from '../math/sum-to.ts';

class BroadcastTo extends FunctionNode {
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

  override backward(_targets: readonly number[], [gy]: readonly (Variable | null)[]): readonly (Variable | null)[] {
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
  return sameShape(x.shape, shape) ? asVariable(x) : new BroadcastTo(shape).apply1([x]);
}
