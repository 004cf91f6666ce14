import { float32, int32 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import {
  both,
  describeWebGpu,
  difference,
  generator,
  layouts,
  outputs,
  pair,
  supported,
  values,
} from './both.testing.ts';

const cases: readonly (readonly [readonly number[], number])[] = [
  [[1], 0],
  [[50], 0],
  [[3, 70], 1],
  [[70, 3], 0],
  [[2, 33, 130], 1],
  [[3000], 0],
  [[4, 5, 6], 2],
  [[0, 3], 1],
];

describeWebGpu('along a line, as on js:', () => {
  for (const d of supported) {
    it(`extremes of ${d.name}`, async () => {
      for (const [which, [shape, axis]] of cases.entries()) {
        const random = generator(which);
        const x = pair(d, shape, () => Math.floor(random() * 20) - 10, layouts[which % 5]);
        const out = shape.filter((_, i) => i !== axis);
        for (const op of ['max', 'min'] as const) {
          const y = outputs(int32, out, out.length ? 'transposed' : 'dense');
          both((device, k) => device.kernels.argreduce(op, x[k], y[k], axis));
          expect(await difference(y, 0), `${op} ${d.name}[${shape}] over ${axis}`).toBeNull();
        }
      }
    });

    it(`running combinations of ${d.name}`, async () => {
      for (const [which, [shape, axis]] of cases.entries()) {
        const random = generator(which);
        // js rounds the half types after every step, one after another: long sums differ.
        if (d.itemsize === 2 && d.kind === 'f' && shape[axis]! > 70) continue;
        for (const op of ['add', 'multiply', 'maximum', 'minimum'] as const) {
          const x = pair(d, shape, () => Math.floor(random() * 4) - 2, layouts[which % 5]);
          const y = outputs(d, shape, layouts[(which + 1) % 4]);
          both((device, k) => device.kernels.scan(op, x[k], y[k], axis));
          expect(await difference(y, 4), `${op} ${d.name}[${shape}] over ${axis}`).toBeNull();
        }
      }
    });

    it(`sorting ${d.name}`, async () => {
      for (const [which, [shape, axis]] of cases.entries()) {
        const random = generator(which);
        const value = () => (random() < 0.05 ? Number.NaN : Math.floor(random() * 200) - 100);
        const x = pair(
          d,
          shape,
          d.kind === 'f' ? value : () => Math.floor(random() * 50),
          layouts[which % 5],
        );
        const y = outputs(d, shape, layouts[(which + 1) % 4]);
        const order = outputs(int32, shape, layouts[(which + 2) % 4]);
        both((device, k) => {
          device.kernels.sort(x[k], y[k], axis);
          device.kernels.argsort(x[k], order[k], axis);
        });
        expect(await difference(y, 0), `${d.name}[${shape}] over ${axis}`).toBeNull();
        expect(await difference(order, 0), `order of ${d.name}[${shape}] over ${axis}`).toBeNull();
      }
    });
  }

  it('the first NaN wins', async () => {
    for (const shape of [
      [100, 1],
      [1, 100],
    ]) {
      const x = pair(float32, shape, (i) => (i === 41 || i === 77 ? Number.NaN : i));
      const y = outputs(int32, [1]);
      both((device, k) => device.kernels.argreduce('max', x[k], y[k], shape[0] === 1 ? 1 : 0));
      expect(await values(y[1])).toEqual([41]);
    }
  });
});
