import '../../core/install.ts';
import * as xp from '@chainer/xp';
import { describe, it } from 'vitest';
import type { Variable } from '../../core/variable.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { groupNormalization } from './group-normalization.ts';
import { layerNormalization } from './layer-normalization.ts';

const runner = { describe, it };
const loose = { float16: { atol: 6e-2, rtol: 6e-2 } };

function normalized(x: xp.NdArray, axis: number, eps: number): xp.NdArray {
  const middle = x.sub(xp.mean(x, { axis, keepdims: true }));
  const variance = xp.mean(middle.mul(middle), { axis, keepdims: true });
  return middle.div(xp.sqrt(variance.add(eps)));
}

describeFunction(runner, 'layerNormalization', {
  apply: (x, gamma, beta) =>
    layerNormalization(x as Variable, gamma as Variable, beta as Variable, { eps: 0.1 }),
  inputs: [[3, 5], [5], [5]],
  reference: (x, gamma, beta) => normalized(x, 1, 0.1).mul(gamma).add(beta),
  backward: loose,
  doubleBackward: loose,
});
describeFunction(runner, 'groupNormalization', {
  apply: (x, gamma, beta) =>
    groupNormalization(x as Variable, 2, gamma as Variable, beta as Variable, { eps: 0.1 }),
  inputs: [[2, 4, 3], [4], [4]],
  reference: (x, gamma, beta) =>
    normalized(x.reshape([x.shape[0] as number, 2, 6]), 2, 0.1)
      .reshape(x.shape)
      .mul(gamma.reshape([1, 4, 1]))
      .add(beta.reshape([1, 4, 1])),
  backward: loose,
  doubleBackward: loose,
});
