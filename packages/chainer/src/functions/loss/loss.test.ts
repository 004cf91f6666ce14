import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from '../../core/backward.ts';
import { usingConfig } from '../../core/config.ts';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };
const pair: [number[], number[]] = [
  [3, 4],
  [3, 4],
];
const mean = (x: xp.NdArray) => xp.mean(x);
const sum0 = (x: xp.NdArray) => xp.sum(x);

describeFunction(runner, 'squaredError', {
  apply: (a, b) => F.squaredError(a as Variable, b as Variable),
  inputs: pair,
  scalar: (a, b) => (a - b) ** 2,
});
describeFunction(runner, 'squaredDifference', {
  apply: (a, b) => F.squaredDifference(a as Variable, b as Variable),
  inputs: pair,
  scalar: (a, b) => (a - b) ** 2,
});
const apart = [
  { shape: [2, 3], values: [1, -2, 3, 0.5, 2, -1] },
  { shape: [2, 3], values: [2, 1, -1, 1.5, -2, 0.5] },
];
describeFunction(runner, 'absoluteError', {
  apply: (a, b) => F.absoluteError(a as Variable, b as Variable),
  inputs: apart,
  scalar: (a, b) => Math.abs(a - b),
});
describeFunction(runner, 'meanSquaredError', {
  apply: (a, b) => F.meanSquaredError(a as Variable, b as Variable),
  inputs: pair,
  reference: (a, b) => mean(xp.square(xp.subtract(a, b))),
  empty: false,
});
describeFunction(runner, 'meanAbsoluteError', {
  apply: (a, b) => F.meanAbsoluteError(a as Variable, b as Variable),
  inputs: apart,
  reference: (a, b) => mean(xp.absolute(xp.subtract(a, b))),
  empty: false,
});
describeFunction(runner, 'huberLoss', {
  apply: (x, t) => F.huberLoss(x as Variable, t as Variable, 2),
  inputs: apart,
  reference: (x, t) => {
    const d = xp.absolute(xp.subtract(x, t));
    const each = xp.where(d.gt(2), xp.multiply(xp.subtract(d, 1), 2), xp.divide(xp.square(d), 2));
    return xp.sum(each, { axis: 1 });
  },
});
describeFunction(runner, 'bernoulliNll', {
  apply: (x, y) => F.bernoulliNll(x as Variable, y as Variable),
  inputs: [{ shape: [3, 4], low: 0, high: 1 }, [3, 4]],
  reference: (x, y) => sum0(xp.subtract(xp.log1p(xp.exp(y)), xp.multiply(x, y))),
});
describeFunction(runner, 'gaussianNll', {
  apply: (x, m, v) => F.gaussianNll(x as Variable, m as Variable, v as Variable, { reduce: 'no' }),
  inputs: [[2, 3], [2, 3], { shape: [2, 3], low: -1, high: 1 }],
  scalar: (x, m, v) => (v + Math.log(2 * Math.PI) + (x - m) ** 2 / Math.exp(v)) / 2,
});
describeFunction(runner, 'gaussianKlDivergence', {
  apply: (m, v) => F.gaussianKlDivergence(m as Variable, v as Variable, { reduce: 'mean' }),
  inputs: [[2, 3], { shape: [2, 3], low: -1, high: 1 }],
  reference: (m, v) => mean(xp.divide(xp.subtract(xp.subtract(xp.add(xp.square(m), xp.exp(v)), v), 1), 2)),
  empty: false,
});

const labels = { shape: [3, 2], values: [1, 0, -1, 1, 0, 1], dtype: 'int32' as const };
const labelled = (x: xp.NdArray) => {
  const t = xp.array(
    [
      [1, 0],
      [0, 1],
      [0, 1],
    ],
    { dtype: 'float64', device: 'js' },
  );
  const counts = xp.array(
    [
      [1, 1],
      [0, 1],
      [1, 1],
    ],
    { dtype: 'float64', device: 'js' },
  );
  return xp.multiply(xp.subtract(xp.log1p(xp.exp(x)), xp.multiply(x, t)), counts);
};
describeFunction(runner, 'sigmoidCrossEntropy', {
  apply: (x, t) => F.sigmoidCrossEntropy(x as Variable, t as Variable),
  inputs: [[3, 2], labels],
  reference: (x) => xp.divide(sum0(labelled(x)), 5),
  empty: false,
});
describeFunction(runner, 'sigmoidCrossEntropy by the batch size', {
  apply: (x, t) => F.sigmoidCrossEntropy(x as Variable, t as Variable, { normalize: false }),
  inputs: [[3, 2], labels],
  reference: (x) => xp.divide(sum0(labelled(x)), 3),
  empty: false,
});
describeFunction(runner, 'sigmoidCrossEntropy of each', {
  apply: (x, t) => F.sigmoidCrossEntropy(x as Variable, t as Variable, { reduce: 'no' }),
  inputs: [[3, 2], labels],
  reference: labelled,
  empty: false,
});

const logSoftmax = (x: xp.NdArray) => xp.subtract(x, xp.log(xp.sum(xp.exp(x), { axis: 1, keepdims: true })));
const classes = { shape: [4], values: [2, 0, -1, 1], dtype: 'int32' as const };
/** Minus the log-probability of each label, weighted; 0 where it does not count. */
const picked = (x: xp.NdArray, weights = [1, 1, 1]) => {
  const logp = logSoftmax(x).toArraySync() as number[][];
  return [2, 0, -1, 1].map((t, i) => (t < 0 ? 0 : -(logp[i]?.[t] as number) * (weights[t] as number)));
};
const total = (x: number[]) => x.reduce((a, b) => a + b, 0);
describeFunction(runner, 'softmaxCrossEntropy', {
  apply: (x, t) => F.softmaxCrossEntropy(x as Variable, t as Variable),
  inputs: [[4, 3], classes],
  reference: (x) => total(picked(x)) / 3,
  empty: false,
});
describeFunction(runner, 'softmaxCrossEntropy by the batch size, with weights', {
  apply: (x, t) =>
    F.softmaxCrossEntropy(x as Variable, t as Variable, {
      normalize: false,
      classWeight: xp.array([0.5, 2, 1.5], {
        dtype: (x as Variable).dtype,
        device: (x as Variable).array.device,
      }),
    }),
  inputs: [[4, 3], classes],
  reference: (x) => total(picked(x, [0.5, 2, 1.5])) / 4,
  empty: false,
});
describeFunction(runner, 'softmaxCrossEntropy of each', {
  apply: (x, t) => F.softmaxCrossEntropy(x as Variable, t as Variable, { reduce: 'no' }),
  inputs: [[4, 3], classes],
  reference: (x) => picked(x),
  empty: false,
});
describeFunction(runner, 'softmaxCrossEntropy of images', {
  apply: (x, t) => F.softmaxCrossEntropy(x as Variable, t as Variable, { ignoreLabel: 2 }),
  inputs: [[2, 3, 2], { shape: [2, 2], values: [1, 2, 0, 1], dtype: 'int32' }],
  reference: (x) => {
    const logp = logSoftmax(x).toArraySync() as number[][][];
    return (
      -((logp[0]?.[1]?.[0] as number) + (logp[1]?.[0]?.[0] as number) + (logp[1]?.[1]?.[1] as number)) / 3
    );
  },
  empty: false,
});
const shares = [0.2, 0.3, 0.5, 0.6, 0.3, 0.1];
const targets = (beside: xp.NdArray) =>
  xp.array(shares, { shape: [2, 3], dtype: beside.dtype, device: beside.device });
for (const softTargetLoss of ['cross-entropy', 'kl-divergence'] as const) {
  describeFunction(runner, `softmaxCrossEntropy of distributions, ${softTargetLoss}`, {
    apply: (x) => F.softmaxCrossEntropy(x as Variable, targets((x as Variable).array), { softTargetLoss }),
    inputs: [[2, 3]],
    reference: (x) => {
      const t = targets(x);
      const logp = logSoftmax(x);
      const each = xp.multiply(
        t,
        softTargetLoss === 'cross-entropy' ? xp.negative(logp) : xp.subtract(xp.log(xp.add(t, 1e-7)), logp),
      );
      return xp.divide(sum0(each), 2);
    },
    dtypes: ['float32', 'float64'],
    empty: false,
  });
}
for (const norm of ['L1', 'L2'] as const) {
  describeFunction(runner, `hinge, ${norm}`, {
    apply: (x, t) => F.hinge(x as Variable, t as Variable, { norm }),
    inputs: [
      { shape: [3, 2], avoid: [-1, 1] },
      { shape: [3], values: [0, 1, 1], dtype: 'int32' },
    ],
    reference: (x) => {
      const sign = xp.array(
        [
          [-1, 1],
          [1, -1],
          [1, -1],
        ],
        { dtype: 'float64', device: 'js' },
      );
      const d = xp.maximum(xp.add(xp.multiply(x, sign), 1), 0);
      return xp.divide(sum0(norm === 'L1' ? d : xp.square(d)), 3);
    },
    empty: false,
  });
}
describeFunction(runner, 'contrastive', {
  apply: (a, b, y) => F.contrastive(a as Variable, b as Variable, y as Variable, { margin: 3 }),
  inputs: [[4, 3], [4, 3], { shape: [4], values: [1, 0, 1, 0], dtype: 'int32' }],
  reference: (a, b) => {
    const squared = xp.sum(xp.square(xp.subtract(a, b)), { axis: 1 }).toArraySync() as number[];
    return total(squared.map((d, i) => (i % 2 === 0 ? d : Math.max(3 - Math.sqrt(d), 0) ** 2) / 2)) / 4;
  },
  empty: false,
});
describeFunction(runner, 'triplet', {
  apply: (a, p, n) => F.triplet(a as Variable, p as Variable, n as Variable, { margin: 9, reduce: 'no' }),
  inputs: [
    [3, 2],
    [3, 2],
    [3, 2],
  ],
  reference: (a, p, n) => {
    const d = (x: xp.NdArray) => xp.sum(xp.square(xp.subtract(a, x)), { axis: 1 });
    return xp.maximum(xp.add(xp.subtract(d(p), d(n)), 9), 0);
  },
  forward: { float16: { atol: 2e-2, rtol: 1e-2 } },
});
const centred = (x: xp.NdArray) => xp.subtract(x, xp.mean(x, { axis: 0, keepdims: true }));
describeFunction(runner, 'crossCovariance', {
  apply: (y, z) => F.crossCovariance(y as Variable, z as Variable),
  inputs: [
    [4, 2],
    [4, 3],
  ],
  reference: (y, z) => xp.divide(sum0(xp.square(xp.divide(xp.dot(centred(y).T, centred(z)), 4))), 2),
  empty: false,
});
describeFunction(runner, 'decov', {
  apply: (h) => F.decov(h as Variable, { reduce: 'no' }),
  inputs: [[4, 3]],
  reference: (h) => {
    const c = xp.divide(xp.dot(centred(h).T, centred(h)), 4).toArraySync() as number[][];
    return c.map((row, i) => row.map((v, j) => (i === j ? 0 : v)));
  },
  empty: false,
});

describe('softmaxCrossEntropy', () => {
  const x = new Variable(
    xp.array([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  );
  const t = xp.array([0, 3], { dtype: 'int32' });

  it('is zero where no label counts, and so is its gradient', () => {
    const none = xp.array([-1, -1], { dtype: 'int32' });
    const loss = F.softmaxCrossEntropy(x, none);
    expect(loss.itemSync()).toBe(0);
    expect(xp.absolute((grad([loss], [x])[0] as Variable).array).toArraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('neither overflows nor loses large scores', () => {
    const far = new Variable(
      xp.array([
        [1e4, 0],
        [0, 1e4],
      ]),
    );
    const loss = F.softmaxCrossEntropy(far, xp.array([0, 0], { dtype: 'int32' }), { reduce: 'no' });
    expect(xp.absolute(loss.array).toArraySync()).toEqual([0, 1e4]);
  });

  it('names a label out of range in debug mode', () => {
    const call = () => usingConfig('debug', true, () => F.softmaxCrossEntropy(x, t));
    expect(call).toThrow('[softmaxCrossEntropy] label 3 is out of range for 3 classes (ignoreLabel is -1)');
  });

  it('stays float32 in its gradient, whatever the labels are', () => {
    for (const dtype of ['int32', 'int64', 'uint8'] as const) {
      const loss = F.softmaxCrossEntropy(x, xp.array([0, 2], { dtype }), { normalize: false });
      expect((grad([loss], [x])[0] as Variable).dtype.name).toBe('float32');
    }
  });
});

describe('losses', () => {
  const x = new Variable(xp.ones([2, 3]));
  const t = xp.zeros([2], { dtype: 'int32' });

  it('contrastive has a finite gradient where both samples are one', () => {
    const loss = F.contrastive(x, xp.ones([2, 3]), t);
    expect(xp.absolute((grad([loss], [x])[0] as Variable).array).toArraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it.each<[string, () => unknown]>([
    [
      '[softmaxCrossEntropy] t must have the shape of x without axis 1: [2] != [3]',
      () => F.softmaxCrossEntropy(x, xp.zeros([3], { dtype: 'int32' })),
    ],
    [
      '[softmaxCrossEntropy] classWeight must be float32[3]',
      () => F.softmaxCrossEntropy(x, t, { classWeight: xp.ones([2]) }),
    ],
    [
      '[sigmoidCrossEntropy] x and t must have the same shape: [2,3] != [2]',
      () => F.sigmoidCrossEntropy(x, t),
    ],
    ['[sigmoidCrossEntropy] t must have an integer dtype, got float32', () => F.sigmoidCrossEntropy(x, x)],
    [
      '[meanSquaredError] x0 and x1 must have the same shape: [2,3] != [3,3]',
      () => F.meanSquaredError(x, xp.ones([3, 3])),
    ],
    ['[hinge] x has 2 samples but t 3 labels', () => F.hinge(x, xp.zeros([3], { dtype: 'int32' }))],
    ['[contrastive] y must have shape [2]', () => F.contrastive(x, x, xp.zeros([3], { dtype: 'int32' }))],
    [
      '[crossCovariance] y and z must have the same number of samples',
      () => F.crossCovariance(x, xp.ones([3, 3])),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(InvalidType);
    expect(call).toThrow(message);
  });

  it.each<[string, () => unknown]>([
    ["[hinge] norm must be 'L1' or 'L2', got 'L3'", () => F.hinge(x, t, { norm: 'L3' as 'L1' })],
    [
      "[huberLoss] reduce must be 'sum_along_second_axis' or 'no', got 'mean'",
      () => F.huberLoss(x, x, 1, { reduce: 'mean' as 'no' }),
    ],
    [
      "[gaussianNll] reduce must be 'sum' or 'mean' or 'no', got 'all'",
      () => F.gaussianNll(x, x, x, { reduce: 'all' as 'no' }),
    ],
    ['[triplet] margin must be positive, got 0', () => F.triplet(x, x, x, { margin: 0 })],
    [
      '[softmaxCrossEntropy] classWeight must be an NdArray, got a Variable; use its .array',
      () => F.softmaxCrossEntropy(x, t, { classWeight: x as unknown as xp.NdArray }),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(message);
  });
});
