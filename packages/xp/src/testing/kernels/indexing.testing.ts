import { describe, expect, it } from 'vitest';
import { float32, IndexError, int8, int32, int64 } from '../../internal.ts';
import { layouts, type Sides } from './sides.testing.ts';

const cases = [
  [[7], 0],
  [[5, 4], 0],
  [[5, 4], 1],
  [[2, 6, 3], 1],
  [[3, 2, 200], 1],
] as const;

/** `gather` and `scatter`. */
export function indexingTests({
  device,
  dtypes,
  those,
  both,
  pair,
  outputs,
  difference,
  values,
  failure,
}: Sides): void {
  describe('gather and scatter', () => {
    for (const d of dtypes) {
      it(d.name, async () => {
        for (const [shape, axis] of cases) {
          const n = shape[axis]!;
          for (const indexType of those([int32, int64, int8])) {
            const indices = pair(indexType, [2, 3], (i) => ((i * 5) % (2 * n)) - n, 'transposed');
            const out = [...shape.slice(0, axis), 2, 3, ...shape.slice(axis + 1)];
            for (const layout of layouts) {
              const x = pair(d, shape, (i) => i % 50, layout);
              const y = outputs(d, out, 'transposed');
              both((on, k) => on.kernels.gather(x[k], indices[k], axis, y[k]));
              expect(await difference(y, 0), `gather ${d.name}[${shape}] ${layout}`).toBeNull();
            }
            for (const mode of ['set', 'add', 'max', 'min'] as const) {
              if (d.kind === 'c' && (mode === 'max' || mode === 'min')) continue;
              const layout =
                indexType === int32 ? 'dense' : indexType === int64 ? 'transposed' : 'every other';
              const x = pair(d, shape, (i) => i % 5, layout);
              const from = pair(d, indexType === int8 ? out.slice(1) : out, (i) => (i * 7) % 11, 'reversed');
              both((on, k) => on.kernels.scatter(x[k], indices[k], axis, from[k], mode));
              expect(await difference(x, 4), `scatter ${mode} ${d.name}[${shape}] ${layout}`).toBeNull();
            }
          }
        }
      });
    }

    it('many rows, which threads share, still in order', async () => {
      for (const [count, width] of [
        [900, 650],
        [1900, 65],
      ] as const) {
        const indices = pair(int32, [count], (i) => (i * 13) % 100);
        const from = pair(float32, [count, width], (i) => (i % 1000) / 7);
        for (const mode of ['add', 'set'] as const) {
          const x = pair(float32, [100, width], () => 0);
          both((on, k) => on.kernels.scatter(x[k], indices[k], 0, from[k], mode));
          expect(await difference(x, 0), `${mode}, ${count} rows`).toBeNull();
        }
      }
    });

    it('an index outside is an IndexError, and its place is left alone', async () => {
      const x = pair(float32, [3, 2], (i) => i)[1];
      const indices = pair(int32, [2], (i) => i * 7)[1];
      const y = outputs(float32, [2, 2])[1];
      const gathered = await failure(y, () => device.kernels.gather(x, indices, 0, y));
      expect(gathered).toBeInstanceOf(IndexError);
      const message = 'index 7 is out of bounds for axis 0 with size 3';
      expect((gathered as Error).message).toContain(`[gather] ${message}`);
      expect((await values(y)).slice(2)).toEqual([0, 0]);

      const scattered = await failure(x, () => device.kernels.scatter(x, indices, 0, y, 'add'));
      expect(scattered).toBeInstanceOf(IndexError);
      expect((scattered as Error).message).toContain(`[scatter] ${message}`);
      // The good index's row may have been written where the error comes later.
      expect((await values(x)).slice(device.synchronous ? 0 : 2)).toEqual(
        [0, 1, 2, 3, 4, 5].slice(device.synchronous ? 0 : 2),
      );
    });
  });
}
