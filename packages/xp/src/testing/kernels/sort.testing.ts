import { describe, expect, it } from 'vitest';
import { type DType, float16, float32, float64, int32, int64 } from '../../internal.ts';
import { generator, layouts, type Sides } from './sides.testing.ts';

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
  [[70, 3], 0],
  [[2, 33, 130], 1],
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

/** NaN with the sign bit set, as the dtype stores it. */
const negativeNaN: Partial<Record<string, Uint8Array>> = {
  float16: new Uint8Array(new Uint16Array([0xfe00]).buffer),
  float32: new Uint8Array(new Uint32Array([0xffc00000]).buffer),
  float64: new Uint8Array(new BigUint64Array([0xfff8000000000000n]).buffer),
};

/** `sort` and `argsort`. */
export function sortTests({
  device,
  dtypes,
  both,
  pair,
  outputs,
  raw,
  difference,
  values,
  those,
}: Sides): void {
  describe('sort and argsort', () => {
    for (const d of dtypes) {
      it(d.name, async () => {
        for (const [which, [shape, axis]] of cases.entries()) {
          const x = pair(d, shape, someOf(d, which), layouts[which % 5]);
          const y = outputs(d, shape, layouts[(which + 1) % 4]);
          const order = outputs(int32, shape, layouts[(which + 2) % 4]);
          both((on, k) => {
            on.kernels.sort(x[k], y[k], axis);
            on.kernels.argsort(x[k], order[k], axis);
          });
          expect(await difference(y, 0), `sort ${d.name}[${shape}] along ${axis}`).toBeNull();
          expect(await difference(order, 0), `argsort ${d.name}[${shape}] along ${axis}`).toBeNull();
        }
      });
    }

    it.runIf(device.supports(int64))('among 64-bit integers that doubles do not tell apart', async () => {
      const list = [2n ** 60n + 1n, -(2n ** 62n) - 1n, 2n ** 60n, -(2n ** 62n)];
      const [, x] = raw(int64, [4], BigInt64Array.from(list));
      const [, y] = outputs(int64, [4]);
      device.kernels.sort(x, y, 0);
      expect([...((await device.read(y)) as BigInt64Array)]).toEqual([list[1], list[3], list[2], list[0]]);
    });

    for (const d of those([float16, float32, float64])) {
      it(`NaN of either sign is last among ${d.name}`, async () => {
        const [host] = pair(d, [4], (i) => [0, Infinity, NaN, -1][i]!);
        const elements = host.storage.view(d).slice();
        new Uint8Array(elements.buffer).set(negativeNaN[d.name]!, 2 * d.itemsize);
        const [, x] = raw(d, [4], elements);
        const [, order] = outputs(int32, [4]);
        device.kernels.argsort(x, order, 0);
        expect(await values(order)).toEqual([3, 0, 1, 2]);
      });
    }

    it('zeros of both signs keep their order', async () => {
      const [, x] = pair(float32, [3000], (i) => (i % 2 === 0 ? 0 : -0));
      const [, order] = outputs(int32, [3000]);
      device.kernels.argsort(x, order, 0);
      expect(await values(order)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    });
  });
}
