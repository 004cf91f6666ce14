import {
  coord,
  ElementwiseKernel,
  type Expr,
  type NdArray,
  ReductionKernel,
  zerosLike,
} from '@chainer/xp/functions';
import { emptyOn, filledOn, picked, reshaped, softmaxStatisticsOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray, expectFloat, expectInteger, invalid } from '../../core/type-check.ts';
import { asArray, Variable, type VariableLike } from '../../core/variable.ts';
import { softmax } from '../activation/softmax.ts';
import { reshape } from '../array/reshape.ts';
import { div, mul, sub } from '../math/arithmetic.ts';
import { softTargets } from './soft-targets.ts';

/** Options of softmaxCrossEntropy. */
export interface SoftmaxCrossEntropyOptions {
  /** Divide by the number of labels that count (true) or by the batch size. */
  readonly normalize?: boolean;
  /** Kept for upstream's sake: scores are always cached. */
  readonly cacheScore?: boolean;
  /** Weight of each class, `[C]`. */
  readonly classWeight?: NdArray | null;
  /** Label that does not count. */
  readonly ignoreLabel?: number;
  /** `mean` gives a scalar, `no` one loss per label. */
  readonly reduce?: 'mean' | 'no';
  /** Kept for upstream's sake: second gradients always exist here. */
  readonly enableDoubleBackprop?: boolean;
  /** For float targets of x's shape. */
  readonly softTargetLoss?: 'cross-entropy' | 'kl-divergence';
}

/** Whether a label counts, and whether it names a class; as floats, since the number of classes need not fit the labels' dtype. */
function labelled(t: Expr, ignore: Expr, classes: Expr): { counts: Expr; fits: Expr } {
  const label = t.cast('float32');
  return { counts: t.ne(ignore), fits: label.ge(0).and(label.lt(classes)) };
}

/**
 * Loss of each label and whether it counts. Operands: scores, raw, as `[N, C, D]`; their greatest in each line and the logarithm of the sum
 * (`softmaxStatistics`); labels; the label to ignore; C; weights, raw, if there are any. A label that names no class has the loss NaN:
 * nothing outside of the array is read.
 */
const losses = (weighted: boolean) =>
  new ElementwiseKernel(
    'softmaxCrossEntropy',
    weighted ? 7 : 6,
    (x, max, logSum, t, ignore, classes, weight) => {
      const { counts, fits } = labelled(t as Expr, ignore as Expr, classes as Expr);
      const at = fits.where(t as Expr, 0);
      const unweighted = (logSum as Expr).sub((x as Expr).at(coord(0), at, coord(1)).sub(max as Expr));
      const loss = weight === undefined ? unweighted : unweighted.mul(weight.at(at));
      return [counts.where(fits.where(loss, Number.NaN), 0), counts.where(1, 0).cast('float32')];
    },
    { raw: weighted ? [0, 6] : [0] },
  );
const pick = /*#__PURE__*/ losses(false);
const pickWeighted = /*#__PURE__*/ losses(true);
/** Gradient towards the scores `[N, C, D]`; its other operands `[N, 1, D]`: statistics, labels; label to ignore, gradient, divisor; weights, raw. */
const gradients = (weighted: boolean) =>
  new ElementwiseKernel(
    'softmaxCrossEntropyGrad',
    weighted ? 8 : 7,
    (...operands) => {
      const [x, max, logSum, t, ignore, gy, count, weight] = operands as [
        Expr,
        Expr,
        Expr,
        Expr,
        Expr,
        Expr,
        Expr,
        Expr?,
      ];
      const y = x.sub(max).sub(logSum).exp();
      const g = y.sub(coord(1).eq(t).where(1, 0)).mul(gy.div(count));
      const counts = t.ne(ignore);
      return counts.where(weight === undefined ? g : g.mul(weight.at(counts.where(t, 0))), 0);
    },
    { raw: weighted ? [7] : [] },
  );
const gradient = /*#__PURE__*/ gradients(false);
const gradientWeighted = /*#__PURE__*/ gradients(true);
const total = /*#__PURE__*/ new ReductionKernel('softmaxCrossEntropy', 1, {
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const ratio = /*#__PURE__*/ new ElementwiseKernel('softmaxCrossEntropy', 2, (loss, count) =>
  loss.div(count.max(1)),
);

export class SoftmaxCrossEntropy extends FunctionNode {
  readonly label = 'SoftmaxCrossEntropy';
  readonly normalize: boolean;
  readonly weight: NdArray | null;
  readonly ignore: number;
  readonly mean: boolean;
  /** Of each line of scores: the greatest, and the logarithm of the sum; `[2, N, D]`. */
  private statistics: NdArray | null = null;
  private t: NdArray | null = null;
  /** What the summed loss is divided by: a number, or a 0-d array. */
  private count: NdArray | number = 1;

  constructor(normalize: boolean, weight: NdArray | null, ignore: number, mean: boolean) {
    super();
    this.normalize = normalize;
    this.weight = weight;
    this.ignore = ignore;
    this.mean = mean;
  }

  override checkTypes([x, t]: readonly [NdArray, NdArray]): void {
    checkLabels(x, t);
    const w = this.weight;
    if (w !== null && (w.ndim !== 1 || w.shape[0] !== x.shape[1] || w.dtype !== x.dtype)) {
      invalid('softmaxCrossEntropy', `classWeight must be ${x.dtype.name}[${x.shape[1]}]`, {
        x,
        classWeight: w,
      });
    }
  }

  /** Sizes as `[N, C, D]`. */
  private sizes(x: { readonly shape: readonly number[] }): [number, number, number] {
    return [x.shape[0] as number, x.shape[1] as number, x.shape.slice(2).reduce((a, d) => a * d, 1)];
  }

  forward([x, t]: readonly [NdArray, NdArray]): readonly NdArray[] {
    const [n, c, d] = this.sizes(x);
    if (config.debug || (config.typeCheck && !this.mean)) checkRange(t, c, this.ignore);
    this.retainInputs([0]);
    // In x's type, as the original: in half types a run follows its run.
    const statistics = emptyOn(x.device, [2, n, ...x.shape.slice(2)], x.dtype);
    const { softmaxStatistics } = softmaxStatisticsOn(x.device);
    if (x.size > 0) softmaxStatistics(x, picked(statistics, 0, 0), picked(statistics, 0, 1), 1);
    this.statistics = reshaped(statistics, [2, n, d]);
    this.t = t;
    const labels = reshaped(t, [n, d]);
    // Losses and counts stand in one array, so that one reduction sums both.
    const both = emptyOn(x.device, [2, n, d], x.dtype);
    const each = picked(both, 0, 0);
    const counts = picked(both, 0, 1);
    const [max, logSum] = [picked(this.statistics, 0, 0), picked(this.statistics, 0, 1)];
    const operands = [reshaped(x, [n, c, d]), max, logSum, labels, this.ignore, c];
    if (this.weight === null) pick.callAll(operands, { out: [each, counts] });
    else pickWeighted.callAll([...operands, this.weight], { out: [each, counts] });
    if (!this.mean) return [reshaped(each, t.shape)];
    const sums = total.call([both], { axis: [1, 2] });
    this.count = this.normalize ? picked(sums, 0, 1) : Math.max(1, n);
    const loss = ratio.call([picked(sums, 0, 0), this.count]);
    // One number that is there already tells whether it is worth looking for a wrong label.
    if (config.typeCheck && x.device.synchronous && Number.isNaN(loss.itemSync()))
      checkRange(t, c, this.ignore);
    return [loss];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy || this.statistics === null || this.t === null) {
      if (this.released) this.throwReleased();
      return [null, null];
    }
    if (config.enableBackprop) return [this.differentiable(gy), null];
    const x = this.getRetainedInput(0).array;
    const [n, c, d] = this.sizes(x);
    const labels = reshaped(this.t, [n, 1, d]);
    const g = this.mean ? gy.array : reshaped(gy.array, [n, 1, d]);
    // An array even where it is a number: a scalar beside integer labels would make the gradient float64.
    const count =
      this.mean && typeof this.count !== 'number'
        ? atLeastOne.call([this.count])
        : filledOn(g.device, [], g.dtype, this.mean ? (this.count as number) : 1);
    const [max, logSum] = [0, 1].map((k) =>
      reshaped(picked(this.statistics as NdArray, 0, k), [n, 1, d]),
    ) as [NdArray, NdArray];
    const gx = emptyOn(x.device, [n, c, d], x.dtype);
    const operands = [reshaped(x, [n, c, d]), max, logSum, labels, this.ignore, g, count];
    if (this.weight === null) gradient.call(operands, { out: [gx] });
    else gradientWeighted.call([...operands, this.weight], { out: [gx] });
    return [new Variable(reshaped(gx, x.shape), { requiresGrad: false }), null];
  }

  /** The same by differentiable functions. */
  private differentiable(gy: Variable): Variable {
    const x = this.getRetainedInput(0);
    const { hot, scale } = this.oneHot(x.array);
    const share = this.mean
      ? div(gy, typeof this.count === 'number' ? this.count : atLeastOne.call([this.count]))
      : reshape(gy, [x.shape[0] as number, 1, ...x.shape.slice(2)]);
    return mul(mul(sub(softmax(x), hot), scale), share);
  }

  /** Ones where the label is, and the weight of every place: 0 where it does not count. */
  private oneHot(x: NdArray): { hot: NdArray; scale: NdArray } {
    const t = this.t as NdArray;
    const labels = reshaped(t, [t.shape[0] as number, 1, ...t.shape.slice(1)]);
    const zeros = zerosLike(x);
    const hot = hotKernel.call([labels, zeros]);
    const scale =
      this.weight === null
        ? scaleKernel.call([labels, this.ignore, zeros])
        : weightKernel.call([labels, this.ignore, zeros, this.weight]);
    return { hot, scale };
  }

  override release(): void {
    super.release();
    this.statistics = null;
    this.t = null;
  }
}

const atLeastOne = /*#__PURE__*/ new ElementwiseKernel('softmaxCrossEntropy', 1, (count) => count.max(1));
const hotKernel = /*#__PURE__*/ new ElementwiseKernel('oneHot', 2, (t, zero) =>
  coord(1).eq(t).where(zero.add(1), zero),
);
const scaleKernel = /*#__PURE__*/ new ElementwiseKernel('oneHot', 3, (t, ignore, zero) =>
  t.ne(ignore).where(zero.add(1), zero),
);
const weightKernel = /*#__PURE__*/ new ElementwiseKernel(
  'oneHot',
  4,
  (t, ignore, zero, weight) => t.ne(ignore).where(weight.at(t.ne(ignore).where(t, 0)), zero),
  { raw: [3] },
);

function checkLabels(x: NdArray, t: NdArray): void {
  expectFloat('softmaxCrossEntropy', 'x', x);
  expectInteger('softmaxCrossEntropy', 't', t);
  const wanted = [x.shape[0], ...x.shape.slice(2)];
  if (x.ndim < 2 || t.ndim !== wanted.length || wanted.some((d, i) => d !== t.shape[i])) {
    invalid(
      'softmaxCrossEntropy',
      `t must have the shape of x without axis 1: [${wanted.join(',')}] != [${t.shape.join(',')}]`,
      { x, t },
    );
  }
}

/** Labels must name a class. Reads the labels, so it is done where the mean loss is NaN, and always in debug mode. */
function checkRange(t: NdArray, classes: number, ignore: number): void {
  if (!t.device.synchronous) return;
  const labels = t.dataSync();
  for (let i = 0; i < labels.length; i++) {
    const label = Number(labels[i]);
    if (label !== ignore && (label < 0 || label >= classes)) {
      throw new RangeError(
        `[softmaxCrossEntropy] label ${label} is out of range for ${classes} classes (ignoreLabel is ${ignore})`,
      );
    }
  }
}

/**
 * Cross entropy of softmax scores and labels.
 *
 * `loss = -Σ log softmax(x)[t] / N`
 *
 * @param x scores `[N, C, …]`
 * @param t integer labels `[N, …]`, or distributions over the classes, floats of x's shape
 * @returns a scalar, or the losses `[N, …]` with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {RangeError} for a label that names no class, where labels can be read at once; elsewhere its loss is NaN.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.zeros([2, 4]));
 * const loss = F.softmaxCrossEntropy(x, xp.array([0, 3], { dtype: 'int32' }));
 * loss.itemSync(); // 1.3863
 */
export function softmaxCrossEntropy(
  x: VariableLike,
  t: VariableLike,
  options: SoftmaxCrossEntropyOptions = {},
): Variable {
  checkOptions('softmaxCrossEntropy', options, [
    'normalize',
    'cacheScore',
    'classWeight',
    'ignoreLabel',
    'reduce',
    'enableDoubleBackprop',
    'softTargetLoss',
  ]);
  expectArray('softmaxCrossEntropy', 'x', x);
  const {
    normalize = true,
    classWeight = null,
    ignoreLabel = -1,
    reduce = 'mean',
    softTargetLoss = 'cross-entropy',
  } = options;
  if (reduce !== 'mean' && reduce !== 'no')
    throw new Error(`[softmaxCrossEntropy] reduce must be 'mean' or 'no', got '${String(reduce)}'`);
  if (classWeight instanceof Variable)
    throw new TypeError(
      '[softmaxCrossEntropy] classWeight must be an NdArray, got a Variable; use its .array',
    );
  if (asArray(t).dtype.kind === 'f') return softTargets(x, t, classWeight, reduce, softTargetLoss);
  return new SoftmaxCrossEntropy(normalize, classWeight, ignoreLabel, reduce === 'mean').apply1([x, t]);
}
