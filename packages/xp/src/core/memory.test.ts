import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devices, js, keep, memory, NdArray, ones, s, scope, setDefaultDevice, zeros } from '../node.ts';
import { settle } from '../testing/garbage.testing.ts';
import { inScope } from './scope.ts';

const names = devices().map((d) => d.name);
const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** Arrays that are held until the end, so that nothing but `release` and scopes can take them. */
const held: NdArray[] = [];

/** An array of that many bytes, a multiple of 64 above 8 kB: a block of its own on every device. */
function bytes(n: number): NdArray {
  const x = zeros([n / 4]);
  held.push(x);
  return x;
}

describe.each(names)('memory on %s', (name) => {
  let before: ReturnType<typeof setDefaultDevice>;
  beforeAll(async () => {
    before = setDefaultDevice(name);
    await settle();
  });
  afterAll(() => {
    setDefaultDevice(before);
    held.length = 0;
  });
  const live = (): number => memory.stats(name).live;

  it('counts what arrays hold, once for all views, until they are released, once', () => {
    const start = live();
    const x = bytes(megabyte);
    const view = x.at(s(0, 10)).reshape(2, 5);
    expect(live() - start).toBe(megabyte);
    expect(view.storage).toBe(x.storage);
    x.storage.release();
    x.storage.release();
    expect(live() - start).toBe(0);
  });

  it('remembers the highest count until it is reset', () => {
    const start = live();
    memory.resetPeak(name);
    const x = bytes(megabyte);
    const y = bytes(2 * megabyte);
    x.storage.release();
    y.storage.release();
    expect(memory.stats(name).peak - start).toBe(3 * megabyte);
    memory.resetPeak(name);
    expect(memory.stats(name).peak).toBe(live());
  });

  it('gives back what nobody refers to any more', async () => {
    await settle();
    const start = live();
    const last = (() => {
      for (let i = 0; i < 100; i++) zeros([(64 * kilobyte) / 4]);
      return bytes(megabyte);
    })();
    await settle();
    expect(live() - start).toBe(megabyte);
    expect(last.size).toBe(megabyte / 4);
  });

  describe('scope', () => {
    it('releases what was made in it, and returns what it returns', () => {
      const start = live();
      const total = scope(() => bytes(megabyte).add(1).mul(2));
      held.push(total);
      expect(live() - start).toBe(megabyte);
      expect(total.at(7).itemSync()).toBe(2);
    });

    it('finds what it returns in lists, records, maps and sets, and through views', () => {
      const start = live();
      const made = scope(() => ({
        list: [bytes(16 * kilobyte), { deeper: bytes(16 * kilobyte) }],
        map: new Map([['x', bytes(16 * kilobyte)]]),
        set: new Set([bytes(16 * kilobyte)]),
        view: bytes(16 * kilobyte).at(s(4, 8)),
        number: bytes(16 * kilobyte)
          .sum()
          .itemSync(),
      }));
      expect(live() - start).toBe(5 * 16 * kilobyte);
      expect(made.view.toArraySync()).toEqual([0, 0, 0, 0]);
      expect(made.number).toBe(0);
    });

    it('leaves alone what is kept, and what was there before', () => {
      const start = live();
      const outside = bytes(16 * kilobyte);
      let kept = outside;
      let lost = outside;
      scope(() => {
        outside.iadd(1);
        kept = keep(bytes(32 * kilobyte));
        lost = bytes(64 * kilobyte);
      });
      expect(live() - start).toBe(48 * kilobyte);
      expect([outside, kept].map((x) => x.at(0).itemSync())).toEqual([1, 0]);
      expect(lost.storage.released).toBe(true);
      expect(() => lost.add(1)).toThrow(/released by the scope .* keep\(x\)/);
    });

    it('nests: what the inner one returns belongs to the outer one, what is kept to nobody', () => {
      const start = live();
      let inner = bytes(16 * kilobyte);
      let kept = inner;
      scope(() => {
        inner = scope(() => {
          kept = keep(bytes(32 * kilobyte));
          bytes(megabyte);
          return bytes(64 * kilobyte);
        });
        expect(live() - start).toBe((16 + 32 + 64) * kilobyte);
        expect(inner.at(0).itemSync()).toBe(0);
      });
      expect(live() - start).toBe((16 + 32) * kilobyte);
      expect([inner, kept].map((x) => x.storage.released)).toEqual([true, false]);
    });

    it('releases everything when it throws, and closes', () => {
      const start = live();
      let kept: NdArray | null = null;
      const body = () =>
        scope(() => {
          bytes(megabyte);
          scope(() => {
            kept = keep(bytes(16 * kilobyte));
            bytes(megabyte);
            throw new Error('inside');
          });
        });
      expect(body).toThrow('inside');
      expect(live() - start).toBe(16 * kilobyte);
      expect(kept).toBeInstanceOf(NdArray);
      expect(inScope()).toBe(false);
    });

    it('keeps the peak of a loop at one turn', () => {
      const x = bytes(megabyte);
      const start = live();
      memory.resetPeak(name);
      for (let i = 0; i < 10; i++)
        scope(() => {
          x.add(1).mul(2).sub(3).sum();
        });
      expect(live()).toBe(start);
      // Three temporaries, and the parts of the sum.
      expect(memory.stats(name).peak - start).toBeGreaterThanOrEqual(3 * megabyte);
      expect(memory.stats(name).peak - start).toBeLessThan(3 * megabyte + 64 * kilobyte);
      expect(x.storage.released).toBe(false);
    });
  });
});

describe('temporaries in a loop with no scope', () => {
  /** What the pool of a device may hold before it collects garbage, where little is alive. */
  const budget = 64 * megabyte;

  // How much V8 lets lie depends on its heap, and other tests have filled this one.
  it('on js, V8 collects them while the loop runs', () => {
    const code = `
      import { ones } from '@chainer/xp';
      const x = ones([1024], { device: 'js' });
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < 25_000; i++) x.add(1);
      console.log(process.memoryUsage().arrayBuffers - before);`;
    const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const;
    const grown = Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], options));
    // 100 MB have passed.
    expect(grown).toBeLessThan(budget);
  });

  // The live count of `js` follows its finalizers, which wait for the event loop.
  it('on js, the count follows', async () => {
    await settle();
    const start = js.memory.stats().live;
    const x = ones([kilobyte], { device: 'js' });
    let y = x;
    for (let i = 0; i < 25_000; i++) y = x.add(1);
    await settle();
    expect(js.memory.stats().live - start).toBe(2 * 4 * kilobyte);
    expect(y.sub(x).at(0).itemSync()).toBe(1);
  });

  describe.runIf(names.includes('cpu'))('on cpu', () => {
    const held = (): number => {
      const { live, pooled } = memory.stats('cpu');
      return live + pooled;
    };

    it('a million small ones stay within the budget', async () => {
      await settle();
      const x = ones([64], { device: 'cpu' });
      const { collections } = memory.stats('cpu');
      memory.resetPeak('cpu');
      let y = x;
      let most = 0;
      for (let i = 0; i < 1_000_000; i++) {
        y = x.add(1);
        if (i % 1000 === 0) most = Math.max(most, held());
      }
      // 256 MB have passed.
      expect(Math.max(most, memory.stats('cpu').peak)).toBeLessThanOrEqual(budget);
      expect(y.at(63).itemSync()).toBe(2);
      const { live } = memory.stats('cpu');
      memory.collect('cpu');
      expect(memory.stats('cpu').live).toBeLessThanOrEqual(live);
      expect(memory.stats('cpu').collections).toBeGreaterThan(collections);
    });

    it('large ones are collected under pressure, and memory goes round', async () => {
      await settle();
      const start = memory.stats('cpu');
      const x = ones([(64 * kilobyte) / 4], { device: 'cpu' });
      let most = 0;
      for (let i = 0; i < 10_000; i++) {
        x.add(1);
        if (i % 10 === 0) most = Math.max(most, held());
      }
      // 640 MB have passed, ten times the budget.
      expect(most).toBeLessThanOrEqual(budget);
      expect(memory.stats('cpu').collections - start.collections).toBeGreaterThanOrEqual(9);
      await settle();
      expect(memory.stats('cpu').live - start.live).toBe(64 * kilobyte);
    });

    it('the budget makes room for what is alive, and shrinks again', async () => {
      await settle();
      const start = memory.stats('cpu').live;
      const alive = Array.from({ length: 100 }, () => zeros([megabyte / 4], { device: 'cpu' }));
      expect(memory.stats('cpu').live - start).toBe(100 * megabyte);
      for (const x of alive) x.storage.release();
      memory.collect('cpu');
      expect(held()).toBeLessThanOrEqual(budget);
    });
  });
});
