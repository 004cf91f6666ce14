import * as xp from '@chainer/xp';
import { array, type NdArray } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import type { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { batchNormalization } from './batch-normalization.ts';
import { batchRenormalization } from './batch-renormalization.ts';
import { fixedBatchRenormalization } from './fixed-batch-renormalization.ts';

const running = (x: { array: NdArray }) => {
  const beside = { dtype: x.array.dtype, device: x.array.device };
  return { runningMean: array([0.2, -0.1], beside), runningVar: array([0.5, 3], beside) };
};

// Outside of the bounds r and d are constants, so that the differences see the gradient.
describeFunction({ describe, it }, 'batchRenormalization at its bounds', {
  apply: (x, gamma, beta) =>
    batchRenormalization(
      x as Variable,
      gamma as Variable,
      beta as Variable,
      1.001,
      0.001,
      running(x as Variable),
    ),
  inputs: [{ shape: [4, 2, 2], low: 1 }, [2], [2]],
  dtypes: ['float32', 'float64'],
  empty: false,
  reference: (x, gamma, beta) => {
    const axis = [0, 2];
    const mean = xp.mean(x, { axis, keepdims: true });
    const variance = xp.var_(x, { axis, keepdims: true });
    const sigma = xp.sqrt(array([0.5, 3], { dtype: 'float64', device: 'js' }).add(2e-5)).reshape([1, 2, 1]);
    const std = xp.sqrt(variance.add(2e-5));
    const r = xp.clip(std.div(sigma), 1 / 1.001, 1.001);
    const before = array([0.2, -0.1], { dtype: 'float64', device: 'js' }).reshape([1, 2, 1]);
    const d = xp.clip(mean.sub(before).div(sigma), -0.001, 0.001);
    return x
      .sub(mean)
      .div(std)
      .mul(r)
      .add(d)
      .mul(gamma.reshape([1, 2, 1]))
      .add(beta.reshape([1, 2, 1]));
  },
});

describe('batchRenormalization', () => {
  const x = array([
    [1, 10],
    [3, 30],
    [8, 20],
  ]);
  const [gamma, beta] = [array([2, 0.5]), array([1, -1])];

  it('is batch normalization for rmax 1 and dmax 0', () => {
    const y = batchRenormalization(x, gamma, beta, 1, 0, running({ array: x })).array;
    const expected = hostNumbers(batchNormalization(x, gamma, beta).array);
    for (const [k, v] of hostNumbers(y).entries()) expect(v).toBeCloseTo(expected[k] as number, 5);
  });

  it('normalizes by the running statistics within the bounds', () => {
    const y = batchRenormalization(x, gamma, beta, 1e6, 1e6, { ...running({ array: x }), eps: 0 }).array;
    const expected = [
      [2 * ((1 - 0.2) / Math.sqrt(0.5)) + 1, 0.5 * ((10 + 0.1) / Math.sqrt(3)) - 1],
      [2 * ((3 - 0.2) / Math.sqrt(0.5)) + 1, 0.5 * ((30 + 0.1) / Math.sqrt(3)) - 1],
      [2 * ((8 - 0.2) / Math.sqrt(0.5)) + 1, 0.5 * ((20 + 0.1) / Math.sqrt(3)) - 1],
    ].flat();
    for (const [k, v] of hostNumbers(y).entries()) expect(v).toBeCloseTo(expected[k] as number, 4);
  });

  it('updates the running statistics only when asked', () => {
    const statistics = running({ array: x });
    batchRenormalization(x, gamma, beta, 3, 3, { ...statistics, decay: 0.5 });
    expect(hostNumbers(statistics.runningMean)[0]).toBeCloseTo(0.2);
    batchRenormalization(x, gamma, beta, 3, 3, { ...statistics, decay: 0.5, updateStatistics: true });
    expect(hostNumbers(statistics.runningMean)[0]).toBeCloseTo(0.5 * 0.2 + 0.5 * 4);
    // Variances are those of samples: 13 = ((1-4)² + (3-4)² + (8-4)²) / 2.
    expect(hostNumbers(statistics.runningVar)[0]).toBeCloseTo(0.5 * 0.5 + 0.5 * 13);
  });

  it('names what is missing', () => {
    expect(() => batchRenormalization(x, gamma, beta, 1, 0)).toThrow(
      '[batchRenormalization] runningMean is required',
    );
    expect(() => batchRenormalization(x, array([1]), beta, 1, 0, running({ array: x }))).toThrow(InvalidType);
  });
});

describe('fixedBatchRenormalization', () => {
  it('normalizes by the given statistics', () => {
    const y = fixedBatchRenormalization(array([[3]]), array([2]), array([1]), array([1]), array([4]), {
      eps: 0,
    });
    expect(y.array.toArraySync()).toEqual([[3]]);
  });
});
