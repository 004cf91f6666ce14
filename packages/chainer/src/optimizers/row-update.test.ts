import * as xp from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../core/install.ts';
import type { Parameter } from '../core/parameter.ts';
import type { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import { SerialIterator } from '../iterators/serial-iterator.ts';
import { EmbedID } from '../links/connection/embed-id.ts';
import { WeightDecay } from '../optimizerHooks/weight-decay.ts';
import { settle } from '../testing/garbage.testing.ts';
import { StandardUpdater } from '../training/updaters/standard-updater.ts';
import * as optimizers from './index.ts';

const names = xp.devices().map((d) => d.name);
const [V, D] = [40, 5];
const ids = (list: unknown, dtype: 'int32' | 'int64' = 'int32'): xp.NdArray =>
  xp.array(list as number[], { dtype });

/** Numbers that differ from place to place. */
const numbers = (shape: readonly number[], seed: number): xp.NdArray =>
  xp
    .array(
      Array.from({ length: shape.reduce((a, d) => a * d, 1) }, (_, i) => Math.sin(seed + i * 1.7)),
      { dtype: 'float64' },
    )
    .reshape(shape);

const table = (ignoreLabel: number | null = null): EmbedID =>
  EmbedID.fromParams(numbers([V, D], 1), { ignoreLabel });

/** A loss whose gradient differs from use to use. */
const lossOf = (embed: EmbedID, batches: readonly xp.NdArray[]): Variable =>
  batches
    .map((x, t) => F.sum(F.square(F.sub(embed.forward(x), numbers([...x.shape, D], t + 2)))))
    .reduce((a, b) => F.add(a, b));

const distance = (a: xp.NdArray, b: xp.NdArray): number => Number(xp.max(xp.abs(a.sub(b))).itemSync());

const batches: Readonly<Record<string, () => xp.NdArray[]>> = {
  'one use': () => [ids([3, 7, 1])],
  'ids that come again, of two axes, from the end': () => [
    ids([
      [3, 3, -1],
      [V - 1, 0, 3],
    ]),
  ],
  'several uses, an id to ignore': () => [ids([2, 9, 5]), ids([9, 9, 0]), ids([5, 11, 2])],
  'ids of two dtypes': () => [ids([1, 2]), ids([2, 3], 'int64')],
  'more rows than the table has': () => [ids(Array.from({ length: 3 * V }, (_, i) => (i * 7) % V))],
};

describe.each(names)('updates of rows on %s', (name) => {
  let before: ReturnType<typeof xp.setDefaultDevice>;
  beforeAll(() => {
    before = xp.setDefaultDevice(name);
  });
  afterAll(() => {
    xp.setDefaultDevice(before);
  });

  it.each(Object.keys(batches))('SGD comes to the numbers of the dense update: %s', (key) => {
    const values = [false, true].map((dense) => {
      const embed = table(key.includes('ignore') ? 9 : null);
      const optimizer = new optimizers.SGD({ lr: 0.05 }).setup(embed);
      for (let i = 0; i < 3; i++) {
        embed.cleargrads();
        lossOf(embed, (batches[key] as () => xp.NdArray[])()).backward();
        if (dense) expect(embed.W.grad?.shape).toEqual([V, D]);
        optimizer.update();
      }
      expect(optimizer.t).toBe(3);
      return embed.W.array;
    });
    expect(distance(values[0] as xp.NdArray, values[1] as xp.NdArray)).toBeLessThan(1e-14);
    expect(distance(values[0] as xp.NdArray, numbers([V, D], 1))).toBeGreaterThan(0.1);
  });

  it('gradients stay rows where only embedId uses the table, and are dense for whoever looks', () => {
    const embed = table();
    const rows = (): unknown => embed.W.node.gradRows;
    lossOf(embed, [ids([3, 3, 1])]).backward();
    expect(rows()).not.toBeNull();
    expect(embed.W.hasGrad).toBe(true);
    const g = (embed.W.grad as xp.NdArray).copy();
    expect(rows()).toBeNull();
    expect(g.shape).toEqual([V, D]);
    // 2 (W - target), added up over the uses: rows 3 and 1 of the table are all that has a gradient.
    const [W, target] = [numbers([V, D], 1), numbers([3, D], 2)];
    expect(distance(g.at(1), W.at(1).sub(target.at(2)).mul(2))).toBeLessThan(1e-14);
    expect(distance(g.at(3), W.at(3).mul(2).sub(target.at(0)).sub(target.at(1)).mul(2))).toBeLessThan(1e-14);
    expect(xp.countNonzero(xp.any(g.ne(0), { axis: 1 })).valueOf()).toSatisfy((n: unknown) =>
      n instanceof xp.NdArray ? n.itemSync() === 2 : n === 2,
    );
    // A second pass adds to the first.
    embed.cleargrads();
    expect(embed.W.hasGrad).toBe(false);
    lossOf(embed, [ids([3, 3, 1])]).backward();
    lossOf(embed, [ids([3, 3, 1])]).backward();
    expect(rows()).toBeNull();
    expect(distance(embed.W.grad as xp.NdArray, g.mul(2))).toBeLessThan(1e-14);
    embed.cleargrads();
    lossOf(embed, [ids([3])]).backward();
    embed.zerograds();
    expect(rows()).toBeNull();
    expect(xp.max(xp.abs(embed.W.grad as xp.NdArray)).itemSync()).toBe(0);
  });

  it('a table that other functions use, too, has a dense gradient', () => {
    for (const other of [
      (W: Parameter) => F.sum(F.square(W)),
      (W: Parameter) => F.sum(F.linear(numbers([2, D], 5), W)),
    ]) {
      const gradients = [false, true].map((retainGraph) => {
        const embed = table();
        F.add(lossOf(embed, [ids([4, 4]), ids([6, 1])]), other(embed.W)).backward({ retainGraph });
        expect(embed.W.node.gradRows).toBeNull();
        return embed.W.grad as xp.NdArray;
      });
      expect(distance(gradients[0] as xp.NdArray, gradients[1] as xp.NdArray)).toBeLessThan(1e-13);
    }
  });

  it('hooks and factors of the loss get what they need', () => {
    const values = [false, true].map((dense) => {
      const embed = table();
      const optimizer = new optimizers.SGD({ lr: 0.05 }).setup(embed);
      optimizer.addHook(new WeightDecay(0.1));
      optimizer.setLossScale(4);
      for (let i = 0; i < 2; i++) {
        embed.cleargrads();
        lossOf(embed, [ids([3, 3, 1])]).backward({ lossScale: 4 });
        expect(embed.W.node.lossScale).toBe(4);
        if (dense) expect(embed.W.grad).not.toBeNull();
        optimizer.update();
      }
      return embed.W.array;
    });
    expect(distance(values[0] as xp.NdArray, values[1] as xp.NdArray)).toBeLessThan(1e-14);
    // Decay reaches rows that were not used.
    expect(distance((values[0] as xp.NdArray).at(8), numbers([V, D], 1).at(8))).toBeGreaterThan(1e-4);
  });

  it.each([
    ['MomentumSGD', (lazyRows: boolean) => new optimizers.MomentumSGD({ lr: 0.05, lazyRows })],
    ['Adam', (lazyRows: boolean) => new optimizers.Adam({ alpha: 0.05, lazyRows })],
    ['AdamW', (lazyRows: boolean) => new optimizers.AdamW({ alpha: 0.05, weightDecayRate: 0.1, lazyRows })],
    ['AMSGrad', (lazyRows: boolean) => new optimizers.AMSGrad({ alpha: 0.05, lazyRows })],
  ])('%s with lazyRows: used rows as in the dense update, the others as they were', (_name, make) => {
    const run = (lazyRows: boolean): EmbedID => {
      const embed = table();
      const optimizer = make(lazyRows).setup(embed);
      // Row 8 is used once; 3 and 1 always.
      for (let i = 0; i < 3; i++)
        optimizer.update(() => lossOf(embed, [ids(i === 0 ? [3, 3, 1, 8] : [3, 3, 1])]));
      return embed;
    };
    const [lazy, dense] = [run(true), run(false)];
    const start = numbers([V, D], 1);
    const names = Object.keys(dense.W.updateRule?.state ?? {});
    expect(Object.keys(lazy.W.updateRule?.state ?? {})).toEqual(names);
    for (const row of [1, 3]) {
      expect(distance(lazy.W.array.at(row), dense.W.array.at(row))).toBeLessThan(1e-14);
      for (const key of names) {
        const [a, b] = [lazy, dense].map((l) => l.W.updateRule?.state?.[key] as xp.NdArray);
        expect(distance((a as xp.NdArray).at(row), (b as xp.NdArray).at(row))).toBeLessThan(1e-14);
      }
    }
    expect(distance(lazy.W.array.at(20), start.at(20))).toBe(0);
    // The dense update carries row 8 on by what is remembered of its only use.
    expect(distance(lazy.W.array.at(8), dense.W.array.at(8))).toBeGreaterThan(1e-4);
  });

  it('rows live through the scope of an updater', () => {
    const embed = table();
    const optimizer = new optimizers.SGD({ lr: 0.05 }).setup(embed);
    const updater = new StandardUpdater(new SerialIterator([[ids(3)], [ids(5)]], 2), optimizer, {
      lossFunc: (x: xp.NdArray) => lossOf(embed, [x]),
    });
    updater.update();
    updater.update();
    expect(embed.W.node.gradRows).not.toBeNull();
    expect(embed.W.grad?.shape).toEqual([V, D]);
    expect(xp.max(xp.abs((embed.W.grad as xp.NdArray).at(4))).itemSync()).toBe(0);
  });

  it('makes nothing of the size of the table but one number a row', async () => {
    const [rows, width] = [4096, 64];
    const embed = new EmbedID(rows, width);
    const optimizer = new optimizers.SGD({ lr: 0.05 }).setup(embed);
    const x = ids([1, 5, 5, 4000]);
    const step = (): void => {
      embed.cleargrads();
      F.sum(F.square(embed.forward(x))).backward();
      optimizer.update();
    };
    step();
    await settle();
    const start = xp.memory.stats(name).live;
    xp.memory.resetPeak(name);
    step();
    const { peak, live } = xp.memory.stats(name);
    expect(peak - start).toBeLessThan(rows * width * 4 * 0.2);
    expect(live - start).toBeLessThan(rows * width * 4 * 0.1);
  });
});
