import { type Index, type NdArray, scatterAdd, zeros } from '@chainer/xp';
import { FunctionNode } from '../../core/function-node.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

class GetItem extends FunctionNode {
  readonly label = 'GetItem';
  private readonly index: readonly Index[];

  constructor(index: readonly Index[]) {
    super();
    this.index = index;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [x.at(...this.index)];
  }

  override backward(_targets: readonly number[], [gy]: readonly (Variable | null)[]): readonly (Variable | null)[] {
    if (!gy) return [null];
    return [new GetItemGrad(this.index, (this.inputs[0] as { shape: readonly number[] }).shape).apply1([gy])];
  }
}

class GetItemGrad extends FunctionNode {
  readonly label = 'GetItemGrad';
  private readonly index: readonly Index[];
  private readonly shape: readonly number[];

  constructor(index: readonly Index[], shape: readonly number[]) {
    super();
    this.index = index;
    this.shape = shape;
  }

  forward([gy]: readonly [NdArray]): readonly NdArray[] {
    const gx = zeros(this.shape, { dtype: gy.dtype, device: gy.device });
    scatterAdd(gx, this.index, gy);
    return [gx];
  }

  override backward(_targets: readonly number[], [ggx]: readonly (Variable | null)[]): readonly (Variable | null)[] {
    return [ggx ? getItem(ggx, this.index) : null];
  }
}

/**
 * Elements and slices by NumPy's indexing: integers, slices, null for a new axis, '...', integer and boolean arrays.
 * Gradients of elements read several times add up.
 *
 * @param index one index, or a list with one per axis (as `x.at(...index)` takes them).
 * @throws {IndexError} outside the array.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.getItem(new Variable(xp.arange(6).reshape([2, 3])), [1, '::2']).array.toArraySync(); // [3, 5]
 */
export function getItem(x: VariableLike, index: Index | readonly Index[]): Variable {
  return new GetItem(Array.isArray(index) ? (index as readonly Index[]) : [index as Index]).apply1([x]);
}
