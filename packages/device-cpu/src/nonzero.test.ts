import { dtypes, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { cpu, difference, generator, layouts, pair } from './both.testing.ts';

describe('nonzero agrees with js', () => {
  for (const d of dtypes) {
    it(d.name, () => {
      // The largest is divided among threads.
      [[0], [1], [7], [3, 41], [2, 3, 5], [100_003]].forEach((shape, which) => {
        for (const share of [0, 0.3, 1]) {
          const random = generator(which);
          const odd = [NaN, -0, 1, 3];
          const value = () => {
            if (random() >= share) return 0;
            return d.kind === 'f' || d.kind === 'c' ? odd[Math.floor(random() * odd.length)]! : 1;
          };
          const x = pair(d, shape, value, layouts[which % 5]);
          const y = [js.kernels.nonzero(x[0]), cpu.kernels.nonzero(x[1])] as const;
          expect(y[1].shape).toEqual(y[0].shape);
          expect(difference(y, 0), `${d.name}[${shape}], ${share} of it`).toBeNull();
        }
      });
    });
  }
});
