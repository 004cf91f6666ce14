import { dtypes, float32, IndexError, int8, int32, int64, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, layouts, outputs, pair } from './both.testing.ts';

describe('gather and scatter agree with js', () => {
  for (const d of dtypes) {
    it(d.name, () => {
      for (const [shape, axis] of [
        [[7], 0],
        [[5, 4], 0],
        [[5, 4], 1],
        [[2, 6, 3], 1],
        [[3, 2, 200], 1],
      ] as const) {
        const n = shape[axis]!;
        for (const indexType of [int32, int64, int8]) {
          const indices = pair(indexType, [2, 3], (i) => ((i * 5) % (2 * n)) - n, 'transposed');
          const out = [...shape.slice(0, axis), 2, 3, ...shape.slice(axis + 1)];
          layouts.forEach((layout) => {
            const x = pair(d, shape, (i) => i % 50, layout);
            const y = outputs(d, out, 'transposed');
            [js, cpu].forEach((device, k) => {
              device.kernels.gather(x[k]!, indices[k]!, axis, y[k]!);
            });
            expect(difference(y, 0), `gather ${d.name}[${shape}] ${layout}`).toBeNull();
          });
          for (const mode of ['set', 'add', 'max', 'min'] as const) {
            if (d.kind === 'c' && (mode === 'max' || mode === 'min')) continue;
            const x = pair(d, shape, (i) => i % 5, indexType === int32 ? 'dense' : 'transposed');
            const values = pair(d, indexType === int8 ? out.slice(1) : out, (i) => (i * 7) % 11, 'reversed');
            [js, cpu].forEach((device, k) => {
              device.kernels.scatter(x[k]!, indices[k]!, axis, values[k]!, mode);
            });
            expect(difference(x, 4), `scatter ${mode} ${d.name}[${shape}]`).toBeNull();
          }
        }
      }
    });
  }

  it('many rows, which threads share, still in order', () => {
    const x = pair(float32, [100, 650], () => 0);
    const indices = pair(int32, [900], (i) => (i * 13) % 100);
    const values = pair(float32, [900, 650], (i) => (i % 1000) / 7);
    for (const mode of ['add', 'set'] as const) {
      [js, cpu].forEach((device, k) => {
        device.kernels.scatter(x[k]!, indices[k]!, 0, values[k]!, mode);
      });
      expect(difference(x, 0), mode).toBeNull();
    }
  });

  it('an index outside is an IndexError, and nothing is written', () => {
    const x = pair(float32, [3, 2], (i) => i)[1];
    const indices = pair(int32, [2], (i) => i * 7)[1];
    const y = outputs(float32, [2, 2])[1];
    const message = 'index 7 is out of bounds for axis 0 with size 3';
    expect(() => cpu.kernels.gather(x, indices, 0, y)).toThrow(IndexError);
    expect(() => cpu.kernels.gather(x, indices, 0, y)).toThrow(`[gather] ${message}`);
    expect(() => cpu.kernels.scatter(x, indices, 0, y, 'add')).toThrow(`[scatter] ${message}`);
    expect(Array.from(x.storage.view(float32) as Float32Array)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
