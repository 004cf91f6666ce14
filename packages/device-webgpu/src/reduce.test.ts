import { ReductionKernel, type ReductionSpec } from '@chainer/xp';
import { bool, type DType, float16, float32, int32, NdArray, uint8 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import { describeWebGpu, difference, generator, layouts, pair, webgpu } from './both.testing.ts';

const sum: ReductionSpec = { reduce: (a, b) => a.add(b), identity: 0 };
const kernels: Record<string, ReductionSpec> = {
  sum,
  product: { map: (x) => x.mul(0.01).add(1), reduce: (a, b) => a.mul(b), identity: 1 },
  max: {
    reduce: (a, b) => a.max(b),
    identity: (d) => (d.kind === 'f' ? -Infinity : d.kind === 'b' ? 0 : -100),
  },
  all: { map: (x) => x.lt(1.99), reduce: (a, b) => a.and(b), identity: true },
  norm: { map: (x) => x.square(), reduce: (a, b) => a.add(b), post: (a, n) => a.div(n).sqrt(), identity: 0 },
  'the last value (a combination that keeps to the order)': {
    map: (x) => x.mul(1).add(0),
    reduce: (a, b) => b.isnan().where(a, b),
    identity: Number.NaN,
    accumulator: 'float32',
  },
};
const shapes: readonly (readonly number[])[] = [
  [1],
  [1025],
  [70000],
  [300, 7],
  [7, 300],
  [4, 5, 6],
  [2, 130, 140],
  [0, 3],
  [3, 0],
  [3000, 3],
];

const axesOf = (nd: number): number[][] =>
  nd === 1 ? [[0]] : nd === 2 ? [[0], [1], [0, 1]] : [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];

describeWebGpu('reductions agree with js', () => {
  for (const [name, spec] of Object.entries(kernels)) {
    it(name, async () => {
      const types: readonly DType[] =
        name === 'sum' || name === 'max' ? [float32, float16, int32, bool, uint8] : [float32];
      for (const [which, shape] of shapes.entries()) {
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
            await difference(results, name === 'product' ? 5000 : 300, d.kind === 'f' ? 1e-6 * scale : 0),
            `${name} of ${d.name}(${shape}) over ${axis}, ${layout}`,
          ).toBeNull();
        }
      }
    });
  }

  it('NaN wins maximum, wherever it stands', async () => {
    const kernel = new ReductionKernel('max', 1, kernels.max!);
    for (const at of [0, 17, 999, 4999]) {
      const x = pair(float32, [5000], (i) => (i === at ? Number.NaN : i));
      expect(await kernel.call([x[1]]).item()).toBeNaN();
    }
  });

  it('float32 sums lose no more than the last digits', async () => {
    const n = 1_000_000;
    const x = pair(float32, [n], () => 0.1)[1];
    const total = (await new ReductionKernel('sum', 1, sum).call([x]).item()) as number;
    expect(Math.abs(total - n * Math.fround(0.1))).toBeLessThan(0.05);
    const rows = new NdArray(x.storage, float32, [n / 5000, 5000]);
    const columns = await webgpu.read(new ReductionKernel('sum', 1, sum).call([rows], { axis: 0 }));
    expect(Math.abs(Number(columns[0]) - (n / 5000) * Math.fround(0.1))).toBeLessThan(1e-4);
  });

  it('several operands, one of them broadcast, one a scalar', async () => {
    const kernel = new ReductionKernel('weighted', 3, {
      map: (x, w, k) => x.sub(w).square().mul(k),
      reduce: (a, b) => a.add(b),
      identity: 0,
    });
    const x = pair(float32, [60, 400], (i) => i % 11);
    const w = pair(float32, [400], (i) => i % 3);
    for (const axis of [0, 1, [0, 1]]) {
      const results = [0, 1].map((side) => kernel.call([x[side]!, w[side]!, 0.5], { axis })) as [
        NdArray,
        NdArray,
      ];
      expect(await difference(results, 20)).toBeNull();
    }
  });
});
