import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import * as F from './index.ts';

const scores = xp.array([
  [0.1, 0.7, 0.2],
  [0.8, 0.1, 0.3],
  [0.1, 0.2, 0.9],
  [0.5, 0.6, 0.1],
]);
const labels = (values: number[]) => xp.array(values, { dtype: 'int32' });

describe('accuracy', () => {
  it('is the share of samples whose greatest score is the label’s', () => {
    expect(F.accuracy(scores, labels([1, 0, 2, 0])).itemSync()).toBe(0.75);
  });

  it('leaves out ignored labels, and is 0 where all are', () => {
    expect(F.accuracy(scores, labels([1, -1, -1, 0]), { ignoreLabel: -1 }).itemSync()).toBe(0.5);
    expect(F.accuracy(scores, labels([-1, -1, -1, -1]), { ignoreLabel: -1 }).itemSync()).toBe(0);
  });

  it('counts places, too', () => {
    const maps = xp.array([
      [
        [1, 2],
        [2, 1],
      ],
    ]);
    expect(F.accuracy(maps, xp.array([[1, 1]], { dtype: 'int32' })).itemSync()).toBe(0.5);
  });

  it('has the dtype of the scores and no gradient', () => {
    const y = F.accuracy(new Variable(scores.astype('float64')), labels([1, 0, 2, 0]));
    expect(y.dtype.name).toBe('float64');
    expect(() => y.backward()).toThrow('[Accuracy] is not differentiable');
  });

  it('blames labels of another shape', () => {
    expect(() => F.accuracy(scores, labels([1, 0]))).toThrow(InvalidType);
    expect(() => F.accuracy(scores, labels([1, 0]))).toThrow(
      '[accuracy] t must have the shape of y without axis 1: [4] != [2]',
    );
  });
});

describe('binaryAccuracy', () => {
  it('takes scores from 0 on for 1, and leaves out -1', () => {
    const y = xp.array([0, -0.1, 2, 3]);
    expect(F.binaryAccuracy(y, labels([1, 1, 1, -1])).itemSync()).toBeCloseTo(2 / 3, 6);
    expect(F.binaryAccuracy(y, labels([-1, -1, -1, -1])).itemSync()).toBe(0);
  });
});

describe('classificationSummary', () => {
  const t = labels([1, 0, 2, 0]);
  const lists = (xs: readonly Variable[]) => xs.map((x) => x.array.toArraySync());

  it('gives precision, recall, F-score and support of each class', () => {
    expect(lists(F.classificationSummary(scores, t))).toEqual([
      [1, 0.5, 1],
      [0.5, 1, 1],
      [2 / 3, 2 / 3, 1],
      [2, 1, 1],
    ]);
  });

  it('weighs recall by beta', () => {
    const [, , f] = lists(F.classificationSummary(scores, t, { beta: 2 }));
    expect((f as number[])[0]).toBeCloseTo((5 * 0.5) / (4 + 0.5), 12);
  });

  it('leaves out ignored labels; a class that was never met has no recall', () => {
    const [p, r, , support] = lists(F.classificationSummary(scores, labels([1, 0, 2, -1]), { labelNum: 4 }));
    expect([p, r, support]).toEqual([
      [1, 1, 1, Number.NaN],
      [1, 1, 1, Number.NaN],
      [1, 1, 1, 0],
    ]);
  });

  it('does not count an ignored class either', () => {
    const [, r, , support] = lists(F.classificationSummary(scores, t, { ignoreLabel: 0 }));
    expect([r, support]).toEqual([
      [Number.NaN, 1, 1],
      [0, 1, 1],
    ]);
  });

  it('has parts of its own', () => {
    expect(lists(F.precision(scores, t))).toEqual([
      [1, 0.5, 1],
      [2, 1, 1],
    ]);
    expect(lists(F.recall(scores, t))).toEqual([
      [0.5, 1, 1],
      [2, 1, 1],
    ]);
    expect(lists(F.f1Score(scores, t))).toEqual([
      [2 / 3, 2 / 3, 1],
      [2, 1, 1],
    ]);
  });
});

describe('r2Score', () => {
  const real = xp.array([
    [1, 5],
    [2, 5],
    [3, 5],
  ]);
  const pred = xp.array([
    [1, 4],
    [2, 5],
    [4, 5],
  ]);

  it('is one less the share of the variance that is left; 0 for values that do not vary', () => {
    expect(F.r2Score(pred, real, null, { multioutput: 'raw_values' }).array.toArraySync()).toEqual([0.5, 0]);
    expect(F.r2Score(pred, real).itemSync()).toBe(0.25);
  });

  it('refuses weights and unknown averages', () => {
    expect(() => F.r2Score(pred, real, xp.ones([3]))).toThrow('[r2Score] sampleWeight is not supported');
    expect(() => F.r2Score(pred, real, null, { multioutput: 'median' as 'raw_values' })).toThrow(
      "[r2Score] multioutput must be 'uniform_average' or 'raw_values', got 'median'",
    );
  });
});
