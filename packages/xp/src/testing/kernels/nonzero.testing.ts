import { describe, expect, it } from 'vitest';
import { js } from '../../internal.ts';
import { generator, layouts, type Sides } from './sides.testing.ts';

/** `nonzero`, which only devices have that can be read at once: the size of the result is read. */
export function nonzeroTests({ device, dtypes, pair, difference }: Sides): void {
  if (!device.synchronous) return;
  describe('nonzero', () => {
    for (const d of dtypes) {
      it(d.name, async () => {
        // The largest is divided among threads.
        for (const [which, shape] of [[0], [1], [7], [3, 41], [2, 3, 5], [100_003]].entries()) {
          for (const share of [0, 0.3, 1]) {
            const random = generator(which);
            const odd = [NaN, -0, 1, 3];
            const value = () => {
              if (random() >= share) return 0;
              return d.kind === 'f' || d.kind === 'c' ? odd[Math.floor(random() * odd.length)]! : 1;
            };
            const x = pair(d, shape, value, layouts[which % 5]);
            const y = [js.kernels.nonzero(x[0]), device.kernels.nonzero(x[1])] as const;
            expect(y[1].shape).toEqual(y[0].shape);
            expect(await difference(y, 0), `${d.name}[${shape}], ${share} of it`).toBeNull();
          }
        }
      });
    }
  });
}
