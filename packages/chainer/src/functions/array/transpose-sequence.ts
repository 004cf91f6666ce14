import type { NdArray } from '@chainer/xp/functions';
import { emptyOn } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import { expectSameDtype, invalid } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { filled, narrow, pick, write } from './views.ts';

export class TransposeSequence extends FunctionNode {
  readonly label = 'TransposeSequence';

  override checkTypes(xs: readonly NdArray[]): void {
    xs.forEach((x, i) => {
      const before = xs[Math.max(0, i - 1)] as NdArray;
      const given = { [`x${Math.max(0, i - 1)}`]: before, [`x${i}`]: x };
      expectSameDtype('transposeSequence', `x${Math.max(0, i - 1)}`, before, `x${i}`, x);
      if (x.ndim < 1 || x.ndim !== before.ndim || x.shape.some((d, a) => a > 0 && d !== before.shape[a])) {
        invalid('transposeSequence', 'sequences must have the same shape but for axis 0', given);
      }
      if ((x.shape[0] as number) > (before.shape[0] as number))
        invalid('transposeSequence', 'sequences must be sorted, the longest first', given);
    });
  }

  forward(xs: readonly NdArray[]): readonly NdArray[] {
    const first = xs[0] as NdArray;
    const length = first.shape[0] as number;
    const y = emptyOn(first.device, [length, xs.length, ...first.shape.slice(1)], first.dtype);
    xs.forEach((x, i) => {
      write(x, pick(narrow(y, 0, 0, x.shape[0] as number), 1, i));
    });
    let batch = xs.length;
    return Array.from({ length }, (_, t) => {
      while (((xs[batch - 1] as NdArray).shape[0] as number) <= t) batch--;
      return narrow(pick(y, 0, t), 0, 0, batch);
    });
  }

  override backward(
    targets: readonly number[],
    gys: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (gys.every((g) => g === null)) return targets.map(() => null);
    const gxs = new TransposeSequence().apply(filled(gys, this.outputs));
    // A sequence of length 0 is met by no time step.
    return this.inputs.map((_, i) => gxs[i] ?? null);
  }
}

/**
 * From sequences to time steps: the i-th result holds the i-th elements of all sequences that are long enough. Its own inverse.
 *
 * @param xs arrays `[Lᵢ, …]`, sorted by falling length
 * @returns arrays `[Nₜ, …]`, as many as the longest sequence is long
 * @throws {InvalidType} if they are not sorted, or shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const steps = F.transposeSequence([new Variable(xp.array([1, 2, 3])), xp.array([4])]);
 * steps.map((x) => x.array.toArraySync()); // [[1, 4], [2], [3]]
 */
export function transposeSequence(xs: readonly VariableLike[]): Variable[] {
  return xs.length === 0 ? [] : new TransposeSequence().apply(xs);
}
