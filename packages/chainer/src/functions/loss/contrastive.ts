import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger, expectNdim, expectSameShape, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cast } from '../array/cast.ts';
import { sum } from '../math/sum.ts';
import { checkReduce, meanOver } from './reduce.ts';
import { squaredError } from './squared-error.ts';

/** From squared distances and labels (as floats); distances below `least` count as `least` in the gradient. */
const each = /*#__PURE__*/ elementwise(
  'contrastive',
  (d, y, margin, _least) => {
    const gap = margin.sub(d.sqrt()).max(0);
    return y.mul(d).add(y.neg().add(1).mul(gap.square())).mul(0.5);
  },
  {
    label: 'Contrastive',
    derivative: ([d, y, margin, least], _, gy) => {
      if (!(d && y && margin && least)) return [];
      const root = d.sqrt();
      const gap = margin.sub(root).max(0);
      return [
        y
          .sub(y.neg().add(1).mul(gap).div(root.max(least)))
          .mul(0.5)
          .mul(gy),
        null,
        null,
        null,
      ];
    },
  },
);

/** Options of contrastive. */
export interface ContrastiveOptions {
  /** How far apart samples of different kind should be. */
  readonly margin?: number;
  /** `mean` gives a scalar, `no` one loss per pair. */
  readonly reduce?: 'mean' | 'no';
}

/**
 * Contrastive loss: pulls pairs of a kind together, and others apart up to a margin (Hadsell et al., 2006).
 *
 * `loss = ½ (y d² + (1 - y) max(margin - d, 0)²)`, `d = ‖x₀ - x₁‖`
 *
 * @param x0 `[N, D]`
 * @param x1 `[N, D]`
 * @param y integers `[N]`: 1 for a pair of one kind, else 0
 * @returns a scalar, or `[N]` with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} if the margin is not positive, or for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const y = xp.array([1], { dtype: 'int32' });
 * F.contrastive(new Variable(xp.array([[3, 4]])), xp.zeros([1, 2]), y).itemSync(); // 12.5
 */
export function contrastive(
  x0: VariableLike,
  x1: VariableLike,
  y: VariableLike,
  options: ContrastiveOptions = {},
): Variable {
  checkOptions('contrastive', options, ['margin', 'reduce']);
  const { margin = 1, reduce = 'mean' } = options;
  checkReduce('contrastive', reduce, ['mean', 'no']);
  if (!(margin > 0)) throw new RangeError(`[contrastive] margin must be positive, got ${margin}`);
  const [a, labels] = [asArray(x0), asArray(y)];
  expectFloat('contrastive', 'x0', a);
  expectNdim('contrastive', 'x0', a, 2);
  expectSameShape('contrastive', 'x0', a, 'x1', asArray(x1));
  expectInteger('contrastive', 'y', labels);
  if (labels.ndim !== 1 || labels.shape[0] !== a.shape[0])
    invalid('contrastive', `y must have shape [${a.shape[0]}]`, { x0: a, y: labels });
  const squared = sum(squaredError(x0, x1), { axis: 1 });
  const losses = each(squared, cast(labels, a.dtype), margin, a.dtype.name === 'float16' ? 5e-3 : 1e-7);
  return reduce === 'no' ? losses : meanOver(losses, a.shape[0] as number);
}
