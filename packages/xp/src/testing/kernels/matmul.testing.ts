import { describe, expect, it } from 'vitest';
import { bool, type DType, float16, float32, float64, int8, int32, NdArray, uint32 } from '../../internal.ts';
import { byPrecision, generator, type LayoutName, layouts, type Sides } from './sides.testing.ts';

type Shapes = readonly [readonly number[], readonly number[]];

const shapes: readonly Shapes[] = [
  [
    [1, 1],
    [1, 1],
  ],
  [
    [3, 4],
    [4, 5],
  ],
  [
    [1, 70],
    [70, 33],
  ],
  [
    [70, 1],
    [1, 33],
  ],
  [
    [40, 50],
    [50, 1],
  ],
  [
    [64, 64],
    [64, 64],
  ],
  [
    [0, 3],
    [3, 2],
  ],
  [
    [3, 0],
    [0, 2],
  ],
  [
    [100, 130],
    [130, 90],
  ],
  [
    [300, 20],
    [20, 270],
  ],
  [
    [5, 3000],
    [3000, 6],
  ],
];

/** `matmul`. */
export function matmulTests({ slow, those, both, pair, outputs, difference }: Sides): void {
  async function check(
    d: DType,
    [a, b]: Shapes,
    layoutA: LayoutName,
    layoutB: LayoutName,
    withBias: boolean,
    out: LayoutName = 'dense',
  ): Promise<void> {
    const random = generator(a.length * 7 + b.length);
    const low = d.kind === 'i' ? 4 : 0;
    const value = () => (d.kind === 'f' ? random() - 0.5 : Math.floor(random() * 9) - low);
    const A = pair(d, a, value, layoutA);
    const B = pair(d, b, value, layoutB);
    const n = b[b.length - 1]!;
    const bias = withBias ? pair(d, [n], value, 'every other') : null;
    const lead = a.length >= b.length ? a.slice(0, -2) : b.slice(0, -2);
    const y = outputs(d, [...lead, a[a.length - 2]!, n], out);
    both((device, k) => device.kernels.matmul(A[k], B[k], y[k], bias?.[k] ?? null));
    const text = `${d.name} ${a}·${b} ${layoutA} ${layoutB} ${out}`;
    expect(await difference(y, 60, byPrecision(d, 2e-2, 3e-5, 1e-13)), text).toBeNull();
  }

  describe('matmul', () => {
    for (const d of those([float32, float64, float16, int32, uint32, int8, bool])) {
      it(d.name, async () => {
        for (const [which, operands] of shapes.entries()) {
          const withBias = (operands[0][0]! + operands[1][1]!) % 2 === 0;
          for (const [i, x] of layouts.entries()) {
            for (const [k, y] of layouts.entries()) {
              const chosen = d === float32 ? k === (i * 2 + which) % 5 : i === 0 && k === which % 5;
              if (!slow || chosen) await check(d, operands, x, y, withBias);
            }
          }
        }
      });
    }

    it('into outputs of every layout', async () => {
      const operands: Shapes = [
        [13, 17],
        [17, 11],
      ];
      for (const out of layouts.slice(0, 4)) await check(float32, operands, 'dense', 'transposed', true, out);
    });

    it('batches, dense and broadcast', async () => {
      for (const d of those([float32, float64])) {
        const batches = (
          a: readonly number[],
          b: readonly number[],
          x: LayoutName,
          y: LayoutName,
          bias: boolean,
        ) => check(d, [a, b], x, y, bias);
        await batches([5, 3, 4], [5, 4, 6], 'dense', 'dense', false);
        await batches([2, 3, 7, 8], [2, 3, 8, 9], 'dense', 'dense', true);
        await batches([6, 30, 40], [40, 20], 'dense', 'dense', true);
        await batches([6, 1, 40], [40, 20], 'dense', 'transposed', true);
        await batches([6, 30, 40], [6, 40, 20], 'broadcast', 'dense', false);
        await batches([6, 30, 40], [6, 40, 20], 'every other', 'broadcast', false);
        await batches([200, 8, 8], [200, 8, 8], 'dense', 'dense', false);
      }
    });

    it('a few rows and the transpose of a matrix, with edges of every kind', async () => {
      const transposed = (m: number, n: number, k: number, lead: readonly number[] = []) =>
        check(
          float32,
          [
            [...lead, m, k],
            [...lead, k, n],
          ],
          'dense',
          'transposed',
          n % 2 === 1,
        );
      for (const m of [9, 10, 13, 20, 64, 65]) {
        for (const [n, k] of [
          [32, 32],
          [33, 47],
          [150, 101],
          [77, 1601],
        ] as const)
          await transposed(m, n, k);
      }
      await transposed(200, 400, 400);
      await transposed(200, 401, 400);
      await transposed(20, 70, 50, [3]);
      await transposed(20, 71, 50, [3]);
    });

    it('batches with zero steps made by hand, and one array twice', async () => {
      const A = pair(float32, [4, 5], (i) => i);
      const B = pair(float32, [5, 3], (i) => i % 4);
      const y = outputs(float32, [7, 4, 3]);
      const square = outputs(float32, [7, 4, 4]);
      both((device, k) => {
        const a = new NdArray(A[k].storage, float32, [7, 4, 5], [0, 5, 1]);
        const b = new NdArray(B[k].storage, float32, [7, 5, 3], [0, 3, 1]);
        device.kernels.matmul(a, b, y[k], null);
        const turned = new NdArray(A[k].storage, float32, [7, 5, 4], [0, 1, 5]);
        device.kernels.matmul(a, turned, square[k], null);
      });
      expect(await difference(y, 8)).toBeNull();
      expect(await difference(square, 8)).toBeNull();
    });
  });
}
