import { type DType, float16, float32, float64, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, type LayoutName, outputs, pair } from './both.testing.ts';

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

describe.each([false, true])('softmax, of the logarithm: %s', (log) => {
  const check = (d: DType, layout: LayoutName) => {
    for (const [shape, axis] of cases) {
      const random = generator(shape.length);
      const x = pair(d, shape, () => (random() - 0.5) * 20, layout);
      const y = outputs(d, shape, layout);
      const gy = pair(d, shape, () => random() - 0.5);
      const gx = outputs(d, shape);
      [js, cpu].forEach((device, k) => {
        device.kernels.softmax(x[k]!, y[k]!, axis, log);
        device.kernels.softmaxGrad(y[k]!, gy[k]!, gx[k]!, axis, log);
      });
      expect(
        difference(y, 60, log ? (d === float64 ? 1e-14 : d === float32 ? 2e-6 : 2e-3) : 1e-9),
        `${d.name} ${shape} over ${axis}`,
      ).toBeNull();
      expect(
        difference(gx, 400, d === float64 ? 1e-15 : d === float32 ? 1e-5 : 1e-2),
        `gradient, ${d.name} ${shape} over ${axis}`,
      ).toBeNull();
    }
  };
  it('float32', () => check(float32, 'dense'));
  it('float32, transposed', () => check(float32, 'transposed'));
  it('float64', () => check(float64, 'dense'));
  it('float16', () => check(float16, 'reversed'));
  it('infinities and NaN', () => {
    const x = pair(
      float32,
      [4, 3],
      (i) => [1, -Infinity, 2, NaN, 0, 1, -Infinity, -Infinity, 5, 1e30, 0, 1][i]!,
    );
    const y = outputs(float32, [4, 3]);
    js.kernels.softmax(x[0], y[0], 1, log);
    cpu.kernels.softmax(x[1], y[1], 1, log);
    expect(difference(y, 8)).toBeNull();
  });
});
