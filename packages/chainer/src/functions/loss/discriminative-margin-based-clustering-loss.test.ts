import { array, ones, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { discriminativeMarginBasedClusteringLoss as loss } from './discriminative-margin-based-clustering-loss.ts';

// Two images of 1×3 pixels, two instances at most; pixel 2 of the first is background.
const labels = [[[1, 1, 0]], [[2, 1, 2]]];

describe.each([1, 2] as const)('with norm %i', (norm) => {
  const weights = { norm, alpha: 0.5, beta: 2, gamma: 0.1 };
  const length = (v: readonly number[]) =>
    norm === 1 ? v.reduce((s, a) => s + Math.abs(a), 0) : Math.hypot(...v);

  describeFunction({ describe, it }, 'discriminativeMarginBasedClusteringLoss', {
    apply: (x) => {
      const t = array(labels, { dtype: 'int32', device: (x as Variable).array.device });
      return loss(x as Variable, t, 0.1, 2, 2, weights);
    },
    inputs: [
      { shape: [2, 2, 1, 3], values: [0.3, 1.2, -0.4, 0.7, -0.9, 1.5, 1.1, -0.6, 0.2, 0.45, -1.4, 1.9] },
    ],
    outputs: 3,
    empty: false,
    reference: (x) => {
      const v = hostNumbers(x);
      const pixel = (n: number, p: number) => [v[n * 6 + p] as number, v[n * 6 + 3 + p] as number];
      const difference = (a: readonly number[], b: readonly number[]) =>
        a.map((u, i) => u - (b[i] as number));
      const members = (n: number, c: number) =>
        [0, 1, 2].filter((p) => labels[n]?.[0]?.[p] === c).map((p) => pixel(n, p));
      const mean = (n: number, c: number) => {
        const own = members(n, c);
        return [0, 1].map((i) => own.reduce((s, p) => s + (p[i] as number), 0) / Math.max(1, own.length));
      };
      let [variance, distance, size] = [0, 0, 0];
      for (const c of [1, 2]) {
        const count = members(0, c).length + members(1, c).length;
        for (const n of [0, 1]) {
          for (const p of members(n, c))
            variance += Math.max(length(difference(mean(n, c), p)) - 0.1, 0) ** 2 / count / 2;
        }
        // The norm of an instance goes over its means in all images at once.
        size += length([...mean(0, c), ...mean(1, c)]) / 4;
      }
      for (const n of [0, 1])
        distance += Math.max(4 - length(difference(mean(n, 1), mean(n, 2))), 0) ** 2 / 2;
      return [0.5 * variance, 2 * distance, 0.1 * size].map((s) =>
        array(s, { dtype: 'float64', device: 'js' }),
      );
    },
  });
});

describe('discriminativeMarginBasedClusteringLoss', () => {
  it('has finite gradients where pixels coincide', () => {
    const x = new Variable(ones([1, 2, 2, 2]));
    const [variance, distance, size] = loss(x, zeros([1, 2, 2], { dtype: 'int32' }), 0.5, 1.5, 2, {
      norm: 2,
    });
    variance.add(distance).add(size).backward();
    expect(hostNumbers((x.grad ?? ones([1])) as never).every((g) => g === 0)).toBe(true);
  });

  it('names what does not fit', () => {
    const t = zeros([1, 2, 2], { dtype: 'int32' });
    expect(() => loss(ones([1, 3, 2, 2]), t, 0.5, 1.5, 2)).toThrow(InvalidType);
    expect(() => loss(ones([1, 3, 2, 2]), t, 0.5, 1.5, 2)).toThrow(
      'embeddings have 3 channels but maxEmbeddingDim is 2',
    );
    expect(() => loss(ones([1, 2, 2, 2]), t, 0.5, 1.5, 2, { norm: 3 as never })).toThrow(
      'norm must be 1 or 2, got 3',
    );
  });
});
