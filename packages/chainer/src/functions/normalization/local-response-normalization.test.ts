import { array, ones } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { localResponseNormalization } from './local-response-normalization.ts';

for (const n of [1, 4, 5, 21]) {
  describeFunction({ describe, it }, `localResponseNormalization over ${n} channels`, {
    apply: (x) => localResponseNormalization(x, { n, k: 1, alpha: 0.3, beta: 0.6 }),
    inputs: [[2, 6, 3]],
    reference: (x) => {
      const v = hostNumbers(x);
      const half = Math.floor(n / 2);
      const y = v.map((value, at) => {
        const [c, sample] = [Math.floor(at / 3) % 6, Math.floor(at / 18)];
        let sum = 0;
        for (let j = Math.max(0, c - half); j <= Math.min(5, c + half); j++)
          sum += (v[(sample * 6 + j) * 3 + (at % 3)] as number) ** 2;
        return value / (1 + 0.3 * sum) ** 0.6;
      });
      return array(y, { shape: x.shape, device: 'js' });
    },
  });
}

describe('localResponseNormalization', () => {
  it('needs channels', () => {
    expect(() => localResponseNormalization(ones([3]))).toThrow('x must have at least 2 axes (N, C), got 1');
  });
});
