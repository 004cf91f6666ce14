import { describe, expect, it } from 'vitest';
import { type DType, float16, float32, float64 } from '../../internal.ts';
import { byPrecision, generator, type LayoutName, type Sides } from './sides.testing.ts';

/** Shapes, and numbers of groups. */
const cases: readonly (readonly [readonly number[], number])[] = [
  [[3, 5], 1],
  [[70, 1100], 1],
  [[2, 6], 3],
  [[40, 4, 3], 2],
  [[3, 8, 5, 7], 8],
  [[2, 4, 33, 40], 1],
  [[1, 2, 1], 2],
  [[0, 4], 2],
];

/** Normalization of groups, and its gradients. */
export function groupNormalizationTests({ wide, both, pair, outputs, difference }: Sides): void {
  async function check(d: DType, layout: LayoutName, offset: number): Promise<void> {
    for (const [shape, groups] of cases) {
      const [n, c] = shape as [number, number];
      const random = generator(c);
      const value = () => random() - 0.5;
      const x = pair(d, shape, () => value() + offset, layout);
      const gy = pair(d, shape, value, layout);
      const gamma = pair(d, [c], () => random() + 0.5, layout);
      const beta = pair(d, [c], value);
      const [y, gx] = [outputs(d, shape, layout), outputs(d, shape, layout)];
      const [mean, invStd] = [outputs(d, [n, groups], layout), outputs(d, [n, groups])];
      const [ggamma, gbeta] = [outputs(d, [c]), outputs(d, [c], layout)];
      both(({ kernels }, k) => {
        kernels.groupNormalization(x[k], gamma[k], beta[k], y[k], mean[k], invStd[k], 1e-3);
        const gradients = [gx[k], ggamma[k], gbeta[k]] as const;
        kernels.groupNormalizationGrad(x[k], gamma[k], mean[k], invStd[k], gy[k], ...gradients);
      });
      const tolerance = byPrecision(d, 5e-2, wide ? 3e-5 : 5e-5, 1e-12) * (1 + offset);
      for (const [name, result] of Object.entries({ y, mean, invStd, gx, ggamma, gbeta })) {
        const text = `${name}, ${d.name}[${shape}] in ${groups}`;
        expect(await difference(result, 100, tolerance), text).toBeNull();
      }
    }
  }

  describe('normalization of groups and its gradients', () => {
    it('float32', () => check(float32, 'dense', 0));
    it('float32, transposed', () => check(float32, 'transposed', 0));
    it('float32 far from zero', () => check(float32, 'dense', 10));
    it.runIf(wide)('float64', () => check(float64, 'every other', 0));
    it('float16', () => check(float16, 'reversed', 0));

    it('numbers that are none stay in their group', async () => {
      const x = pair(float32, [2, 4, 3], (i) => (i === 1 ? Number.NaN : i === 13 ? -Infinity : i));
      const [gamma, beta] = [pair(float32, [4], () => 1), pair(float32, [4], () => 0)];
      const y = outputs(float32, [2, 4, 3]);
      const [mean, invStd] = [outputs(float32, [2, 2]), outputs(float32, [2, 2])];
      both(({ kernels }, k) =>
        kernels.groupNormalization(x[k], gamma[k], beta[k], y[k], mean[k], invStd[k], 1e-3),
      );
      for (const result of [y, invStd]) expect(await difference(result, 20, 1e-5)).toBeNull();
    });
  });
}
