import { ElementwiseKernel, mean, type NdArray, ReductionKernel } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectSameDtype, expectSameShape } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const squares = /*#__PURE__*/ new ReductionKernel('r2Score', 2, {
  map: (a, b) => a.sub(b).square(),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const score = /*#__PURE__*/ new ElementwiseKernel('r2Score', 2, (residual, total) =>
  total.ne(0).where(residual.div(total).neg().add(1), 0),
);

export class R2Score extends FunctionNode {
  readonly label = 'R2_score';
  readonly raw: boolean;

  constructor(raw: boolean) {
    super();
    this.raw = raw;
  }

  override checkTypes([pred, real]: readonly [NdArray, NdArray]): void {
    expectFloat('r2Score', 'pred', pred);
    expectSameDtype('r2Score', 'pred', pred, 'true', real);
    expectSameShape('r2Score', 'pred', pred, 'true', real);
  }

  forward([pred, real]: readonly [NdArray, NdArray]): readonly NdArray[] {
    const residual = squares.call([pred, real], { axis: 0 });
    const total = squares.call([real, mean(real, { axis: 0, keepdims: true })], { axis: 0 });
    const scores = score.call([residual, total]);
    return [this.raw ? scores : mean(scores)];
  }
}

/** Options of r2Score. */
export interface R2ScoreOptions {
  /** `uniform_average` gives a scalar, `raw_values` one score per output. */
  readonly multioutput?: 'uniform_average' | 'raw_values';
}

/**
 * Coefficient of determination of a regression. It has no gradient.
 *
 * `R² = 1 - Σ (true - pred)² / Σ (true - mean(true))²`, 0 where the values do not vary
 *
 * @param pred predictions `[N, …]`
 * @param true_ values, of the same shape
 * @param sampleWeight must be null: weights are not supported, as upstream.
 * @throws {InvalidType} if shapes or dtypes differ.
 * @throws {RangeError} for another `multioutput`, or weights.
 * @example
 * import { functions as F, xp } from 'chainer';
 * F.r2Score(xp.array([1, 2, 3]), xp.array([1, 2, 3])).itemSync(); // 1
 */
export function r2Score(
  pred: VariableLike,
  true_: VariableLike,
  sampleWeight: VariableLike | null = null,
  options: R2ScoreOptions = {},
): Variable {
  checkOptions('r2Score', options, ['multioutput']);
  const { multioutput = 'uniform_average' } = options;
  if (sampleWeight !== null) throw new RangeError('[r2Score] sampleWeight is not supported: give null');
  if (multioutput !== 'uniform_average' && multioutput !== 'raw_values') {
    throw new RangeError(
      `[r2Score] multioutput must be 'uniform_average' or 'raw_values', got '${String(multioutput)}'`,
    );
  }
  return new R2Score(multioutput === 'raw_values').apply1([pred, true_]);
}
