import { type DType, float16, float32, float64, int32, js, type PoolGeometry } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, type LayoutName, outputs, pair } from './both.testing.ts';

interface Case {
  readonly image: readonly number[];
  readonly ksize: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly out: readonly number[];
}

const cases: readonly Case[] = [
  { image: [9], ksize: [3], stride: [2], pad: [1], out: [5] },
  { image: [8, 8], ksize: [2, 2], stride: [2, 2], pad: [0, 0], out: [4, 4] },
  { image: [40, 37], ksize: [3, 3], stride: [2, 2], pad: [1, 1], out: [20, 19] },
  { image: [7, 9], ksize: [3, 2], stride: [1, 3], pad: [2, 0], out: [9, 3] },
  { image: [6, 6], ksize: [3, 3], stride: [2, 2], pad: [0, 0], out: [3, 3] },
  { image: [3, 3], ksize: [2, 2], stride: [3, 3], pad: [2, 2], out: [3, 3] },
  { image: [4, 5, 6], ksize: [2, 2, 3], stride: [2, 1, 2], pad: [0, 1, 1], out: [2, 6, 3] },
];

function check(c: Case, d: DType, layout: LayoutName): void {
  const g: PoolGeometry = c;
  const random = generator(c.image[0]!);
  // Few distinct values, so that ties show which place was taken.
  const value = () => Math.floor((random() - 0.5) * 9);
  const x = pair(d, [2, 3, ...c.image], value, layout);
  const gy = pair(d, [2, 3, ...c.out], value, layout);
  const y = outputs(d, gy[0].shape, layout);
  const indices = outputs(int32, gy[0].shape, layout);
  const names = [
    'maxGrad',
    'pick',
    'average window',
    'average inside',
    'averageGrad window',
    'averageGrad inside',
  ] as const;
  const results = Object.fromEntries(
    names.map((n) => [n, outputs(d, n.includes('Grad') ? x[0].shape : gy[0].shape, layout)]),
  ) as Record<(typeof names)[number], ReturnType<typeof outputs>>;
  [js, cpu].forEach((device, k) => {
    const kernels = device.kernels;
    kernels.maxPooling(x[k]!, y[k]!, indices[k]!, g);
    kernels.maxPoolingGrad(gy[k]!, indices[k]!, results.maxGrad[k]!, g);
    kernels.maxPoolingPick(x[k]!, indices[k]!, results.pick[k]!, g);
    for (const divisor of ['window', 'inside'] as const) {
      kernels.averagePooling(x[k]!, results[`average ${divisor}`][k]!, g, divisor);
      kernels.averagePoolingGrad(gy[k]!, results[`averageGrad ${divisor}`][k]!, g, divisor);
    }
  });
  expect(difference(y, 0), `max ${JSON.stringify(c)}`).toBeNull();
  expect(difference(indices, 0), `indices ${JSON.stringify(c)}`).toBeNull();
  for (const name of names) {
    expect(
      difference(results[name], 16, d === float16 ? 1e-2 : 1e-5),
      `${name} ${JSON.stringify(c)} ${d.name}`,
    ).toBeNull();
  }
}

describe('pooling agrees with js', () => {
  for (const c of cases) {
    it(JSON.stringify(c), () => {
      check(c, float32, 'dense');
      check(c, float32, 'transposed');
      check(c, float64, 'reversed');
      check(c, float16, 'dense');
    });
  }

  it('NaN is the maximum, the first one, and -Infinity has a place', () => {
    const g = { ksize: [4], stride: [4], pad: [0] };
    const x = pair(
      float32,
      [1, 1, 12],
      (i) => [1, NaN, 3, NaN, -Infinity, -Infinity, -5, 2, -Infinity, -Infinity, -Infinity, -Infinity][i]!,
    );
    const y = outputs(float32, [1, 1, 3]);
    const indices = outputs(int32, [1, 1, 3]);
    js.kernels.maxPooling(x[0], y[0], indices[0], g);
    cpu.kernels.maxPooling(x[1], y[1], indices[1], g);
    expect(difference(y, 0)).toBeNull();
    expect(Array.from(indices[1].storage.view(int32) as Int32Array)).toEqual([1, 3, 0]);
  });
});

describe('columns agree with js', () => {
  for (const c of cases) {
    for (const dilate of [1, 2]) {
      it(`${JSON.stringify(c)} dilate ${dilate}`, () => {
        const g = { ...c, dilate: c.image.map(() => dilate) };
        const random = generator(5);
        for (const d of [float32, float64, float16]) {
          const x = pair(d, [2, 3, ...c.image], () => random() - 0.5, 'transposed');
          const col = outputs(d, [2, 3, ...c.ksize, ...c.out], 'reversed');
          const back = outputs(d, x[0].shape);
          [js, cpu].forEach((device, k) => {
            device.kernels.im2col(x[k]!, col[k]!, g);
            device.kernels.col2im(col[k]!, back[k]!, g);
          });
          expect(difference(col, 0), d.name).toBeNull();
          expect(difference(back, 16, d === float16 ? 1e-2 : 1e-6), d.name).toBeNull();
        }
      });
    }
  }
});
