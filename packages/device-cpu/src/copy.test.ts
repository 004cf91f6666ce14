import { complex64, complex128, dtypes, float16, float32, int8, js, NdArray } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, layouts, outputs, pair, values } from './both.testing.ts';

const shapes: readonly (readonly number[])[] = [
  [],
  [5],
  [3, 4],
  [100, 90],
  [5, 6, 7],
  [64, 3, 40],
  [0, 4],
  [2, 1, 3, 50],
];

describe('copy', () => {
  for (const from of dtypes) {
    it(`from ${from.name} to every dtype`, () => {
      dtypes.forEach((to, which) => {
        if (from.kind === 'c' && to.kind !== 'c') return;
        const shape = shapes[which % shapes.length]!;
        const random = generator(which);
        const x = pair(
          from,
          shape,
          () => Math.floor((random() - (to.kind === 'u' || from.kind === 'u' ? 0 : 0.5)) * 100),
          layouts[shape.length ? which % layouts.length : 0],
        );
        const y = outputs(to, shape, shape.length ? layouts[(which + 1) % 4] : 'dense');
        js.kernels.copy(x[0], y[0]);
        cpu.kernels.copy(x[1], y[1]);
        expect(difference(y, 1), `${from.name} to ${to.name}`).toBeNull();
      });
    });
  }

  it('same dtype, every pair of layouts and sizes of element', () => {
    for (const d of [int8, float16, float32, complex64, complex128]) {
      for (const shape of shapes.slice(1)) {
        for (const a of layouts) {
          for (const b of layouts.slice(0, 4)) {
            const x = pair(d, shape, (i) => i % 100, a);
            const y = outputs(d, shape, b);
            js.kernels.copy(x[0], y[0]);
            cpu.kernels.copy(x[1], y[1]);
            expect(difference(y, 0), `${d.name} ${shape} ${a} to ${b}`).toBeNull();
          }
        }
      }
    }
  });

  it('large transposes, which threads share', () => {
    const x = pair(float32, [700, 900], (i) => i, 'transposed');
    const y = outputs(float32, [700, 900]);
    js.kernels.copy(x[0], y[0]);
    cpu.kernels.copy(x[1], y[1]);
    expect(difference(y, 0)).toBeNull();
  });

  it('broadcasts a smaller source', () => {
    const x = pair(float32, [3, 1], (i) => i);
    const y = outputs(float32, [2, 3, 4]);
    js.kernels.copy(x[0], y[0]);
    cpu.kernels.copy(x[1], y[1]);
    expect(difference(y, 0)).toBeNull();
  });
});

describe('fill', () => {
  it('writes every element of a view and nothing beside it', () => {
    for (const d of dtypes) {
      for (const layout of layouts.slice(0, 4)) {
        const y = pair(d, [5, 7], (i) => i % 3, layout);
        for (const side of y)
          side.device.kernels.fill(side, d.kind === 'b' ? true : d.kind === 'u' ? 200 : -3);
        const whole = y.map(
          (side) => new NdArray(side.storage, d, [Math.floor(side.storage.nbytes / d.itemsize)]),
        ) as [NdArray, NdArray];
        expect(values(whole[1]), `${d.name} ${layout}`).toEqual(values(whole[0]));
      }
    }
  });
});
