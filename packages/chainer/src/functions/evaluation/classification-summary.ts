import {
  arange,
  argmax,
  astype,
  divide,
  ElementwiseKernel,
  float32,
  float64,
  max,
  type NdArray,
  NeedsHostSyncError,
  ReductionKernel,
  reshape,
} from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { expectFloat, expectInteger, invalid } from '../../core/type-check.ts';
import { asArray, Variable, type VariableLike } from '../../core/variable.ts';

const count = {
  reduce: (a: Expression, b: Expression) => a.add(b),
  identity: 0,
  accumulator: 'int32',
  output: 'int32',
} as const;
type Expression = Parameters<ConstructorParameters<typeof ReductionKernel>[2]['reduce']>[0];

const support = /*#__PURE__*/ new ReductionKernel('classificationSummary', 3, {
  map: (label, t, ignore) => t.eq(label).and(t.ne(ignore)).where(1, 0),
  ...count,
});
const relevant = /*#__PURE__*/ new ReductionKernel('classificationSummary', 4, {
  map: (label, t, y, ignore) => y.eq(label).and(t.ne(ignore)).where(1, 0),
  ...count,
});
const hits = /*#__PURE__*/ new ReductionKernel('classificationSummary', 4, {
  map: (label, t, y, ignore) => y.eq(label).and(t.eq(label)).and(t.ne(ignore)).where(1, 0),
  ...count,
});
const fbeta = /*#__PURE__*/ new ElementwiseKernel('classificationSummary', 3, (p, r, b) =>
  p.mul(r).mul(b.square().add(1)).div(p.mul(b.square()).add(r)),
);

/** Options of the classification summaries. */
export interface ClassificationOptions {
  /** Number of classes; one more than the greatest label unless given. */
  readonly labelNum?: number | null;
  /** Label that does not count. */
  readonly ignoreLabel?: number;
}

/** Options of classificationSummary. */
export interface ClassificationSummaryOptions extends ClassificationOptions {
  /** Weight of recall against precision in the F-score. */
  readonly beta?: number;
}

function summary(
  who: string,
  y: VariableLike,
  t: VariableLike,
  options: ClassificationSummaryOptions,
): [Variable, Variable, Variable, Variable] {
  const { labelNum = null, ignoreLabel = -1, beta = 1 } = options;
  const [scores, labels] = [asArray(y), asArray(t)];
  expectFloat(who, 'y', scores);
  expectInteger(who, 't', labels);
  const wanted = [scores.shape[0], ...scores.shape.slice(2)];
  if (labels.ndim !== wanted.length || wanted.some((d, i) => d !== labels.shape[i])) {
    invalid(
      who,
      `t must have the shape of y without axis 1: [${wanted.join(',')}] != [${labels.shape.join(',')}]`,
      { y: scores, t: labels },
    );
  }
  const { device } = scores;
  if (labelNum === null && !device.synchronous) {
    throw new NeedsHostSyncError(
      `[${who}] the number of classes is the largest label of t, which cannot be read on ${device.name} without waiting; pass {labelNum}`,
    );
  }
  const classes = labelNum ?? Number(max(labels).itemSync()) + 1;
  const label = reshape(arange(classes, { dtype: 'int32', device }), [classes, 1]);
  const real = reshape(labels, [1, labels.size]);
  const predicted = reshape(argmax(scores, { axis: 1 }), [1, labels.size]);
  const float = device.supports(float64) ? float64 : float32;
  const own = support.call([label, real, ignoreLabel], { axis: 1 });
  const right = astype(hits.call([label, real, predicted, ignoreLabel], { axis: 1 }), float);
  const precision = divide(
    right,
    astype(relevant.call([label, real, predicted, ignoreLabel], { axis: 1 }), float),
  );
  const recall = divide(right, astype(own, float));
  const result = (x: NdArray) => new Variable(x, { requiresGrad: false });
  return [result(precision), result(recall), result(fbeta.call([precision, recall, beta])), result(own)];
}

/**
 * Precision, recall, F-score and number of samples of each class. They have no gradient.
 *
 * `F = (1 + β²) p r / (β² p + r)`
 *
 * @param y scores `[N, C, …]`
 * @param t integer labels `[N, …]`
 * @returns precision, recall, F-score (floats) and support (int32), each `[labelNum]`; NaN where a class was never predicted or met
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const y = xp.array([[0.9, 0.1], [0.2, 0.8]]);
 * const [precision] = F.classificationSummary(y, xp.array([0, 1], { dtype: 'int32' }));
 * precision.array.toArraySync(); // [1, 1]
 */
export function classificationSummary(
  y: VariableLike,
  t: VariableLike,
  options: ClassificationSummaryOptions = {},
): [Variable, Variable, Variable, Variable] {
  checkOptions('classificationSummary', options, ['beta', 'labelNum', 'ignoreLabel']);
  return summary('classificationSummary', y, t, options);
}

/**
 * Share of the predictions of each class that are right, and its number of samples. They have no gradient.
 *
 * @param y scores `[N, C, …]`
 * @param t integer labels `[N, …]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const y = xp.array([[0.9, 0.1], [0.8, 0.2], [0, 1]]);
 * const [p] = F.precision(y, xp.array([0, 1, 1], { dtype: 'int32' }));
 * p.array.toArraySync(); // [0.5, 1]
 */
export function precision(
  y: VariableLike,
  t: VariableLike,
  options: ClassificationOptions = {},
): [Variable, Variable] {
  checkOptions('precision', options, ['labelNum', 'ignoreLabel']);
  const [p, , , own] = summary('precision', y, t, options);
  return [p, own];
}

/**
 * Share of the samples of each class that are found, and their number. They have no gradient.
 *
 * @param y scores `[N, C, …]`
 * @param t integer labels `[N, …]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const y = xp.array([[0.9, 0.1], [0.8, 0.2], [0, 1]]);
 * const [r] = F.recall(y, xp.array([0, 1, 1], { dtype: 'int32' }));
 * r.array.toArraySync(); // [1, 0.5]
 */
export function recall(
  y: VariableLike,
  t: VariableLike,
  options: ClassificationOptions = {},
): [Variable, Variable] {
  checkOptions('recall', options, ['labelNum', 'ignoreLabel']);
  const [, r, , own] = summary('recall', y, t, options);
  return [r, own];
}

/**
 * Harmonic mean of precision and recall of each class, and its number of samples. They have no gradient.
 *
 * @param y scores `[N, C, …]`
 * @param t integer labels `[N, …]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const y = xp.array([[0.9, 0.1], [0.2, 0.8]]);
 * const [f] = F.f1Score(y, xp.array([0, 1], { dtype: 'int32' }));
 * f.array.toArraySync(); // [1, 1]
 */
export function f1Score(
  y: VariableLike,
  t: VariableLike,
  options: ClassificationOptions = {},
): [Variable, Variable] {
  checkOptions('f1Score', options, ['labelNum', 'ignoreLabel']);
  const [, , f, own] = summary('f1Score', y, t, options);
  return [f, own];
}
