import { describe, expect, it } from 'vitest';
import { type DType, float16, float32, float64 } from '../../internal.ts';
import { byPrecision, generator, type LayoutName, type Sides } from './sides.testing.ts';

const cases: readonly (readonly [readonly number[], number])[] = [
  [[5], 0],
  [[3, 10], 1],
  [[100, 10], 1],
  [[4, 33], 0],
  [[2, 5, 50], 1],
  [[3, 1], 1],
  [[0, 3], 1],
  [[64, 1000], 1],
  [[2, 3, 1, 70], 1],
];

const special = [1, -Infinity, 2, NaN, 0, 1, -Infinity, -Infinity, 5, 1e30, 0, 1];

/** `softmax`, its gradient and its statistics. */
export function softmaxTests({ wide, both, pair, outputs, difference }: Sides): void {
  describe.each([false, true])('softmax, of the logarithm: %s', (log) => {
    const check = async (d: DType, layout: LayoutName) => {
      const tolerance = log ? byPrecision(d, 2e-3, wide ? 2e-6 : 4e-6, 1e-14) : 1e-9;
      for (const [shape, axis] of cases) {
        const random = generator(shape.length);
        const x = pair(d, shape, () => (random() - 0.5) * 20, layout);
        const y = outputs(d, shape, layout);
        const gy = pair(d, shape, () => random() - 0.5);
        const gx = outputs(d, shape);
        both((on, k) => {
          on.kernels.softmax(x[k], y[k], axis, log);
          on.kernels.softmaxGrad(y[k], gy[k], gx[k], axis, log);
        });
        const text = `${d.name} ${shape} over ${axis}`;
        expect(await difference(y, 60, tolerance), text).toBeNull();
        expect(await difference(gx, 400, byPrecision(d, 1e-2, 1e-5, 1e-15)), `gradient, ${text}`).toBeNull();
      }
    };
    it('float32', () => check(float32, 'dense'));
    it('float32, transposed', () => check(float32, 'transposed'));
    it.runIf(wide)('float64', () => check(float64, 'dense'));
    it('float16', () => check(float16, 'reversed'));

    it('infinities and NaN; in place', async () => {
      const x = pair(float32, [4, 3], (i) => special[i]!);
      const y = outputs(float32, [4, 3]);
      both((on, k) => on.kernels.softmax(x[k], y[k], 1, log));
      expect(await difference(y, 8)).toBeNull();
      both((on, k) => on.kernels.softmax(x[k], x[k], 1, log));
      expect(await difference(x, 8)).toBeNull();
    });
  });

  describe('statistics of softmax', () => {
    const check = async (d: DType, layout: LayoutName) => {
      for (const [shape, axis] of cases) {
        const random = generator(shape.length);
        const x = pair(d, shape, () => (random() - 0.5) * 20, layout);
        const rest = shape.filter((_, i) => i !== axis);
        const [max, logSum] = [outputs(d, rest, layout), outputs(d, rest)];
        both(({ kernels }, k) => kernels.softmaxStatistics(x[k], max[k], logSum[k], axis));
        const text = `${d.name} ${shape} over ${axis}`;
        expect(await difference(max, 0), `greatest, ${text}`).toBeNull();
        expect(await difference(logSum, 60, byPrecision(d, 2e-3, 2e-6, 1e-15)), text).toBeNull();
      }
    };
    it('float32', () => check(float32, 'dense'));
    it('float32, transposed', () => check(float32, 'transposed'));
    it.runIf(wide)('float64', () => check(float64, 'every other'));
    it('float16', () => check(float16, 'reversed'));

    it('infinities and NaN', async () => {
      const x = pair(float32, [4, 3], (i) => special[i]!);
      const [max, logSum] = [outputs(float32, [4]), outputs(float32, [4])];
      both(({ kernels }, k) => kernels.softmaxStatistics(x[k], max[k], logSum[k], 1));
      expect(await difference(max)).toBeNull();
      expect(await difference(logSum)).toBeNull();
    });
  });
}
