import { describe, expect, it } from 'vitest';
import { type DType, float16, float32, float64 } from '../../internal.ts';
import { byPrecision, generator, type LayoutName, type Sides } from './sides.testing.ts';

const cases: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[20, 5], [1]],
  [[100, 130], [1]],
  [[3, 4, 5, 6], [1]],
  [[4, 2, 33, 40], [1]],
  [
    [6, 3, 4],
    [1, 2],
  ],
  [
    [6, 3, 4],
    [0, 2],
  ],
  [[30, 4], [0]],
];

/** Batch normalization, with statistics of the batch and with given ones, and its gradients. */
export function normalizationTests({ wide, both, pair, outputs, difference, values }: Sides): void {
  async function check(d: DType, layout: LayoutName, offset: number): Promise<void> {
    for (const [shape, axes] of cases) {
      const kept = axes.map((a) => shape[a]!);
      const random = generator(shape[0]!);
      const value = () => random() - 0.5;
      const x = pair(d, shape, () => value() + offset, layout);
      const gy = pair(d, shape, value, layout);
      const gamma = pair(d, kept, () => random() + 0.5);
      const beta = pair(d, kept, value);
      const y = outputs(d, shape, layout);
      const fixed = outputs(d, shape, layout);
      const gx = outputs(d, shape, layout);
      const [mean, variance, invStd] = [outputs(d, kept), outputs(d, kept), outputs(d, kept)];
      const [ggamma, gbeta] = [outputs(d, kept), outputs(d, kept)];
      both(({ kernels }, k) => {
        const statistics = [mean[k], variance[k], invStd[k]] as const;
        kernels.batchNormalization(x[k], gamma[k], beta[k], y[k], ...statistics, axes, 1e-4);
        kernels.fixedBatchNormalization(x[k], gamma[k], beta[k], mean[k], variance[k], fixed[k], axes, 1e-4);
        const gradients = [gx[k], ggamma[k], gbeta[k]] as const;
        kernels.batchNormalizationGrad(x[k], gamma[k], mean[k], invStd[k], gy[k], ...gradients, axes);
      });
      const tolerance = byPrecision(d, 3e-2, wide ? 2e-5 : 3e-5, 1e-12) * (1 + offset);
      for (const [name, result] of Object.entries({ y, fixed, mean, variance, invStd, gx, ggamma, gbeta })) {
        const text = `${name}, ${d.name}[${shape}] kept ${axes}`;
        expect(await difference(result, 100, tolerance), text).toBeNull();
      }
    }
  }

  describe('batch normalization and its gradients', () => {
    it('float32', () => check(float32, 'dense', 0));
    it('float32, transposed', () => check(float32, 'transposed', 0));
    it('float32 far from zero', () => check(float32, 'dense', 10));
    it.runIf(wide)('float64', () => check(float64, 'dense', 0));
    it('float16', () => check(float16, 'reversed', 0));

    it('an infinite number makes the variance NaN, also where channels are not neighbours', async () => {
      for (const shape of [
        [4, 3],
        [2, 3, 5],
      ]) {
        const x = pair(float32, shape, (i) => (i === 1 ? -Infinity : i));
        const [gamma, beta] = [pair(float32, [3], () => 1), pair(float32, [3], () => 0)];
        const y = outputs(float32, shape);
        const [mean, variance, invStd] = [0, 1, 2].map(() => outputs(float32, [3])) as [
          typeof x,
          typeof x,
          typeof x,
        ];
        both(({ kernels }, k) => {
          const statistics = [mean[k], variance[k], invStd[k]] as const;
          kernels.batchNormalization(x[k], gamma[k], beta[k], y[k], ...statistics, [1], 1e-4);
        });
        expect((await values(variance[0])).filter(Number.isNaN)).toHaveLength(1);
        for (const result of [mean, variance, invStd]) expect(await difference(result)).toBeNull();
      }
    });
  });
}
