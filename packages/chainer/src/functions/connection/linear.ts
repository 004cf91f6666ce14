import { NdArray, matmul as xpMatmul } from '@chainer/xp/functions';
import { emptyOn, matmulOn, sumOf } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import type { RowRule, Rows } from '../../core/collector.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray, expectBias, invalid } from '../../core/type-check.ts';
import { Variable, type VariableLike } from '../../core/variable.ts';
import { sumToArray } from '../array/broadcast-to.ts';
import { reshape } from '../array/reshape.ts';
import { matmul } from '../math/matmul.ts';
import { sumTo } from '../math/sum-to.ts';

/** A 2-d array's transpose, without copying. */
function T(x: NdArray): NdArray {
  return new NdArray(
    x.storage,
    x.dtype,
    [x.shape[1] as number, x.shape[0] as number],
    [x.steps[1] as number, x.steps[0] as number],
    x.offset,
  );
}

/** From all gradients towards y and all x, one under another. */
const rule: RowRule = {
  gradient(i, [gy, x]) {
    const rows = gy as NdArray;
    // A sum of one row, too, is a copy: other rows will stand there.
    return i === 1 ? xpMatmul(T(rows), x as NdArray) : sumOf(rows, { axis: 0, dtype: rows.dtype });
  },
};

function sumOverRows(gy: NdArray): NdArray {
  return sumToArray(gy, [gy.shape[1] as number]);
}

export class LinearFunction extends FunctionNode {
  readonly label = 'LinearFunction';

  override checkTypes([x, W, b]: readonly NdArray[]): void {
    const given = { x, W, b };
    if (x === undefined || W === undefined) return;
    if (x.dtype.kind !== 'f') invalid('linear', `x must have a floating dtype, got ${x.dtype.name}`, given);
    if (W.ndim !== 2) invalid('linear', `W must have 2 axes (out, in), got ${W.ndim}`, given);
    if (x.ndim !== 2) invalid('linear', `x must have 2 axes once flattened, got ${x.ndim}`, given);
    if (x.shape[1] !== W.shape[1])
      invalid('linear', `x has ${x.shape[1]} features but W expects ${W.shape[1]}`, given);
    if (W.dtype !== x.dtype)
      invalid('linear', `x and W must have the same dtype: ${x.dtype.name} != ${W.dtype.name}`, given);
    if (b !== undefined && (b.ndim !== 1 || b.shape[0] !== W.shape[0]))
      invalid('linear', `b must have shape [${W.shape[0]}]`, given);
    if (b !== undefined && b.dtype !== x.dtype)
      invalid('linear', `x and b must have the same dtype: ${x.dtype.name} != ${b.dtype.name}`, given);
  }

  forward([x, W, b]: readonly NdArray[]): readonly NdArray[] {
    const X = x as NdArray;
    const w = W as NdArray;
    this.retainInputs([0, 1]);
    const y = emptyOn(X.device, [X.shape[0] as number, w.shape[0] as number], X.dtype);
    if (y.size > 0) matmulOn(X.device).matmul(X, T(w), y, b ?? null);
    return [y];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    if (!config.enableBackprop) return this.backwardArrays(targets, gy);
    const x = this.getRetainedInput(0);
    const W = this.getRetainedInput(1);
    return targets.map((i) =>
      i === 0
        ? matmul(gy, W)
        : i === 1
          ? matmul(gy, x, { transa: true })
          : sumTo(gy, [gy.shape[1] as number]),
    );
  }

  override get collects(): number {
    return 1;
  }

  override collect(targets: readonly number[], [gy]: readonly (Variable | null)[]): Rows | null {
    return gy
      ? { rule, inputs: targets.filter((i) => i > 0), rows: [gy.array, this.getRetainedInput(0).array] }
      : null;
  }

  /** The same without a graph: straight to the kernels. */
  private backwardArrays(targets: readonly number[], gy: Variable): readonly Variable[] {
    const g = gy.array;
    return targets.map((i) => {
      const array =
        i === 0
          ? xpMatmul(g, this.getRetainedInput(1).array)
          : i === 1
            ? xpMatmul(T(g), this.getRetainedInput(0).array)
            : sumOverRows(g);
      return new Variable(array, { requiresGrad: false });
    });
  }
}

/**
 * Fully connected layer.
 *
 * `y = x Wᵀ + b`
 *
 * @param x `[N, …]`, flattened after the batch axes to `[N, I]`
 * @param W `[O, I]`
 * @param b `[O]` or null
 * @param options `nBatchAxes`: how many leading axes are kept; the others are flattened.
 * @returns `[N, O]`
 * @throws {InvalidType} if sizes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const y = F.linear(new Variable(xp.ones([2, 3])), xp.ones([4, 3]), xp.zeros([4]));
 * y.shape; // [2, 4]
 */
export function linear(
  x: VariableLike,
  W: VariableLike,
  b: VariableLike | null = null,
  options: { readonly nBatchAxes?: number } = {},
): Variable {
  checkOptions('linear', options, ['nBatchAxes']);
  expectArray('linear', 'x', x);
  expectBias('linear', b);
  const n = options.nBatchAxes ?? 1;
  if (n < 1) throw new RangeError(`[linear] nBatchAxes must be at least 1, got ${n}`);
  const lead = x.shape.slice(0, n);
  const rest = x.shape.slice(n);
  let flat = x;
  if (n > 1 || rest.length !== 1) {
    const features = rest.reduce((a, d) => a * d, 1);
    if (config.typeCheck && W.shape.length === 2 && features !== W.shape[1]) {
      invalid('linear', `x has ${features} features after ${n} batch axes but W expects ${W.shape[1]}`, {
        x: x instanceof Variable ? x.array : x,
        W: W instanceof Variable ? W.array : W,
      });
    }
    flat = reshape(x, [lead.reduce((a, d) => a * d, 1), features]);
  }
  const y = new LinearFunction().apply1(b === null ? [flat, W] : [flat, W, b]);
  return n > 1 ? reshape(y, [...lead, -1]) : y;
}
