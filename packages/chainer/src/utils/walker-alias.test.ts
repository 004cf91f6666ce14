import { devices } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../core/install.ts';
import { hostNumbers } from '../gradient-check/numerical-grad.ts';
import { WalkerAlias } from './walker-alias.ts';

describe('WalkerAlias', () => {
  it('draws ids as often as they should come, on every device', () => {
    const weights = [5, 0, 1, 30, 4];
    const sampler = new WalkerAlias(weights);
    for (const device of devices()) {
      const n = 20_000;
      const counts = new Array<number>(5).fill(0);
      const drawn = sampler.sample([n / 10, 10], device);
      expect([drawn.dtype.name, drawn.shape]).toEqual(['int32', [n / 10, 10]]);
      for (const id of hostNumbers(drawn)) counts[id] = (counts[id] as number) + 1;
      // Five standard deviations.
      weights.forEach((w, id) => {
        const p = w / 40;
        expect(Math.abs((counts[id] as number) - n * p)).toBeLessThanOrEqual(5 * Math.sqrt(n * p * (1 - p)));
      });
    }
  });

  it('draws the only id that there is', () => {
    expect(hostNumbers(new WalkerAlias([2]).sample([3]))).toEqual(Float64Array.of(0, 0, 0));
  });

  it('refuses what is no distribution', () => {
    expect(() => new WalkerAlias([])).toThrow('[WalkerAlias] probabilities must not all be 0, got 0 of them');
    expect(() => new WalkerAlias([1, -1])).toThrow('must not be negative, got -1');
  });
});
