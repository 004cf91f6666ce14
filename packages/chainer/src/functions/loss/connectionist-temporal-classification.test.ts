import { array, type NdArray, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import type { Variable } from '../../core/install.ts';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { connectionistTemporalClassification as ctc } from './connectionist-temporal-classification.ts';

const labels = [
  [1, 1],
  [2, 0],
  [0, 2],
];
const inputLengths = [4, 3, 4];
const labelLengths = [2, 1, 0];
const blank = 3;
const int = (v: readonly unknown[], like?: NdArray) =>
  array(v as number[], { dtype: 'int32', ...(like ? { device: like.device } : {}) });

/** Sum over all alignments, one by one. */
function bruteForce(xs: readonly NdArray[], withLengths: boolean): number[] {
  const steps = xs.map((x) => x.toArraySync() as number[][]);
  return labels.map((own, n) => {
    const T = withLengths ? (inputLengths[n] as number) : steps.length;
    const wanted = (withLengths ? own.slice(0, labelLengths[n]) : own).join();
    const p = steps.map((x) => {
      const e = (x[n] as number[]).map(Math.exp);
      const total = e.reduce((a, b) => a + b, 0);
      return e.map((v) => v / total);
    });
    let sum = 0;
    for (let code = 0; code < 4 ** T; code++) {
      const path = Array.from({ length: T }, (_, t) => Math.floor(code / 4 ** t) % 4);
      const merged = path.filter((s, t) => s !== blank && s !== path[t - 1]);
      if (merged.join() === wanted) sum += path.reduce((a, s, t) => a * (p[t]?.[s] as number), 1);
    }
    return -Math.log(sum);
  });
}

const inputs = Array.from({ length: 4 }, () => ({ shape: [3, 4] }));

describeFunction({ describe, it }, 'connectionistTemporalClassification', {
  apply: (...xs: Variable[]) => {
    const like = (xs[0] as Variable).array;
    return ctc(xs, int(labels, like), blank, int(inputLengths, like), int(labelLengths, like), {
      reduce: 'no',
    });
  },
  inputs,
  dtypes: ['float32', 'float64'],
  empty: false,
  reference: (...xs) => bruteForce(xs, true),
});

describeFunction({ describe, it }, 'connectionistTemporalClassification, mean of whole sequences', {
  apply: (...xs: Variable[]) => ctc(xs, int(labels, (xs[0] as Variable).array), blank),
  inputs,
  dtypes: ['float32', 'float64'],
  empty: false,
  reference: (...xs) =>
    array(bruteForce(xs, false).reduce((a, b) => a + b, 0) / 3, { dtype: 'float64', device: 'js' }),
});

describe('connectionistTemporalClassification', () => {
  it('takes labels of any value behind the end', () => {
    const xs = [ones([1, 4]), ones([1, 4])];
    const loss = (rest: number) => ctc(xs, int([[1, rest]]), blank, null, int([1])).itemSync();
    expect(loss(-1)).toBe(loss(99));
  });

  it('names what does not fit', () => {
    const xs = [ones([2, 4])];
    expect(() => ctc(ones([2, 4]) as never, int([[1], [2]]), 0)).toThrow('x must be a list of arrays');
    expect(() => ctc(xs, int([[1], [2]]), 4)).toThrow('blankSymbol must be an integer from 0 to 3, got 4');
    expect(() => ctc(xs, int([[1]]), 0)).toThrow(InvalidType);
    expect(() => ctc(xs, int([[1], [2]]), 0, int([1]))).toThrow('inputLength must have shape [2], got [1]');
    expect(() => ctc(xs, int([[1], [2]]), 0, null, null, { reduce: 'sum' as never })).toThrow(
      'reduce must be',
    );
  });
});
