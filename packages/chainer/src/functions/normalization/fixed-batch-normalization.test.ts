import * as xp from '@chainer/xp';
import { describe, it } from 'vitest';
import type { Variable } from '../../core/install.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { fixedBatchNormalization } from './fixed-batch-normalization.ts';

describeFunction({ describe, it }, 'fixedBatchNormalization', {
  apply: (x, gamma, beta, mean, variance) =>
    fixedBatchNormalization(
      x as Variable,
      gamma as Variable,
      beta as Variable,
      mean as Variable,
      variance as Variable,
      { eps: 0.1 },
    ),
  inputs: [[3, 2, 4], [2], [2], [2], { shape: [2], low: 0.5, high: 2 }],
  dtypes: ['float32', 'float64'],
  empty: false,
  reference: (x, gamma, beta, mean, variance) => {
    const wide = (v: xp.NdArray) => v.reshape([1, 2, 1]);
    return x
      .sub(wide(mean as xp.NdArray))
      .div(xp.sqrt(wide(variance as xp.NdArray).add(0.1)))
      .mul(wide(gamma as xp.NdArray))
      .add(wide(beta as xp.NdArray));
  },
});
