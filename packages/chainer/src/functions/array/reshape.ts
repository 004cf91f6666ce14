import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { sameShape } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asVariable, type Variable, type VariableLike } from '../../core/variable.ts';

export class Reshape extends FunctionNode {
  readonly label = 'Reshape';
  private readonly shape: readonly number[];

  constructor(shape: readonly number[]) {
    super();
    this.shape = shape;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    const known = this.shape.filter((d) => d !== -1).reduce((a, d) => a * d, 1);
    const holes = this.shape.length - this.shape.filter((d) => d !== -1).length;
    if (holes > 1) throw new Error(`[reshape] only one size may be -1, got [${this.shape.join(',')}]`);
    if (holes === 0 ? known !== x.size : known === 0 || x.size % known !== 0) {
      invalid('reshape', `x has ${x.size} elements, which do not fit shape [${this.shape.join(',')}]`, { x });
    }
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [xp.reshape(x, this.shape)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? reshape(gy, (this.inputs[0] as { shape: readonly number[] }).shape) : null];
  }
}

/**
 * The same elements in another shape.
 *
 * @param shape sizes; one of them may be -1 and is found from the others.
 * @throws {InvalidType} if the number of elements differs.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.reshape(new Variable(xp.arange(6)), [2, -1]).shape; // [2, 3]
 */
export function reshape(x: VariableLike, shape: readonly number[]): Variable {
  expectArray('reshape', 'x', x);
  if (!Array.isArray(shape))
    throw new TypeError(
      `[reshape] shape must be a list of sizes, got ${String(shape)}; write reshape(x, [${String(shape)}, …])`,
    );
  return sameShape(x.shape, shape) ? asVariable(x) : new Reshape(shape).apply1([x]);
}
