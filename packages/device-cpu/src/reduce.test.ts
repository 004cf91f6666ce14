import { ReductionKernel, type ReductionSpec } from '@chainer/xp';
import {
  bool,
  type DType,
  float16,
  float32,
  float64,
  int16,
  int32,
  int64,
  NdArray,
  uint8,
} from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { difference, generator, layouts, pair } from './both.testing.ts';

const sum: ReductionSpec = { reduce: (a, b) => a.add(b), identity: 0 };
const kernels: Record<string, ReductionSpec> = {
  sum,
  'sum in double': { ...sum, accumulator: 'float64' },
  product: { map: (x) => x.mul(0.01).add(1), reduce: (a, b) => a.mul(b), identity: 1 },
  max: {
    reduce: (a, b) => a.max(b),
    identity: (d) => (d.kind === 'f' ? -Infinity : d.kind === 'b' ? 0 : -100),
  },
  min: {
    reduce: (a, b) => a.min(b),
    identity: (d) => (d.kind === 'f' ? Infinity : d.kind === 'b' ? 1 : 100),
  },
  any: { map: (x) => x.gt(1.9), reduce: (a, b) => a.or(b), identity: false },
  all: { map: (x) => x.lt(1.99), reduce: (a, b) => a.and(b), identity: true },
  norm: { map: (x) => x.square(), reduce: (a, b) => a.add(b), post: (a, n) => a.div(n).sqrt(), identity: 0 },
  'largest distance (a combination of its own)': {
    map: (x) => x.abs(),
    reduce: (a, b) => a.max(b).max(a.neg()),
    identity: 0,
  },
};
const shapes: readonly (readonly number[])[] = [
  [1],
  [5],
  [1025],
  [70000],
  [3, 4],
  [300, 7],
  [7, 300],
  [4, 5, 6],
  [2, 130, 140],
  [90, 2, 300],
  [0, 3],
  [3, 0],
  [20000, 3],
];
const types: readonly DType[] = [float32, float64, float16, int32, int64, bool, uint8, int16];

function axesOf(nd: number): number[][] {
  const all =
    nd === 1 ? [[0]] : nd === 2 ? [[0], [1], [0, 1]] : [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
  return all;
}

describe('reductions agree with js', () => {
  for (const [name, spec] of Object.entries(kernels)) {
    it(name, () => {
      shapes.forEach((shape, which) => {
        for (const axis of axesOf(shape.length)) {
          const d = types[(which + axis.length + axis[0]!) % types.length]!;
          const layout = layouts[(which + axis[0]!) % layouts.length]!;
          const random = generator(which);
          const x = pair(d, shape, () => (random() - 0.5) * 4, layout);
          const kernel = new ReductionKernel(name, 1, spec);
          const results = x.map((side) => kernel.call([side], { axis })) as [NdArray, NdArray];
          const scale = Math.sqrt(
            Math.max(
              1,
              shape.reduce((a, b) => a * b, 1),
            ),
          );
          expect(
            difference(results, name === 'product' ? 5000 : 300, d.kind === 'f' ? 1e-6 * scale : 0),
            `${name} of ${d.name}(${shape}) over ${axis}, ${layout}`,
          ).toBeNull();
        }
      });
    });
  }

  it('NaN wins maximum and minimum, wherever it stands', () => {
    for (const at of [0, 17, 999, 1023, 4999]) {
      const x = pair(float32, [5000], (i) => (i === at ? NaN : i));
      for (const name of ['max', 'min']) {
        const kernel = new ReductionKernel(name, 1, kernels[name]!);
        expect(kernel.call([x[1]]).itemSync()).toBeNaN();
      }
    }
  });

  it('float32 sums lose no more than the last digits', () => {
    const n = 2_000_000;
    const x = pair(float32, [n], () => 0.1)[1];
    const total = new ReductionKernel('sum', 1, sum).call([x]).itemSync() as number;
    expect(Math.abs(total - n * Math.fround(0.1))).toBeLessThan(0.05);
    const rows = new NdArray(x.storage, float32, [n / 2, 2]);
    const columns = new ReductionKernel('sum', 1, sum).call([rows], { axis: 0 });
    expect(Math.abs(Number(columns.dataSync()[0]) - (n / 2) * Math.fround(0.1))).toBeLessThan(0.05);
  });

  it('large arrays, of which threads take parts: the same bits every time', () => {
    for (const [d, name] of [
      [float32, 'sum'],
      [float64, 'sum'],
      [int64, 'sum'],
      [float32, 'max'],
      [float32, 'norm'],
      [float16, 'sum'],
    ] as const) {
      const random = generator(7);
      const x = pair(d, [1500, 701], () => (random() - 0.5) * 8);
      const kernel = new ReductionKernel(name, 1, kernels[name]!);
      for (const axis of [[0], [1], [0, 1]]) {
        const results = x.map((side) => kernel.call([side], { axis })) as [NdArray, NdArray];
        expect(
          difference(results, 100, d.kind === 'f' ? 1e-3 : 0),
          `${name} of ${d.name} over ${axis}`,
        ).toBeNull();
        for (let again = 0; again < 5; again++)
          expect(kernel.call([x[1]], { axis }).dataSync()).toEqual(results[1].dataSync());
      }
    }
  });

  it('several operands, one of them broadcast, one a scalar', () => {
    const kernel = new ReductionKernel('weighted', 3, {
      map: (x, w, k) => x.sub(w).square().mul(k),
      reduce: (a, b) => a.add(b),
      identity: 0,
    });
    const x = pair(float32, [60, 40], (i) => i % 11);
    const w = pair(float32, [40], (i) => i % 3);
    for (const axis of [0, 1, [0, 1]]) {
      const results = [0, 1].map((side) => kernel.call([x[side]!, w[side]!, 0.5], { axis })) as [
        NdArray,
        NdArray,
      ];
      expect(difference(results, 20)).toBeNull();
    }
  });
});
