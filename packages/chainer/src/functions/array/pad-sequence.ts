import type { NdArray } from '@chainer/xp/functions';
import { Slice } from '@chainer/xp/functions';
import { emptyOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectSameDtype, invalid } from '../../core/type-check.ts';
import type { Variable, VariableLike, VariableNode } from '../../core/variable.ts';
import { getItem } from './get-item.ts';
import { narrow, pick, write } from './views.ts';

export class PadSequence extends FunctionNode {
  readonly label = 'PadSequence';
  private readonly length: number | null;
  readonly padding: number;

  constructor(length: number | null, padding: number) {
    super();
    this.length = length;
    this.padding = padding;
  }

  override checkTypes(xs: readonly NdArray[]): void {
    const first = xs[0] as NdArray;
    xs.forEach((x, i) => {
      const given = { x0: first, [`x${i}`]: x };
      expectSameDtype('padSequence', 'x0', first, `x${i}`, x);
      if (x.ndim < 1 || x.ndim !== first.ndim || x.shape.some((d, a) => a > 0 && d !== first.shape[a])) {
        invalid('padSequence', `x0 and x${i} must have the same shape but for axis 0`, given);
      }
      if (this.length !== null && (x.shape[0] as number) > this.length)
        invalid('padSequence', `x${i} is longer than length ${this.length}`, given);
    });
  }

  forward(xs: readonly NdArray[]): readonly NdArray[] {
    const first = xs[0] as NdArray;
    const length = this.length ?? Math.max(...xs.map((x) => x.shape[0] as number));
    const y = emptyOn(first.device, [xs.length, length, ...first.shape.slice(1)], first.dtype);
    xs.forEach((x, i) => {
      const row = pick(y, 0, i);
      const own = x.shape[0] as number;
      write(x, narrow(row, 0, 0, own));
      const rest = narrow(row, 0, own, length - own);
      if (rest.size > 0) rest.device.kernels.fill(rest, this.padding);
    });
    return [y];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return targets.map((i) =>
      gy
        ? getItem(gy, [i, new Slice(null, (this.inputs[i] as VariableNode).shape[0] as number, null)])
        : null,
    );
  }
}

/**
 * Sequences of different lengths in one array, padded at their ends.
 *
 * @param xs arrays `[Lᵢ, …]` of one dtype that differ in axis 0 only
 * @param options `length`: of the result, the longest unless given; `padding`: what stands behind a sequence, 0 unless given.
 * @returns `[len(xs), L, …]`
 * @throws {InvalidType} if shapes or dtypes do not fit, or a sequence is longer than `length`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.padSequence([new Variable(xp.array([1, 2])), xp.array([3])]).array.toArraySync(); // [[1, 2], [3, 0]]
 */
export function padSequence(
  xs: readonly VariableLike[],
  options: { readonly length?: number | null; readonly padding?: number } = {},
): Variable {
  checkOptions('padSequence', options, ['length', 'padding']);
  if (xs.length === 0) throw new TypeError('[padSequence] xs must hold at least one array, got none');
  return new PadSequence(options.length ?? null, options.padding ?? 0).apply1(xs);
}
