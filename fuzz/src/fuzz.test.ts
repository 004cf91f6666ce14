import { xp } from 'chainer';
import { afterEach, describe, expect, it } from 'vitest';
import { writeArrays } from './arrays/write-arrays.ts';
import { runSeed, sourceOf, type Writer } from './campaign.ts';
import type { Variant } from './check.ts';
import { writeNetwork } from './networks/write-network.ts';
import { variantsOf } from './variants.ts';

/** Cases that run in the suite: always the same. `npm run fuzz` runs others. */
const budget: readonly (readonly [name: string, write: Writer, seeds: number])[] = [
  ['networks', writeNetwork, 70],
  ['programs of array functions', writeArrays, 80],
];

const others = xp.devices().filter((d) => d !== xp.js);

describe.each(budget)('random %s', (_, write, seeds) => {
  it.skipIf(others.length === 0)(
    'compute the same on every device',
    async () => {
      const variants = await variantsOf(null);
      let unstable = 0;
      for (let seed = 1; seed <= seeds; seed++) {
        const { verdict, failure } = runSeed(write, seed, variants);
        if (failure !== null)
          expect.fail(`seed ${seed}: ${failure.message}\n\n${sourceOf(failure.simplest)}`);
        if (verdict.status === 'unstable') unstable++;
      }
      expect(unstable / seeds).toBeLessThan(0.05);
    },
    120_000,
  );
});

describe('a device with a wrong kernel', () => {
  const { kernels } = xp.js;
  const { softmax } = kernels;
  afterEach(() => {
    (kernels as { softmax: typeof softmax }).softmax = softmax;
  });

  it('is found, and the network that shows it is made simple', () => {
    const wrong: Variant = {
      name: 'wrong',
      device: xp.js,
      within(body) {
        (kernels as { softmax: typeof softmax }).softmax = (x, y, axis, log) => {
          softmax(x, y, axis, log);
          // Only where there is more than one line.
          if (x.size > (x.shape[axis] as number)) y.storage.view(y.dtype)[y.offset] = 0.25;
        };
        try {
          return body();
        } finally {
          (kernels as { softmax: typeof softmax }).softmax = softmax;
        }
      },
    };
    for (let seed = 1; seed < 200; seed++) {
      const { failure } = runSeed(writeNetwork, seed, [wrong]);
      if (failure === null || failure.original.lines.length < 8) continue;
      expect(failure.message).toMatch(/^wrong: .*expected/);
      const { lines } = failure.simplest;
      expect(lines.join('\n')).toMatch(/softmax|logSoftmax/i);
      expect(lines.length).toBeLessThanOrEqual(6);
      return;
    }
    expect.fail('no seed shows it');
  }, 120_000);
});
