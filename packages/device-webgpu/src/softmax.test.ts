import { type DType, float16, float32 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import {
  both,
  describeWebGpu,
  difference,
  generator,
  type LayoutName,
  outputs,
  pair,
} from './both.testing.ts';

const cases: readonly (readonly [readonly number[], number])[] = [
  [[5], 0],
  [[100, 10], 1],
  [[4, 33], 0],
  [[2, 5, 50], 1],
  [[3, 1], 1],
  [[0, 3], 1],
  [[64, 1000], 1],
  [[2, 3, 1, 70], 1],
];

describeWebGpu.each([false, true])('softmax agrees with js, of the logarithm: %s', (log) => {
  const check = async (d: DType, layout: LayoutName) => {
    for (const [shape, axis] of cases) {
      const random = generator(shape.length);
      const x = pair(d, shape, () => (random() - 0.5) * 20, layout);
      const y = outputs(d, shape, layout);
      const gy = pair(d, shape, () => random() - 0.5);
      const gx = outputs(d, shape);
      both((device, k) => {
        device.kernels.softmax(x[k], y[k], axis, log);
        device.kernels.softmaxGrad(y[k], gy[k], gx[k], axis, log);
      });
      const text = `${d.name} ${shape} over ${axis}`;
      expect(await difference(y, 60, log ? (d === float32 ? 4e-6 : 2e-3) : 1e-9), text).toBeNull();
      expect(await difference(gx, 400, d === float32 ? 1e-5 : 1e-2), `gradient, ${text}`).toBeNull();
    }
  };
  it('float32', () => check(float32, 'dense'));
  it('float32, transposed', () => check(float32, 'transposed'));
  it('float16', () => check(float16, 'reversed'));

  it('infinities and NaN; in place', async () => {
    const special = [1, -Infinity, 2, Number.NaN, 0, 1, -Infinity, -Infinity, 5, 1e30, 0, 1];
    const x = pair(float32, [4, 3], (i) => special[i]!);
    both((device, k) => device.kernels.softmax(x[k], x[k], 1, log));
    expect(await difference(x, 8)).toBeNull();
  });
});
