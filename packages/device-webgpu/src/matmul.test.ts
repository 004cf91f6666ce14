import { bool, type DType, float16, float32, int8, int32, NdArray, uint32 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import {
  both,
  describeWebGpu,
  difference,
  generator,
  type LayoutName,
  layouts,
  outputs,
  pair,
} from './both.testing.ts';

async function check(
  d: DType,
  a: readonly number[],
  b: readonly number[],
  layoutA: LayoutName,
  layoutB: LayoutName,
  withBias: boolean,
  out: LayoutName = 'dense',
): Promise<void> {
  const random = generator(a.length * 7 + b.length);
  const value = () => (d.kind === 'f' ? random() - 0.5 : Math.floor(random() * 9) - (d.kind === 'i' ? 4 : 0));
  const A = pair(d, a, value, layoutA);
  const B = pair(d, b, value, layoutB);
  const n = b[b.length - 1]!;
  const bias = withBias ? pair(d, [n], value, 'every other') : null;
  const lead = a.length >= b.length ? a.slice(0, -2) : b.slice(0, -2);
  const y = outputs(d, [...lead, a[a.length - 2]!, n], out);
  both((device, k) => device.kernels.matmul(A[k], B[k], y[k], bias?.[k] ?? null));
  const text = `${d.name} ${a}·${b} ${layoutA} ${layoutB} ${out}`;
  expect(await difference(y, 60, d === float32 ? 3e-5 : 2e-2), text).toBeNull();
}

const shapes = [
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
] as const;

describeWebGpu('matmul agrees with js', () => {
  for (const d of [float32, float16, int32, uint32, int8, bool]) {
    it(d.name, async () => {
      for (const [which, [a, b]] of shapes.entries()) {
        const pairs =
          d === float32
            ? layouts.map((x, k) => [x, layouts[(k * 2 + which) % 5]!] as const)
            : [['dense', layouts[which % 5]!] as const];
        for (const [x, y] of pairs) await check(d, a, b, x, y, (a[0] + b[1]) % 2 === 0);
      }
    });
  }

  it('into outputs of every layout', async () => {
    for (const out of layouts.slice(0, 4))
      await check(float32, [13, 17], [17, 11], 'dense', 'transposed', true, out);
  });

  it('batches, dense and broadcast', async () => {
    await check(float32, [5, 3, 4], [5, 4, 6], 'dense', 'dense', false);
    await check(float32, [2, 3, 7, 8], [2, 3, 8, 9], 'dense', 'dense', true);
    await check(float32, [6, 30, 40], [40, 20], 'dense', 'dense', true);
    await check(float32, [6, 1, 40], [40, 20], 'dense', 'transposed', true);
    await check(float32, [6, 30, 40], [6, 40, 20], 'broadcast', 'dense', false);
    await check(float32, [6, 30, 40], [6, 40, 20], 'every other', 'broadcast', false);
    await check(float32, [200, 8, 8], [200, 8, 8], 'dense', 'dense', false);
  });

  it('batches with zero steps made by hand, and one array twice', async () => {
    const A = pair(float32, [4, 5], (i) => i);
    const y = outputs(float32, [7, 4, 4]);
    both((device, k) => {
      const a = new NdArray(A[k].storage, float32, [7, 4, 5], [0, 5, 1]);
      const b = new NdArray(A[k].storage, float32, [7, 5, 4], [0, 1, 5]);
      device.kernels.matmul(a, b, y[k], null);
    });
    expect(await difference(y, 8)).toBeNull();
  });
});
