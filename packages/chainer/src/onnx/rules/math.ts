import type { NdArray } from '@chainer/xp/functions';
import type { Softmax } from '../../functions/activation/softmax.ts';
import type { ArgExtreme } from '../../functions/math/argmax.ts';
import type { Cumsum } from '../../functions/math/cumsum.ts';
import { type EinSum, subscripts } from '../../functions/math/einsum.ts';
import type { LogSumExp } from '../../functions/math/logsumexp.ts';
import type { MatMul } from '../../functions/math/matmul.ts';
import type { Extreme } from '../../functions/math/minmax.ts';
import type { Prod } from '../../functions/math/prod.ts';
import type { Sum } from '../../functions/math/sum.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { axesOf, type Rule, type Rules } from './rule.ts';

/** An operand of a product with its last two axes swapped; vectors stay as they are. */
function swapped(g: GraphBuilder, x: string, { ndim }: NdArray, swap: boolean): string {
  if (!swap || ndim < 2) return x;
  const axes = Array.from({ length: ndim }, (_, i) => i);
  return g.op('Transpose', [x], { perm: [...axes.slice(0, -2), ndim - 1, ndim - 2] });
}

const matmul: Rule<MatMul> = (g, [a, b], { node, inputs }) =>
  g.op('MatMul', [
    swapped(g, a as string, inputs[0] as NdArray, node.transa),
    swapped(g, b as string, inputs[1] as NdArray, node.transb),
  ]);

const sum: Rule<Sum> = (g, [x], { node, inputs: [a] }) =>
  g.op('ReduceSum', [x as string, g.integers(axesOf(node.axis, a as NdArray))], {
    keepdims: Number(node.keepdims),
    // Without this, no axes would mean all of them.
    noop_with_empty_axes: 1,
  });

const reduction =
  (type: string): Rule<Extreme | Prod> =>
  (g, [x], { node, inputs: [a] }) => {
    const axes = axesOf(node.axis, a as NdArray);
    if (axes.length === 0) return g.op('Identity', [x as string]);
    return g.op(type, [x as string], { axes, keepdims: Number(node.keepdims) });
  };

const logSumExp: Rule<LogSumExp> = (g, [x], { node, inputs: [a] }) => {
  const axes = axesOf(node.axis, a as NdArray);
  if (axes.length === 0) return g.op('Identity', [x as string]);
  return g.op('ReduceLogSumExp', [x as string], { axes, keepdims: 0 });
};

const softmax =
  (type: string): Rule<Softmax> =>
  (g, [x], { node, inputs: [a] }) =>
    g.op(type, [x as string], { axis: axesOf(node.axis, a as NdArray)[0] });

const argExtreme: Rule<ArgExtreme> = (g, [x], { node, inputs: [a], outputs: [y] }) => {
  const { label, axis } = node;
  const from = axis === null ? g.reshape(x as string, [-1]) : (x as string);
  const places = g.op(label, [from], {
    axis: axis === null ? 0 : axesOf(axis, a as NdArray)[0],
    keepdims: 0,
  });
  return g.cast(places, (y as NdArray).dtype.name);
};

const cumsum: Rule<Cumsum> = (g, [x], { node, inputs: [a] }) =>
  g.op('CumSum', [x as string, g.scalar(axesOf(node.axis, a as NdArray)[0] as number, 'int64')]);

const einsum: Rule<EinSum> = (g, names, { node }) =>
  g.op('Einsum', names, { equation: subscripts(node.terms, node.output) });

export const mathRules: Rules = {
  MatMul: matmul,
  Sum: sum,
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  LogSumExp: logSumExp,
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
  Cumsum: cumsum,
  ArgMax: argExtreme,
  ArgMin: argExtreme,
  EinSum: einsum,
};
