import * as xp from '@chainer/xp';
import { array, type NdArray, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { decorrelatedBatchNormalization } from './decorrelated-batch-normalization.ts';
import { fixedDecorrelatedBatchNormalization } from './fixed-decorrelated-batch-normalization.ts';

const beside = { dtype: 'float64', device: 'js' } as const;

/** Root of a symmetric 2×2 matrix, by its trace and determinant. */
function root(a: number, b: number, d: number): [number, number, number] {
  const s = Math.sqrt(a * d - b * b);
  const t = Math.sqrt(a + d + 2 * s);
  return [(a + s) / t, b / t, (d + s) / t];
}

/** Both groups of two channels whitened; `[N, 4]`. */
function whitened(x: NdArray, eps: number): NdArray {
  const n = x.shape[0] as number;
  const v = hostNumbers(x);
  const y = new Float64Array(n * 4);
  for (const first of [0, 2]) {
    const column = (c: number) => Array.from({ length: n }, (_, i) => v[i * 4 + first + c] as number);
    const centred = [0, 1].map((c) => {
      const mean = column(c).reduce((a, b) => a + b, 0) / n;
      return column(c).map((value) => value - mean);
    }) as [number[], number[]];
    const moment = (p: number[], q: number[]) => p.reduce((a, u, i) => a + u * (q[i] as number), 0) / n;
    const [a, b, d] = root(
      moment(centred[0], centred[0]) + eps,
      moment(centred[0], centred[1]),
      moment(centred[1], centred[1]) + eps,
    );
    const det = a * d - b * b;
    for (let i = 0; i < n; i++) {
      const [p, q] = [centred[0][i] as number, centred[1][i] as number];
      y[i * 4 + first] = (d * p - b * q) / det;
      y[i * 4 + first + 1] = (a * q - b * p) / det;
    }
  }
  return array(y, { shape: [n, 4], device: 'js' });
}

describeFunction({ describe, it }, 'decorrelatedBatchNormalization', {
  apply: (x) => decorrelatedBatchNormalization(x, { groups: 2, eps: 0.1 }),
  inputs: [[5, 4]],
  empty: false,
  reference: (x) => whitened(x, 0.1),
});

describeFunction({ describe, it }, 'fixedDecorrelatedBatchNormalization', {
  apply: (x, mean, projection) => fixedDecorrelatedBatchNormalization(x, mean, projection, { groups: 2 }),
  inputs: [
    [3, 4, 2],
    [2, 2],
    [2, 2, 2],
  ],
  empty: false,
  reference: (x, mean, projection) => {
    const groups = x.sub(mean.reshape([1, 4, 1])).reshape([3, 2, 2, 2]);
    return xp.einsum('gij,ngjm->ngim', projection, groups).reshape([3, 4, 2]);
  },
});

describe('decorrelatedBatchNormalization', () => {
  it('whitens nearly singular channels, too', () => {
    const base = array([[1, 2, 3, -4, 0, 7, -9, 0]], beside);
    const x = xp
      .concatenate([base, base.mul(2).add(array([[0, 1, 0, -1, 1, 0, -1, 0]], beside).mul(1e-3))])
      .transpose();
    const y = decorrelatedBatchNormalization(x, { groups: 1, eps: 0 }).array;
    const covariance = hostNumbers(y.transpose().matmul(y).div(8));
    for (const [k, v] of [1, 0, 0, 1].entries()) expect(covariance[k]).toBeCloseTo(v, 6);
  });

  it('updates running statistics in place', () => {
    const runningMean = xp.zeros([1, 2], beside);
    const runningProjection = xp.zeros([1, 2, 2], beside);
    const x = array(
      [
        [3, 1],
        [-1, 1],
        [1, 3],
        [1, -1],
      ],
      beside,
    );
    decorrelatedBatchNormalization(x, { groups: 1, eps: 0, runningMean, runningProjection, decay: 0.75 });
    expect(hostNumbers(runningMean)).toEqual(Float64Array.of(0.25, 0.25));
    // The covariance is 2 I, so the projection is I / √2, times 4/3 for samples.
    const expected = [1, 0, 0, 1].map((v) => ((0.25 * 4) / 3) * v * Math.SQRT1_2);
    for (const [k, v] of hostNumbers(runningProjection).entries())
      expect(v).toBeCloseTo(expected[k] as number, 9);
  });

  it('names channels that do not divide', () => {
    expect(() => decorrelatedBatchNormalization(ones([2, 3]), { groups: 2 })).toThrow(InvalidType);
    expect(() => decorrelatedBatchNormalization(ones([2, 3]), { groups: 2 })).toThrow(
      'x has 3 channels, which do not divide into 2 groups',
    );
    expect(() =>
      fixedDecorrelatedBatchNormalization(ones([2, 4]), ones([2, 2]), ones([2, 2, 3]), { groups: 2 }),
    ).toThrow('projection must have shape [2,2,2], got [2,2,3]');
  });
});
