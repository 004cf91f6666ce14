import * as xp from '@chainer/xp/functions';
import {
  add,
  apply,
  array,
  astype,
  greater,
  multiply,
  type NdArray,
  reshape,
  Slice,
  subtract,
} from '@chainer/xp/functions';
import { overwrite, picked, sliced } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectInteger, expectNdim, expectSameShape, invalid } from '../../core/type-check.ts';
import { asArray, asVariable, Variable, type VariableLike } from '../../core/variable.ts';
import { logSoftmax } from '../activation/softmax.ts';
import { concat } from '../array/concat.ts';
import { getItem } from '../array/get-item.ts';
import { separate } from '../array/separate.ts';
import { stack } from '../array/stack.ts';
import { neg } from '../math/neg.ts';
import { checkReduce, meanOver } from './reduce.ts';

/**
 * One time step in log space: a place of the path is reached from itself, from the place before it, and from the one before that if
 * `skip` says so; sequences that have ended (`active` is 0) keep what they have.
 */
const advance = /*#__PURE__*/ elementwise(
  'connectionistTemporalClassification',
  (stay, one, two, y, skip, active, zero) => {
    const reached = apply('logaddexp', apply('logaddexp', stay, one), skip.gt(0).where(two, zero));
    return active.gt(0).where(reached.add(y), stay);
  },
  { types: 'any' },
);
const either = /*#__PURE__*/ elementwise('connectionistTemporalClassification', (a, b) =>
  apply('logaddexp', a, b),
);

/** Options of connectionistTemporalClassification. */
export interface CTCOptions {
  /** `mean` gives a scalar, `no` one loss per sequence. */
  readonly reduce?: 'mean' | 'no';
}

function check(
  xs: readonly NdArray[],
  t: NdArray,
  blank: number,
  lengths: Record<string, NdArray | null>,
): void {
  const who = 'connectionistTemporalClassification';
  const first = xs[0] as NdArray;
  expectFloat(who, 'x[0]', first);
  expectNdim(who, 'x[0]', first, 2);
  xs.forEach((x, i) => {
    expectSameShape(who, 'x[0]', first, `x[${i}]`, x);
  });
  expectInteger(who, 't', t);
  expectNdim(who, 't', t, 2);
  const [batch, symbols] = first.shape as [number, number];
  if (t.shape[0] !== batch)
    invalid(who, `x has ${batch} sequences but t ${t.shape[0]}`, { 'x[0]': first, t });
  if (!(Number.isInteger(blank) && blank >= 0 && blank < symbols))
    throw new TypeError(
      `[${who}] blankSymbol must be an integer from 0 to ${symbols - 1}, got ${String(blank)}`,
    );
  for (const [name, length] of Object.entries(lengths)) {
    if (length === null) continue;
    expectInteger(who, name, length);
    if (length.ndim !== 1 || length.shape[0] !== batch)
      invalid(who, `${name} must have shape [${batch}], got [${length.shape.join(',')}]`, { t });
  }
}

/** The labels with a blank before, between and behind them, int32 `[N, 2 L + 1]`. */
function pathOf(t: NdArray, blank: number, symbols: number): NdArray {
  const [batch, length] = t.shape as [number, number];
  const path = xp.full([batch, 2 * length + 1], blank, { dtype: 'int32', device: t.device });
  // What stands behind a sequence's end is never used, but must be a symbol.
  if (length > 0) overwrite(sliced(path, 1, 1, length, 2), xp.clip(astype(t, 'int32'), 0, symbols - 1));
  return path;
}

/**
 * Connectionist temporal classification: the negative log-likelihood of label sequences whose alignment is not known
 * (Graves et al., 2006).
 *
 * `loss = -log Σ p(alignment)` over all alignments that give the labels once repeats are merged and blanks removed, with
 * `p = softmax(x)`; computed in log space by a recursion over time. Gradients exist to any order.
 *
 * @param x time steps, each `[N, V]`: scores of the symbols, before softmax
 * @param t labels, integers `[N, L]`
 * @param blankSymbol which symbol is the blank
 * @param inputLength number of time steps of each sequence, integers `[N]`; null: all
 * @param labelLength number of labels of each sequence, integers `[N]`; null: all
 * @returns a scalar, or `[N]` with `reduce: 'no'`.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @throws {TypeError} if x is no list, or the blank no symbol.
 * @throws {RangeError} for another `reduce`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = [new Variable(xp.array([[0, 0]])), xp.array([[0, 0]])];
 * const loss = F.connectionistTemporalClassification(x, xp.array([[1]], { dtype: 'int32' }), 0);
 * // three of four alignments
 * F.exp(F.neg(loss)).itemSync(); // 0.7500
 */
export function connectionistTemporalClassification(
  x: readonly VariableLike[],
  t: VariableLike,
  blankSymbol: number,
  inputLength: VariableLike | null = null,
  labelLength: VariableLike | null = null,
  options: CTCOptions = {},
): Variable {
  checkOptions('connectionistTemporalClassification', options, ['reduce']);
  const who = 'connectionistTemporalClassification';
  const { reduce = 'mean' } = options;
  checkReduce(who, reduce, ['mean', 'no']);
  if (!Array.isArray(x) || x.length === 0)
    throw new TypeError(`[${who}] x must be a list of arrays, one for each time step`);
  const steps = x as readonly VariableLike[];
  const [first, labels] = [asArray(steps[0] as VariableLike), asArray(t)];
  const times = inputLength === null ? null : asArray(inputLength);
  const counts = labelLength === null ? null : asArray(labelLength);
  check(steps.map(asArray), labels, blankSymbol, { inputLength: times, labelLength: counts });
  const [batch, symbols] = first.shape as [number, number];
  const { device, dtype } = first;
  const zero = dtype.name === 'float16' ? -1e4 : -1e10;
  const path = pathOf(labels, blankSymbol, symbols);
  const places = path.shape[1] as number;
  const rows = reshape(xp.arange(batch, { dtype: 'int32', device }), [batch, 1]);
  const all = new Slice(null, null, null);
  const scores = logSoftmax(stack(steps), { axis: 2 });
  const along = separate(getItem(scores, [all, rows, path]));
  // Blanks, and the second of two equal labels, are not reached by skipping what lies between.
  const skip = xp.zeros([batch, places], { dtype, device });
  if (places > 2) {
    const differs = xp.notEqual(sliced(path, 1, 2, places - 2), sliced(path, 1, 0, places - 2));
    overwrite(sliced(skip, 1, 2, places - 2), differs);
  }
  const before = new Variable(xp.full([batch, 2], zero, { dtype, device }), { requiresGrad: false });
  const start = xp.full([batch, places], zero, { dtype, device });
  overwrite(picked(start, 1, 0), xp.zeros([], { dtype, device }));
  let alpha = asVariable(start);
  along.forEach((y, step) => {
    const active =
      times === null ? array(1, { dtype, device }) : reshape(astype(greater(times, step), dtype), [batch, 1]);
    const wide = concat([before, alpha]);
    const shifted = (by: number) => getItem(wide, [all, new Slice(2 - by, 2 - by + places, null)]);
    alpha = advance(alpha, shifted(1), shifted(2), y, skip, active, zero);
  });
  // The end is the last label or the blank behind it; columns are counted with the two that stand before.
  const last =
    counts === null
      ? xp.full([batch], places + 1, { dtype: 'int32', device })
      : add(multiply(astype(counts, 'int32'), 2), 2);
  const wide = concat([before, alpha]);
  const one = reshape(rows, [batch]);
  const losses = neg(either(getItem(wide, [one, last]), getItem(wide, [one, subtract(last, 1)])));
  return reduce === 'no' ? losses : meanOver(losses, batch);
}
