import type { NdArray } from '@chainer/xp/functions';
import type { Accuracy } from '../../functions/evaluation/accuracy.ts';
import type { BinaryAccuracy } from '../../functions/evaluation/binary-accuracy.ts';
import type { R2Score } from '../../functions/evaluation/r2-score.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Rule, Rules } from './rule.ts';

/** How many of the elements that count are hits: 0 if none counts. */
function share(g: GraphBuilder, hits: string, counted: string): string {
  const number = (truth: string) => g.op('ReduceSum', [g.cast(truth, 'float32')], { keepdims: 0 });
  const right = number(g.op('And', [hits, counted]));
  return g.op('Div', [right, g.op('Max', [number(counted), g.scalar(1, 'float32')])]);
}

const accuracy: Rule<Accuracy> = (g, [y, t], { node, inputs, outputs: [out] }) => {
  const [, labels] = inputs as [NdArray, NdArray];
  const best = g.reshape(g.op('ArgMax', [y as string], { axis: 1, keepdims: 0 }), labels.shape);
  const label = g.cast(t as string, 'int64');
  const hits = g.op('Equal', [best, label]);
  const counted =
    node.ignoreLabel === null
      ? g.op('Equal', [label, label])
      : g.op('Not', [g.op('Equal', [label, g.scalar(node.ignoreLabel, 'int64')])]);
  return g.cast(share(g, hits, counted), (out as NdArray).dtype.name);
};

const binaryAccuracy: Rule<BinaryAccuracy> = (g, [y, t], { inputs: [a], outputs: [out] }) => {
  const label = g.cast(t as string, 'int64');
  const is = (value: number) => g.op('Equal', [label, g.scalar(value, 'int64')]);
  const positive = g.op('GreaterOrEqual', [y as string, g.scalar(0, (a as NdArray).dtype.name)]);
  const hits = g.op('Not', [g.op('Xor', [positive, is(1)])]);
  return g.cast(share(g, hits, g.op('Not', [is(-1)])), (out as NdArray).dtype.name);
};

const r2Score: Rule<R2Score> = (g, [y, t], { node, inputs: [a] }) => {
  const type = (a as NdArray).dtype.name;
  const squares = (p: string, q: string) => {
    const d = g.op('Sub', [p, q]);
    return g.op('ReduceSum', [g.op('Mul', [d, d]), g.integers([0])], { keepdims: 0 });
  };
  const residual = squares(y as string, t as string);
  const total = squares(t as string, g.op('ReduceMean', [t as string], { axes: [0], keepdims: 1 }));
  const flat = g.op('Equal', [total, g.scalar(0, type)]);
  const safe = g.op('Where', [flat, g.scalar(1, type), total]);
  const explained = g.op('Sub', [g.scalar(1, type), g.op('Div', [residual, safe])]);
  const scores = g.op('Where', [flat, g.scalar(0, type), explained]);
  return node.raw ? scores : g.op('ReduceMean', [scores], { keepdims: 0 });
};

export const evaluationRules: Rules = {
  Accuracy: accuracy,
  BinaryAccuracy: binaryAccuracy,
  R2_score: r2Score,
};
