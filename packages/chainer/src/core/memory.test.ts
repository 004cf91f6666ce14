import * as xp from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as F from '../functions/index.ts';
import { Linear } from '../links/connection/linear.ts';
import { Classifier } from '../links/model/classifier.ts';
import { Adam } from '../optimizers/adam.ts';
import { settle } from '../testing/garbage.testing.ts';
import { grad } from './backward.ts';
import { config, noBackpropMode, usingConfig } from './config.ts';
import { Variable } from './install.ts';
import { Sequential } from './sequential.ts';

const { keep, memory, scope } = xp;
const names = xp.devices().map((d) => d.name);

/** Bytes of one array of these tests: a block of its own on every device. */
const block = 128 * 1024;
const full = (n = block): Variable => new Variable(xp.full([n / 4], 0.5));

type Step = (h: Variable) => Variable;

function chain(x: Variable, n: number, step: Step): Variable {
  let h = x;
  for (let i = 0; i < n; i++) h = step(h);
  return h;
}

describe.each(names)('memory of the graph on %s', (name) => {
  let before: ReturnType<typeof xp.setDefaultDevice>;
  beforeAll(async () => {
    before = xp.setDefaultDevice(name);
    await settle();
  });
  afterAll(() => {
    xp.setDefaultDevice(before);
  });

  const live = (): number => memory.stats(name).live;
  /** How many blocks more there are than at the start: small arrays of other tests, collected late, do not matter. */
  const blocksSince = (start: number, now = live()): number => Math.round((now - start) / block) + 0;

  const held: Variable[] = [];

  // A step of each chain adds what its gradient reads and nothing else; the last result is held here.
  it.each<[string, Step, number]>([
    ["tanh' = 1 - y²: every output", (h) => F.tanh(h), 8],
    ["square' = 2x: every input, the last of which is the output before the last", (h) => F.square(h), 8],
    ['a factor: nothing but the result', (h) => F.mul(h, 2), 1],
    ['a sum with itself: nothing but the result', (h) => F.add(h, h), 1],
    ['tanh of a multiple: the outputs of tanh, not the multiples', (h) => F.tanh(F.mul(h, 2)), 8],
    ['a reshaped view: nothing at all', (h) => F.reshape(h, h.ndim === 1 ? [2, -1] : [-1]), 0],
  ])('the graph holds what backward reads: %s', async (_, step, blocks) => {
    const x = full();
    const start = live();
    const y = chain(x, 8, step);
    // So that the next of these tests, too, finds no garbage when it starts.
    held.push(x, y);
    await settle();
    expect(blocksSince(start)).toBe(blocks);
  });

  it('aggressive buffer release: what functions keep while the graph lives, and what a backward pass leaves', async () => {
    const measured = async (release: boolean) => {
      const x = full();
      await settle();
      const start = live();
      const y = usingConfig('aggressiveBufferRelease', release, () =>
        chain(x, 4, (h) => F.tanh(F.mul(h, 2))),
      );
      y.grad = xp.ones([x.size]);
      await settle();
      const kept = blocksSince(start);
      usingConfig('aggressiveBufferRelease', release, () => y.backward());
      await settle();
      const left = blocksSince(start);
      expect(x.grad?.at(0).itemSync()).toBeGreaterThan(0);
      expect(y.size).toBe(x.size);
      return [kept, left];
    };
    // Four outputs of tanh and the seed; then y and the gradient of x.
    expect(await measured(true)).toEqual([5, 2]);
    // And four multiples; then only the seed is gone.
    expect(await measured(false)).toEqual([9, 9]);
  });

  it('without aggressive buffer release a graph can be walked again', () => {
    usingConfig('aggressiveBufferRelease', false, () => {
      const x = full();
      const y = F.sum(F.square(x));
      y.backward();
      y.backward();
      expect(x.grad?.at(0).itemSync()).toBe(2);
    });
  });

  it('the peak of a forward pass is what the graph retains', async () => {
    const x = full();
    await settle();
    const start = live();
    memory.resetPeak(name);
    const y = chain(x, 20, F.tanh);
    expect(blocksSince(start, memory.stats(name).peak)).toBe(20);
    expect(y.rank).toBe(20);
  });

  it('without a graph, nothing is retained', async () => {
    const x = full();
    await settle();
    const start = live();
    const y = noBackpropMode(() => chain(x, 20, F.tanh));
    await settle();
    expect(blocksSince(start)).toBe(1);
    expect(y.creator).toBeNull();
  });

  it.each([10, 50])('backward through %i functions needs two gradients at a time', async (n) => {
    const x = full();
    const y = chain(x, n, F.tanh);
    y.grad = xp.ones([x.size]);
    await settle();
    const start = live();
    memory.resetPeak(name);
    y.backward();
    expect(blocksSince(start, memory.stats(name).peak)).toBe(2);
    // The gradient of x is left; the graph has let its arrays go but for y, which is held here.
    expect(blocksSince(start)).toBe(1);
    await settle();
    expect(blocksSince(start)).toBe(1 - n);
    expect(y.array.size).toBe(x.size);
  });

  it.each([10, 50])('gradients of a variable used %i times are added up in one place', async (n) => {
    const x = full();
    let y: Variable = F.mul(x, 0);
    for (let i = 1; i < n; i++) y = F.add(y, F.mul(x, i));
    y.grad = xp.ones([x.size]);
    await settle();
    const start = live();
    memory.resetPeak(name);
    y.backward();
    expect(blocksSince(start, memory.stats(name).peak)).toBeLessThanOrEqual(3);
    expect(x.grad?.at(0).itemSync()).toBe((n * (n - 1)) / 2);
  });

  it("a user's own handles stay valid: values, the gradient before cleargrad, the seed", () => {
    const x = full();
    const h = F.tanh(x);
    const y = F.tanh(h);
    const seed = xp.ones([x.size]);
    y.grad = seed;
    y.backward();
    const g = x.grad as xp.NdArray;
    x.cleargrad();
    F.square(x).sum().backward();
    const slope = (1 - Math.tanh(0.5) ** 2) * (1 - Math.tanh(Math.tanh(0.5)) ** 2);
    expect(g.at(0).itemSync()).toBeCloseTo(slope, 5);
    expect(h.array.at(0).itemSync()).toBeCloseTo(Math.tanh(0.5), 5);
    expect(y.array.at(0).itemSync()).toBeCloseTo(Math.tanh(Math.tanh(0.5)), 5);
    expect(seed.at(0).itemSync()).toBe(1);
    expect(x.grad?.at(0).itemSync()).toBe(1);
  });

  it('a gradient that nobody was handed goes back at cleargrad', async () => {
    await settle();
    const x = full();
    F.tanh(x).sum().backward();
    const unseen = x.peekGrad() as xp.NdArray;
    const start = live();
    x.cleargrad();
    expect(unseen.storage.released).toBe(true);
    expect(blocksSince(start)).toBe(-1);
  });

  it('gradients of gradients stay, whatever was walked', () => {
    const x = full();
    const [g] = grad([F.sum(F.tanh(x))], [x], { enableDoubleBackprop: true });
    const [gg] = grad([F.sum(g as Variable)], [x]);
    const t = Math.tanh(0.5);
    expect(g?.array.at(0).itemSync()).toBeCloseTo(1 - t * t, 5);
    expect(gg?.array.at(0).itemSync()).toBeCloseTo(-2 * t * (1 - t * t), 5);
  });

  describe('in a scope', () => {
    it('what is returned or kept stays, and the graph above it with its own arrays does not', async () => {
      await settle();
      const x = full();
      const start = live();
      let kept = x;
      const y = scope(() => {
        kept = keep(F.exp(x));
        return F.tanh(F.mul(kept, 2));
      });
      expect(blocksSince(start)).toBe(2);
      expect(y.array.at(0).itemSync()).toBeCloseTo(Math.tanh(2 * Math.exp(0.5)), 5);
      expect(kept.array.at(0).itemSync()).toBeCloseTo(Math.exp(0.5), 5);
    });

    it('a backward pass through what a scope released says so', () => {
      const x = full();
      let y = x;
      scope(() => {
        y = F.sum(F.square(F.exp(x)));
      });
      expect(() => y.backward()).toThrow(/released by the scope/);
    });

    it('an error releases everything and leaves the configuration as it was', async () => {
      await settle();
      const x = full();
      const start = live();
      const body = () =>
        scope(() =>
          noBackpropMode(() => {
            chain(x, 5, F.tanh);
            return F.add(x, xp.ones([3]));
          }),
        );
      expect(body).toThrow('[add] shapes do not broadcast');
      expect(blocksSince(start)).toBe(0);
      expect(config.enableBackprop).toBe(true);
    });
  });

  describe('training a perceptron', () => {
    const make = () => {
      xp.random.seed(1);
      const model = new Classifier(new Sequential(new Linear(8, 16), F.relu, new Linear(16, 4)));
      const optimizer = new Adam().setup(model);
      const x = xp.random.normal({ size: [8, 8] });
      const t = xp.arange(8, { dtype: 'int32' }).mod(4);
      const step = () => {
        const loss = model.forward(x, t);
        model.cleargrads();
        loss.backward();
        optimizer.update();
      };
      return { model, step };
    };
    /** Small arrays share pieces of at most that size; a piece goes when all in it are garbage. */
    const slab = 128 * 1024;

    it('1,000 steps without a scope grow nothing', async () => {
      const { model, step } = make();
      for (let i = 0; i < 20; i++) step();
      await settle();
      const start = live();
      memory.resetPeak(name);
      for (let i = 1; i <= 1000; i++) {
        step();
        if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
      const { peak } = memory.stats(name);
      await settle();
      expect(Math.abs(live() - start)).toBeLessThanOrEqual(slab);
      expect(peak).toBeLessThan(64 * 1024 * 1024);
      expect(model.countParams()).toBe(8 * 16 + 16 + 16 * 4 + 4);
    });

    it('steps in scopes need no collection, and train the same', async () => {
      const free = make();
      for (let i = 0; i < 100; i++) free.step();
      const scoped = make();
      await settle();
      // The first step makes the optimizer's state.
      scope(scoped.step);
      const start = live();
      const { collections } = memory.stats(name);
      memory.resetPeak(name);
      scope(scoped.step);
      const turn = memory.stats(name).peak;
      for (let i = 2; i < 100; i++) scope(scoped.step);
      expect(live()).toBeLessThanOrEqual(start);
      expect(memory.stats(name).peak).toBeLessThanOrEqual(turn);
      expect(memory.stats(name).collections).toBe(collections);
      const values = ({ model }: typeof free) => [...model.params()].map((p) => p.array.toArraySync());
      expect(values(scoped)).toEqual(values(free));
    });
  });
});

describe.runIf(names.includes('cpu'))('collecting under pressure on cpu', () => {
  const large = 4 * 1024 * 1024;
  const room = 32 * 1024 * 1024;
  let before: ReturnType<typeof xp.setDefaultDevice>;
  beforeAll(async () => {
    before = xp.setDefaultDevice('cpu');
    await settle();
  });
  afterAll(() => {
    xp.setDefaultDevice(before);
  });

  it.each<[string, Step, number, number]>([
    ['100 factors: one result', (h) => F.mul(h, 2), 100, 1],
    ['40 times tanh of a multiple: 40 outputs of tanh', (h) => F.tanh(F.mul(h, 2)), 40, 40],
  ])(
    'what the graph does not retain is collected before much of it piles up: %s',
    async (_, step, n, blocks) => {
      const x = full(large);
      await settle();
      const start = memory.stats('cpu');
      memory.resetPeak('cpu');
      const y = chain(x, n, step);
      expect(memory.stats('cpu').peak - start.live).toBeLessThanOrEqual(
        Math.max(2 * room, blocks * large + room),
      );
      expect(memory.stats('cpu').collections).toBeGreaterThan(start.collections);
      await settle();
      expect(Math.round((memory.stats('cpu').live - start.live) / large)).toBe(blocks);
      expect(y.size).toBe(x.size);
    },
  );
});
