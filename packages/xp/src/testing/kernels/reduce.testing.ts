import { describe, expect, it } from 'vitest';
import { ReductionKernel, type ReductionSpec } from '../../index.ts';
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
  sizeOf,
  uint8,
} from '../../internal.ts';
import { generator, layouts, type Pair, type Sides } from './sides.testing.ts';

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
  'the last value (a combination that keeps to the order)': {
    map: (x) => x.mul(1).add(0),
    reduce: (a, b) => b.isnan().where(a, b),
    identity: NaN,
    accumulator: 'float32',
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
  [3000, 3],
  [20000, 3],
];
const types: readonly DType[] = [float32, float64, float16, int32, int64, bool, uint8, int16];

const axesOf = (nd: number): number[][] =>
  nd === 1 ? [[0]] : nd === 2 ? [[0], [1], [0, 1]] : [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];

/** `reduce`. */
export function reduceTests({ device, wide, slow, those, pair, difference }: Sides): void {
  const onBoth = (kernel: ReductionKernel, xs: readonly Pair[], axis: number | number[]): Pair =>
    [0, 1].map((k) =>
      kernel.call(
        xs.map((x) => x[k]!),
        { axis },
      ),
    ) as [NdArray, NdArray];

  describe('reductions', () => {
    for (const [name, spec] of Object.entries(kernels)) {
      if (spec.accumulator === 'float64' && !wide) continue;
      it(name, async () => {
        const some = slow && name !== 'sum' && name !== 'max' ? [float32] : those(types);
        for (const [which, shape] of shapes.entries()) {
          for (const axis of axesOf(shape.length)) {
            const d = some[(which + axis.length + axis[0]!) % some.length]!;
            const layout = layouts[(which + axis[0]!) % layouts.length]!;
            const random = generator(which);
            const x = pair(d, shape, () => (random() - 0.5) * 4, layout);
            const results = onBoth(new ReductionKernel(name, 1, spec), [x], axis);
            const tolerance = d.kind === 'f' ? 1e-6 * Math.sqrt(Math.max(1, sizeOf(shape))) : 0;
            expect(
              await difference(results, name === 'product' ? 5000 : 300, tolerance),
              `${name} of ${d.name}(${shape}) over ${axis}, ${layout}`,
            ).toBeNull();
          }
        }
      });
    }

    it('NaN wins maximum and minimum, wherever it stands', async () => {
      for (const at of [0, 17, 999, 1023, 4999]) {
        const [, x] = pair(float32, [5000], (i) => (i === at ? NaN : i));
        for (const name of ['max', 'min'])
          expect(await new ReductionKernel(name, 1, kernels[name]!).call([x]).item()).toBeNaN();
      }
    });

    it('float32 sums lose no more than the last digits', async () => {
      const n = 2_000_000;
      const [, x] = pair(float32, [n], () => 0.1);
      const kernel = new ReductionKernel('sum', 1, sum);
      const total = (await kernel.call([x]).item()) as number;
      expect(Math.abs(total - n * Math.fround(0.1))).toBeLessThan(wide ? 0.05 : 0.1);
      for (const [rows, tolerance] of [
        [n / 2, 0.05],
        [n / 5000, 1e-4],
      ] as const) {
        const matrix = new NdArray(x.storage, float32, [rows, n / rows]);
        const first = Number((await device.read(kernel.call([matrix], { axis: 0 })))[0]);
        expect(Math.abs(first - rows * Math.fround(0.1))).toBeLessThan(tolerance);
      }
    });

    it('large arrays, of which threads take parts: the same bits every time', async () => {
      for (const [d, name] of [
        [float32, 'sum'],
        [float64, 'sum'],
        [int64, 'sum'],
        [float32, 'max'],
        [float32, 'norm'],
        [float16, 'sum'],
      ] as const) {
        if (!device.supports(d)) continue;
        const random = generator(7);
        const x = pair(d, [1500, 701], () => (random() - 0.5) * 8);
        const kernel = new ReductionKernel(name, 1, kernels[name]!);
        for (const axis of [[0], [1], [0, 1]]) {
          const results = onBoth(kernel, [x], axis);
          const text = `${name} of ${d.name} over ${axis}`;
          expect(await difference(results, 100, d.kind === 'f' ? 1e-3 : 0), text).toBeNull();
          const bits = await device.read(results[1]);
          for (let again = 0; again < 5; again++)
            expect(await device.read(kernel.call([x[1]], { axis })), text).toEqual(bits);
        }
      }
    });

    it('several operands, one of them broadcast, one a scalar', async () => {
      const kernel = new ReductionKernel('weighted', 3, {
        map: (x, w, k) => x.sub(w).square().mul(k),
        reduce: (a, b) => a.add(b),
        identity: 0,
      });
      for (const width of [40, 400]) {
        const x = pair(float32, [60, width], (i) => i % 11);
        const w = pair(float32, [width], (i) => i % 3);
        for (const axis of [0, 1, [0, 1]]) {
          const results = [0, 1].map((k) => kernel.call([x[k]!, w[k]!, 0.5], { axis })) as [NdArray, NdArray];
          expect(await difference(results, 20), `${width} over ${axis}`).toBeNull();
        }
      }
    });
  });
}
