import {
  argmax,
  astype,
  ElementwiseKernel,
  type NdArray,
  ReductionKernel,
  reshape,
} from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectInteger, invalid } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const hit = /*#__PURE__*/ new ElementwiseKernel('accuracy', 2, (pred, t) =>
  pred.eq(t).where(1, 0).cast('float32'),
);
const hitCounted = /*#__PURE__*/ new ElementwiseKernel('accuracy', 3, (pred, t, ignore) =>
  pred.eq(t).and(t.ne(ignore)).where(1, 0).cast('float32'),
);
const counted = /*#__PURE__*/ new ElementwiseKernel('accuracy', 2, (t, ignore) =>
  t.ne(ignore).where(1, 0).cast('float32'),
);
const mean = /*#__PURE__*/ new ReductionKernel('accuracy', 1, {
  reduce: (a, b) => a.add(b),
  post: (a, n) => a.div(n),
  identity: 0,
});
const total = /*#__PURE__*/ new ReductionKernel('accuracy', 1, { reduce: (a, b) => a.add(b), identity: 0 });
const ratio = /*#__PURE__*/ new ElementwiseKernel('accuracy', 2, (hits, n) =>
  n.gt(0).where(hits.div(n.max(1)), 0),
);

export class Accuracy extends FunctionNode {
  readonly label = 'Accuracy';
  readonly ignoreLabel: number | null;

  constructor(ignoreLabel: number | null) {
    super();
    this.ignoreLabel = ignoreLabel;
  }

  override checkTypes([y, t]: readonly [NdArray, NdArray]): void {
    expectFloat('accuracy', 'y', y);
    expectInteger('accuracy', 't', t);
    const rest = y.shape.slice(2);
    const squeezed = t.ndim === 1 && rest.every((d) => d === 1);
    if (
      t.shape[0] !== y.shape[0] ||
      !(squeezed || (t.ndim === y.ndim - 1 && rest.every((d, i) => d === t.shape[i + 1])))
    ) {
      invalid(
        'accuracy',
        `t must have the shape of y without axis 1: [${[y.shape[0], ...rest].join(',')}] != [${t.shape.join(',')}]`,
        { y, t },
      );
    }
  }

  forward([y, t]: readonly [NdArray, NdArray]): readonly NdArray[] {
    const pred = reshape(argmax(y, { axis: 1 }), t.shape);
    if (this.ignoreLabel === null) return [astype(mean.call([hit.call([pred, t])]), y.dtype)];
    const hits = total.call([hitCounted.call([pred, t, this.ignoreLabel])]);
    const n = total.call([counted.call([t, this.ignoreLabel])]);
    return [astype(ratio.call([hits, n]), y.dtype)];
  }
}

/**
 * Share of samples whose greatest score is that of their label. It has no gradient.
 *
 * @param y scores `[N, C, …]`
 * @param t integer labels `[N, …]`
 * @param options `ignoreLabel`: samples with that label do not count.
 * @returns a scalar
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const y = xp.array([[0.1, 0.9], [0.8, 0.2]]);
 * F.accuracy(y, xp.array([1, 1], { dtype: 'int32' })).itemSync(); // 0.5
 */
export function accuracy(
  y: VariableLike,
  t: VariableLike,
  options: { readonly ignoreLabel?: number | null } = {},
): Variable {
  checkOptions('accuracy', options, ['ignoreLabel']);
  return new Accuracy(options.ignoreLabel ?? null).apply1([y, t]);
}
