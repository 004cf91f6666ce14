import { array, type NdArray, ones, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import type { Variable } from '../../core/install.ts';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { argmaxCrf1d } from './argmax-crf1d.ts';
import { crf1d } from './crf1d.ts';

const labels = 3;
const rows = [3, 2, 2, 1];
const truth = [[0, 2, 1], [1, 1], [2, 0], [2]];

/** Scores of every label sequence of the n-th sequence. */
function scores(cost: NdArray, xs: readonly NdArray[], n: number): { path: number[]; score: number }[] {
  const c = cost.toArraySync() as number[][];
  const steps = xs.map((x) => x.toArraySync() as number[][]).filter((x) => x.length > n);
  return Array.from({ length: labels ** steps.length }, (_, code) => {
    const path = steps.map((_, t) => Math.floor(code / labels ** t) % labels);
    const score = path.reduce(
      (sum, y, t) =>
        sum + (steps[t]?.[n]?.[y] as number) + (t > 0 ? (c[path[t - 1] as number]?.[y] as number) : 0),
      0,
    );
    return { path, score };
  });
}

function losses(cost: NdArray, xs: readonly NdArray[]): number[] {
  return (truth[0] as number[]).map((_, n) => {
    const all = scores(cost, xs, n);
    const own = truth.filter((y) => y.length > n).map((y) => y[n] as number);
    const right = all.find(({ path }) => path.join() === own.join()) as { score: number };
    return Math.log(all.reduce((sum, { score }) => sum + Math.exp(score), 0)) - right.score;
  });
}

const inputs = [[labels, labels], ...rows.map((n) => [n, labels])];
const ys = (like: Variable) => truth.map((y) => array(y, { dtype: 'int32', device: like.array.device }));

describeFunction({ describe, it }, 'crf1d', {
  apply: (cost, ...xs: Variable[]) => crf1d(cost as Variable, xs, ys(cost as Variable)),
  inputs,
  empty: false,
  reference: (cost, ...xs) =>
    array(losses(cost as NdArray, xs).reduce((a, b) => a + b, 0) / 3, { dtype: 'float64', device: 'js' }),
});

describeFunction({ describe, it }, "crf1d with reduce 'no'", {
  apply: (cost, ...xs: Variable[]) => crf1d(cost as Variable, xs, ys(cost as Variable), { reduce: 'no' }),
  inputs,
  empty: false,
  reference: (cost, ...xs) => losses(cost as NdArray, xs),
});

describeFunction({ describe, it }, 'argmaxCrf1d', {
  apply: (cost, ...xs: Variable[]) => argmaxCrf1d(cost as Variable, xs)[0],
  inputs,
  empty: false,
  reference: (cost, ...xs) =>
    (truth[0] as number[]).map((_, n) =>
      Math.max(...scores(cost as NdArray, xs, n).map(({ score }) => score)),
    ),
});

describe('argmaxCrf1d', () => {
  it('finds the best path of each sequence', () => {
    const cost = array([
      [0.5, -1, 2],
      [1, 0, -2],
      [-0.5, 3, 0.25],
    ]);
    const xs = rows.map((n, t) =>
      array(Array.from({ length: n }, (_, i) => [Math.sin(t + i), Math.cos(3 * t - i), (t * i) / 4])),
    );
    const [, path] = argmaxCrf1d(cost, xs);
    const found = path.map((p) => p.toArraySync() as number[]);
    for (let n = 0; n < 3; n++) {
      const best = scores(cost, xs, n).reduce((a, b) => (b.score > a.score ? b : a));
      expect(found.filter((p) => p.length > n).map((p) => p[n])).toEqual(best.path);
    }
    expect(path.every((p) => p.dtype.name === 'int32')).toBe(true);
  });

  it('names what does not fit', () => {
    expect(() => argmaxCrf1d(zeros([3, 3]), [ones([1, 3]), ones([2, 3])])).toThrow(InvalidType);
    expect(() => argmaxCrf1d(zeros([3, 3]), [ones([1, 3]), ones([2, 3])])).toThrow(
      'sort sequences by falling length',
    );
    expect(() => argmaxCrf1d(zeros([3, 3]), [ones([1, 2])])).toThrow('xs[0] has 2 labels but cost 3');
    expect(() => crf1d(zeros([3, 3]), [ones([1, 3])], [], {})).toThrow('there are 1 steps of xs but 0 of ys');
    expect(() => crf1d(zeros([3, 3]), [ones([1, 3])], [], { reduce: 'sum' as never })).toThrow(
      "reduce must be 'mean'",
    );
  });
});
