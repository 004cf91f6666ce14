import { array, copy, type NdArray, take } from '@chainer/xp/functions';
import { setAt } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectInteger, expectNdim, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';

export class Permutate extends FunctionNode {
  readonly label = 'Permutate';
  readonly indices: NdArray;
  readonly axis: number;
  readonly inverse: boolean;

  constructor(indices: NdArray, axis: number, inverse: boolean) {
    super();
    this.indices = indices;
    this.axis = axis;
    this.inverse = inverse;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    const { indices, axis } = this;
    expectInteger('permutate', 'indices', indices);
    expectNdim('permutate', 'indices', indices, 1);
    if (axis < -x.ndim || axis >= x.ndim)
      invalid('permutate', `axis ${axis} is out of range for an array of ${x.ndim} axes`, { x, indices });
    const size = x.shape[axis < 0 ? axis + x.ndim : axis];
    if (size !== indices.shape[0])
      invalid('permutate', `axis ${axis} has size ${size} but indices ${indices.shape[0]} elements`, {
        x,
        indices,
      });
    if (config.debug && indices.device.synchronous) {
      const seen = new Set(
        indices.flatScalars().map((i) => (Number(i) < 0 ? Number(i) + (size as number) : Number(i))),
      );
      if (seen.size !== size)
        throw new RangeError(`[permutate] indices are no permutation of 0 … ${(size as number) - 1}`);
    }
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [take(x, this.inverse ? inverted(this.indices) : this.indices, { axis: this.axis })];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? new Permutate(this.indices, this.axis, !this.inverse).apply1([gy]) : null];
  }
}

/** The permutation that undoes another. */
function inverted(indices: NdArray): NdArray {
  const places = array(
    Int32Array.from({ length: indices.size }, (_, i) => i),
    { device: indices.device },
  );
  const inverse = copy(places);
  setAt(inverse, places, [indices]);
  return inverse;
}

/**
 * Slices along an axis in another order.
 *
 * @param indices a permutation, integers `[D]`
 * @param options `axis`: which axis, 0 unless given; `inv`: undo the permutation instead.
 * @throws {InvalidType} if the axis or the number of indices does not fit.
 * @throws {RangeError} in debug mode, if the indices are no permutation.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const order = xp.array([2, 0, 1], { dtype: 'int32' });
 * F.permutate(new Variable(xp.array([5, 6, 7])), order).array.toArraySync(); // [7, 5, 6]
 */
export function permutate(
  x: VariableLike,
  indices: VariableLike,
  options: { readonly axis?: number; readonly inv?: boolean } = {},
): Variable {
  checkOptions('permutate', options, ['axis', 'inv']);
  return new Permutate(asArray(indices), options.axis ?? 0, options.inv ?? false).apply1([x]);
}
