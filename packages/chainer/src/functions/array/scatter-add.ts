import { copy, type Index, type NdArray, scatterAdd as scatterAddInto } from '@chainer/xp/functions';
import { at, sameShape } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import { describe, expectSameDtype } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { getItem } from './get-item.ts';

export class ScatterAdd extends FunctionNode {
  readonly label = 'ScatterAdd';
  readonly index: readonly Index[];

  constructor(index: readonly Index[]) {
    super();
    this.index = index;
  }

  override checkTypes([a, b]: readonly [NdArray, NdArray]): void {
    expectSameDtype('scatterAdd', 'a', a, 'b', b);
  }

  forward([a, b]: readonly [NdArray, NdArray]): readonly NdArray[] {
    const wanted = at(a, this.index).shape;
    if (!sameShape(wanted, b.shape))
      throw new RangeError(
        `[scatterAdd] b must have the shape of a[slices], [${wanted.join(',')}], got ${describe(b)}`,
      );
    const y = copy(a);
    scatterAddInto(y, this.index, b);
    return [y];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return targets.map((i) => (!gy ? null : i === 0 ? gy : getItem(gy, this.index)));
  }
}

/**
 * A copy of `a` with `b` added at the given places; places named twice add twice.
 *
 * @param slices one index, or a list with one per axis, as `getItem` takes them
 * @param b what to add, of exactly the shape of `a[slices]`
 * @throws {RangeError} if b's shape differs.
 * @throws {InvalidType} if dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.scatterAdd(new Variable(xp.zeros([3])), [[0, 0, 2]], xp.array([1, 2, 3])).array.toArraySync(); // [3, 0, 3]
 */
export function scatterAdd(a: VariableLike, slices: Index | readonly Index[], b: VariableLike): Variable {
  return new ScatterAdd(Array.isArray(slices) ? (slices as readonly Index[]) : [slices as Index]).apply1([
    a,
    b,
  ]);
}
