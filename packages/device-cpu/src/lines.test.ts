import { dtypes, int32, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, layouts, outputs, pair } from './both.testing.ts';

const cases: readonly (readonly [readonly number[], number])[] = [
  [[1], 0],
  [[50], 0],
  [[3, 70], 1],
  [[70, 3], 0],
  [[2, 33, 300], 1],
  [[4, 5, 6], 2],
  [[0, 3], 1],
];

describe('argreduce agrees with js', () => {
  for (const d of dtypes) {
    it(d.name, () => {
      cases.forEach(([shape, axis], which) => {
        const random = generator(which);
        const x = pair(
          d,
          shape,
          () => Math.floor(random() * 20) - (d.kind === 'u' ? 0 : 10),
          layouts[which % 5],
        );
        const out = shape.filter((_, i) => i !== axis);
        for (const op of ['max', 'min'] as const) {
          const y = outputs(int32, out, out.length ? 'transposed' : 'dense');
          [js, cpu].forEach((device, k) => {
            device.kernels.argreduce(op, x[k]!, y[k]!, axis);
          });
          expect(difference(y, 0), `${op} ${d.name}[${shape}] over ${axis}`).toBeNull();
        }
      });
    });
  }

  it('the first NaN wins', () => {
    for (const shape of [
      [100, 1],
      [1, 100],
    ]) {
      const axis = shape[0] === 1 ? 1 : 0;
      const x = pair(dtypes[11]!, shape, (i) => (i === 41 || i === 77 ? NaN : i));
      const y = outputs(int32, [1]);
      cpu.kernels.argreduce('max', x[1], y[1], axis);
      expect(y[1].storage.view(int32)[0]).toBe(41);
    }
  });
});

describe('scan agrees with js', () => {
  for (const d of dtypes) {
    it(d.name, () => {
      cases.forEach(([shape, axis], which) => {
        const random = generator(which);
        for (const op of ['add', 'multiply', 'maximum', 'minimum'] as const) {
          if (d.kind === 'c' && op !== 'add') continue;
          const x = pair(
            d,
            shape,
            () => Math.floor(random() * 4) - (d.kind === 'u' ? 0 : 2),
            layouts[which % 5],
          );
          const y = outputs(d, shape, layouts[(which + 1) % 4]);
          [js, cpu].forEach((device, k) => {
            device.kernels.scan(op, x[k]!, y[k]!, axis);
          });
          expect(difference(y, 4), `${op} ${d.name}[${shape}] over ${axis}`).toBeNull();
        }
      });
    });
  }
});
