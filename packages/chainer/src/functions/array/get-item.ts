import { type Index, type NdArray, Slice, scatterAdd } from '@chainer/xp/functions';
import { at } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import type { Variable, VariableLike, VariableNode } from '../../core/variable.ts';
import { write, zerosBeside } from './views.ts';

/** Whether an index yields a view. */
function isBasic(i: Index): boolean {
  return (
    typeof i === 'number' ||
    typeof i === 'bigint' ||
    typeof i === 'string' ||
    i === null ||
    i instanceof Slice
  );
}

export class GetItem extends FunctionNode {
  readonly label = 'GetItem';
  readonly index: readonly Index[];

  constructor(index: readonly Index[]) {
    super();
    this.index = index;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    try {
      return [at(x, this.index)];
    } catch (error) {
      if (error instanceof Error) error.message = error.message.replace('[at]', '[getItem]');
      throw error;
    }
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    return [new GetItemGrad(this.index, (this.inputs[0] as VariableNode).shape).apply1([gy])];
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
    const gx = zerosBeside(gy, this.shape);
    if (this.index.every(isBasic)) write(gy, at(gx, this.index));
    else scatterAdd(gx, this.index, gy);
    return [gx];
  }

  override backward(
    _targets: readonly number[],
    [ggx]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [ggx ? new GetItem(this.index).apply1([ggx]) : null];
  }
}

/**
 * Elements and slices by NumPy's indexing: integers, slices, null for a new axis, '...', integer and boolean arrays.
 * Gradients of elements read several times add up.
 *
 * @param slices one index, or a list with one per axis (as `x.at(...slices)` takes them).
 * @throws {IndexError} outside the array.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.getItem(new Variable(xp.array([[0, 1, 2], [3, 4, 5]])), [1, '::2']).array.toArraySync(); // [3, 5]
 */
export function getItem(x: VariableLike, slices: Index | readonly Index[]): Variable {
  return new GetItem(Array.isArray(slices) ? (slices as readonly Index[]) : [slices as Index]).apply1([x]);
}

/** Elements along one axis by an index array, which replaces the axis; internal shorthand of `getItem`. */
export function takeAlong(x: VariableLike, axis: number, indices: NdArray): Variable {
  return getItem(x, [...new Array<Slice>(axis).fill(all), indices]);
}

const all = new Slice(null, null, null);
