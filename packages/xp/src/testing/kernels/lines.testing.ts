import { describe, expect, it } from 'vitest';
import { float32, int32 } from '../../internal.ts';
import { generator, layouts, type Sides } from './sides.testing.ts';

const cases: readonly (readonly [readonly number[], number])[] = [
  [[1], 0],
  [[50], 0],
  [[3, 70], 1],
  [[70, 3], 0],
  [[2, 33, 300], 1],
  [[2, 33, 130], 1],
  [[3000], 0],
  [[4, 5, 6], 2],
  [[0, 3], 1],
];

/** `argreduce` and `scan`. */
export function lineTests({ dtypes, both, pair, outputs, difference, values }: Sides): void {
  describe('argreduce', () => {
    for (const d of dtypes) {
      it(d.name, async () => {
        for (const [which, [shape, axis]] of cases.entries()) {
          const random = generator(which);
          const value = () => Math.floor(random() * 20) - (d.kind === 'u' ? 0 : 10);
          const x = pair(d, shape, value, layouts[which % 5]);
          const out = shape.filter((_, i) => i !== axis);
          for (const op of ['max', 'min'] as const) {
            const y = outputs(int32, out, out.length ? 'transposed' : 'dense');
            both((device, k) => device.kernels.argreduce(op, x[k], y[k], axis));
            expect(await difference(y, 0), `${op} ${d.name}[${shape}] over ${axis}`).toBeNull();
          }
        }
      });
    }

    it('the first NaN wins', async () => {
      for (const shape of [
        [100, 1],
        [1, 100],
      ]) {
        for (const op of ['max', 'min'] as const) {
          const x = pair(float32, shape, (i) => (i === 41 || i === 77 ? NaN : i));
          const y = outputs(int32, [1]);
          both((device, k) => device.kernels.argreduce(op, x[k], y[k], shape[0] === 1 ? 1 : 0));
          expect(await values(y[1])).toEqual([41]);
        }
      }
    });
  });

  describe('scan', () => {
    for (const d of dtypes) {
      it(d.name, async () => {
        for (const [which, [shape, axis]] of cases.entries()) {
          // js rounds the half types after every step, one after another: long sums differ.
          if (d.itemsize === 2 && d.kind === 'f' && shape[axis]! > 70) continue;
          const random = generator(which);
          for (const op of ['add', 'multiply', 'maximum', 'minimum'] as const) {
            if (d.kind === 'c' && op !== 'add') continue;
            const value = () => Math.floor(random() * 4) - (d.kind === 'u' ? 0 : 2);
            const x = pair(d, shape, value, layouts[which % 5]);
            const y = outputs(d, shape, layouts[(which + 1) % 4]);
            both((device, k) => device.kernels.scan(op, x[k], y[k], axis));
            expect(await difference(y, 4), `${op} ${d.name}[${shape}] over ${axis}`).toBeNull();
          }
        }
      });
    }
  });
}
