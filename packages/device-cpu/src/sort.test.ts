import { type DType, dtypes, float16, float32, float64, int32, js, uint8 } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, layouts, outputs, pair } from './both.testing.ts';

/** Lines are short, long enough to be sorted by digits (2048 and more elements of 8 bytes), beside each other, and empty. */
const cases: readonly (readonly [readonly number[], number])[] = [
  [[1], 0],
  [[50], 0],
  [[5000], 0],
  [[3, 2500], 1],
  [[2500, 19], 0],
  [[2, 33, 40], 1],
  [[4, 5, 6], 2],
  [[0, 3], 1],
  [[3, 0], 1],
];

/** Few values, so that many are equal; many values; and, for floats, NaN, infinities and zeros of both signs. */
function someOf(d: DType, seed: number): () => number {
  const random = generator(seed);
  const span = seed % 2 === 0 ? 20 : 1e6;
  const low = d.kind === 'u' ? 0 : span / 2;
  const odd = [NaN, Infinity, -Infinity, -0, 0];
  return () => {
    const v = Math.floor(random() * span) - low;
    return d.kind === 'f' && random() < 0.2 ? odd[Math.floor(random() * odd.length)]! : v;
  };
}

describe('sort and argsort agree with js', () => {
  for (const d of dtypes) {
    it(d.name, () => {
      cases.forEach(([shape, axis], which) => {
        const x = pair(d, shape, someOf(d, which), layouts[which % 5]);
        const y = outputs(d, shape, layouts[(which + 1) % 4]);
        const order = outputs(int32, shape, layouts[(which + 2) % 4]);
        [js, cpu].forEach((device, k) => {
          device.kernels.sort(x[k]!, y[k]!, axis);
          device.kernels.argsort(x[k]!, order[k]!, axis);
        });
        expect(difference(y, 0), `sort ${d.name}[${shape}] along ${axis}`).toBeNull();
        expect(difference(order, 0), `argsort ${d.name}[${shape}] along ${axis}`).toBeNull();
      });
    });
  }

  it('among 64-bit integers that doubles do not tell apart', () => {
    const raw = [2n ** 60n + 1n, -(2n ** 62n) - 1n, 2n ** 60n, -(2n ** 62n)];
    const [, x] = pair(dtypes.find((d) => d.name === 'int64')!, [4], () => 0);
    x.storage.view(x.dtype).set(raw as never);
    const [, y] = outputs(x.dtype, [4]);
    cpu.kernels.sort(x, y, 0);
    expect([...(y.storage.view(x.dtype) as BigInt64Array)]).toEqual([raw[1], raw[3], raw[2], raw[0]]);
  });

  it.each([float16, float32, float64])('NaN of either sign is last among %s', (d) => {
    const [, x] = pair(d, [4], (i) => [0, Infinity, NaN, -1][i]!);
    const bytes = x.storage.view(uint8) as Uint8Array;
    // The sign of NaN is the highest bit of its last byte.
    bytes[3 * d.itemsize - 1]! |= 0x80;
    const [, order] = outputs(int32, [4]);
    cpu.kernels.argsort(x, order, 0);
    expect([...(order.storage.view(int32) as Int32Array)]).toEqual([3, 0, 1, 2]);
  });

  it('zeros of both signs keep their order', () => {
    const [, x] = pair(float32, [3000], (i) => (i % 2 === 0 ? 0 : -0));
    const [, order] = outputs(int32, [3000]);
    cpu.kernels.argsort(x, order, 0);
    expect([...(order.storage.view(int32) as Int32Array)]).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });
});
