import { argmax, argmin, astype } from '@chainer/xp/functions';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { asArray } from '../../core/variable.ts';
import * as F from '../../functions/index.ts';
import { at, floating, numbers, type Operator } from './operator.ts';

/** Operations over axes. */

type Reduce = (x: VariableLike, options: { axis: readonly number[] | null; keepdims: boolean }) => Variable;

/** Axes are an attribute, or the second operand in newer files. */
const reduce =
  (f: Reduce): Operator =>
  (xs, a) => {
    const axis = numbers(xs[1]) ?? a.integers('axes');
    if (axis?.length === 0 && a.integer('noop_with_empty_axes', 0) === 1) return at(xs, 0);
    if (!floating(xs.slice(0, 1))) a.fail(`must be of floats, got ${asArray(at(xs, 0)).dtype.name}`);
    return f(at(xs, 0), {
      axis: axis === null || axis.length === 0 ? null : axis,
      keepdims: a.integer('keepdims', 1) === 1,
    });
  };

const extreme =
  (find: typeof argmax): Operator =>
  (xs, a) => {
    const x = asArray(at(xs, 0));
    const axis = a.integer('axis', 0);
    a.expect('select_last_index', 0);
    const places = find(x, { axis, keepdims: a.integer('keepdims', 1) === 1 });
    return astype(places, 'int64');
  };

const cumSum: Operator = (xs, a) => {
  a.expect('exclusive', 0);
  a.expect('reverse', 0);
  return F.cumsum(at(xs, 0), { axis: (numbers(xs[1]) as number[])[0] as number });
};

/** Keeps axes of 1 where they are asked for, which logsumexp does not offer. */
const logSumExp: Reduce = (x, { axis, keepdims }) => {
  const y = F.logsumexp(x, { axis });
  if (!keepdims) return y;
  const axes = axis?.map((k) => (k < 0 ? k + x.shape.length : k));
  return F.reshape(
    y,
    x.shape.map((d, i) => (axes === undefined || axes.includes(i) ? 1 : d)),
  );
};

export const reductionOperators: Readonly<Record<string, Operator>> = {
  ArgMax: extreme(argmax),
  ArgMin: extreme(argmin),
  CumSum: cumSum,
  LogSoftmax: (xs, a) => F.logSoftmax(at(xs, 0), { axis: a.integer('axis', -1) }),
  ReduceLogSumExp: reduce(logSumExp),
  ReduceMax: reduce(F.max),
  ReduceMean: reduce(F.mean),
  ReduceMin: reduce(F.min),
  ReduceProd: reduce(F.prod),
  ReduceSum: reduce(F.sum),
  Softmax: (xs, a) => F.softmax(at(xs, 0), { axis: a.integer('axis', -1) }),
};
