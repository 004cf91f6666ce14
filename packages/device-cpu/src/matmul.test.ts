import { type DType, float16, float32, float64, int32, js, NdArray } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, type LayoutName, outputs, pair } from './both.testing.ts';

function check(
  d: DType,
  a: readonly number[],
  b: readonly number[],
  layoutA: LayoutName,
  layoutB: LayoutName,
  withBias: boolean,
  out: LayoutName = 'dense',
): void {
  const random = generator(a.length * 7 + b.length);
  const value = () => (d === int32 ? Math.floor(random() * 9) - 4 : random() - 0.5);
  const A = pair(d, a, value, layoutA);
  const B = pair(d, b, value, layoutB);
  const n = b[b.length - 1]!;
  const bias = withBias ? pair(d, [n], value, 'every other') : null;
  const lead = a.length >= b.length ? a.slice(0, -2) : b.slice(0, -2);
  const shape = [...lead, a[a.length - 2]!, n];
  const y = outputs(d, shape, out);
  [js, cpu].forEach((device, k) => {
    device.kernels.matmul(A[k]!, B[k]!, y[k]!, bias?.[k] ?? null);
  });
  expect(
    difference(y, 60, d === float64 ? 1e-13 : d === float32 ? 3e-5 : 2e-2),
    `${d.name} ${a}·${b} ${layoutA} ${layoutB} ${out}`,
  ).toBeNull();
}

const layoutNames = ['dense', 'transposed', 'reversed', 'every other', 'broadcast'] as const;

describe('matmul agrees with js', () => {
  for (const d of [float32, float64, float16, int32]) {
    it(d.name, () => {
      for (const [a, b] of [
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
      ] as const) {
        for (const x of layoutNames)
          for (const y of layoutNames) check(d, a, b, x, y, (a[0] + b[1]) % 2 === 0);
      }
    });
  }

  it('into outputs of every layout', () => {
    for (const out of layoutNames.slice(0, 4))
      check(float32, [13, 17], [17, 11], 'dense', 'transposed', true, out);
  });

  it('batches, dense and broadcast', () => {
    for (const d of [float32, float64]) {
      check(d, [5, 3, 4], [5, 4, 6], 'dense', 'dense', false);
      check(d, [2, 3, 7, 8], [2, 3, 8, 9], 'dense', 'dense', true);
      check(d, [6, 30, 40], [40, 20], 'dense', 'dense', true);
      check(d, [6, 1, 40], [40, 20], 'dense', 'transposed', true);
      check(d, [6, 30, 40], [6, 40, 20], 'broadcast', 'dense', false);
      check(d, [6, 30, 40], [6, 40, 20], 'every other', 'broadcast', false);
      check(d, [200, 8, 8], [200, 8, 8], 'dense', 'dense', false);
    }
  });

  it('a few rows and the transpose of a matrix, with edges of every kind', () => {
    for (const m of [9, 10, 13, 20, 64, 65])
      for (const [n, k] of [
        [32, 32],
        [33, 47],
        [150, 101],
        [77, 1601],
      ] as const)
        check(float32, [m, k], [k, n], 'dense', 'transposed', n % 2 === 1);
    check(float32, [200, 400], [400, 400], 'dense', 'transposed', true);
    check(float32, [3, 20, 50], [3, 50, 70], 'dense', 'transposed', true);
  });

  it('batches with zero steps made by hand', () => {
    const A = pair(float32, [4, 5], (i) => i);
    const B = pair(float32, [5, 3], (i) => i % 4);
    const y = outputs(float32, [7, 4, 3]);
    [js, cpu].forEach((device, k) => {
      const a = new NdArray(A[k]!.storage, float32, [7, 4, 5], [0, 5, 1]);
      const b = new NdArray(B[k]!.storage, float32, [7, 5, 3], [0, 3, 1]);
      device.kernels.matmul(a, b, y[k]!, null);
    });
    expect(difference(y, 8)).toBeNull();
  });
});
