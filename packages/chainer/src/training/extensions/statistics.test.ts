import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, type NdArray } from '@chainer/xp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sum } from '../../functions/math/sum.ts';
import { links as L, optimizers } from '../../index.ts';
import { SerialIterator } from '../../iterators/serial-iterator.ts';
import { DictionarySerializer } from '../../serializers/dictionary-serializer.ts';
import { NpzDeserializer } from '../../serializers/npz-deserializer.ts';
import { Trainer } from '../trainer.ts';
import { StandardUpdater } from '../updaters/standard-updater.ts';
import { LogReport, ParameterStatistics, VariableStatisticsPlot } from './index.ts';
import { percentiles } from './percentiles.ts';
import { Reservoir } from './reservoir.ts';

let out = '';
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'chainer-statistics-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

/** y = w·x with w = [1, 2, 3, 4], whose gradient is x; SGD takes 1 off in each step. */
function training(stop: number) {
  const model = new L.Linear(4, 1, { nobias: true, initialW: array([[1, 2, 3, 4]]) });
  const optimizer = new optimizers.SGD({ lr: 1 }).setup(model);
  const iterator = new SerialIterator([array([1, 1, 1, 1])], 1, { shuffle: false });
  const updater = new StandardUpdater(iterator, optimizer, {
    converter: (batch: readonly NdArray[]) => (batch[0] as NdArray).reshape([1, 4]),
    lossFunc: (x: NdArray) => sum(model.forward(x)),
  });
  return { model, trainer: new Trainer(updater, { stopTrigger: [stop, 'iteration'], out }) };
}

describe('percentiles', () => {
  test('as NumPy interpolates them', () => {
    expect(percentiles([4, 1, 3, 2], [0, 25, 50, 100])).toEqual([1, 1.75, 2.5, 4]);
    expect(percentiles([], [50])).toEqual([Number.NaN]);
  });
});

describe('ParameterStatistics', () => {
  test('reports means over an interval under prefix/path/attribute/statistic', async () => {
    const { model, trainer } = training(2);
    trainer.extend(new ParameterStatistics(model, { prefix: 'model', trigger: [2, 'iteration'] }));
    const log = new LogReport({ trigger: [2, 'iteration'], filename: null });
    trainer.extend(log);
    await trainer.run();
    const entry = log.log[0] as Record<string, number>;
    // w is [0, 1, 2, 3] after the first step, [-1, 0, 1, 2] after the second.
    expect(entry['model/W/data/mean']).toBeCloseTo(1);
    expect(entry['model/W/data/std']).toBeCloseTo(Math.sqrt(1.25));
    expect(entry['model/W/data/min']).toBeCloseTo(-0.5);
    expect(entry['model/W/data/max']).toBeCloseTo(2.5);
    expect(entry['model/W/data/zeros']).toBe(1);
    expect(entry['model/W/data/percentile/3']).toBeCloseTo(1);
    expect(entry['model/W/grad/mean']).toBe(1);
    expect(Object.keys(entry).filter((key) => key.startsWith('model/W/data/percentile/'))).toHaveLength(7);
  });

  test('statistics of one’s own, gradients only, and NaN where it is skipped', async () => {
    const { model, trainer } = training(1);
    const seen: unknown[] = [];
    const statistics = { size: (x: NdArray) => x.size };
    trainer.extend(
      new ParameterStatistics([model], { statistics, reportParams: false, trigger: [1, 'iteration'] }),
    );
    trainer.extend((t) => void seen.push({ ...t.observation }));
    await trainer.run();
    expect(seen).toEqual([{ 'W/grad/size': 4 }]);
    model.W.array.setAt(Number.NaN, 0, 0);
    const nan = new ParameterStatistics(model, { statistics, skipNanParams: true, reportGrads: false });
    const found = await (nan as unknown as { measure(): Promise<object> }).measure();
    expect(found).toEqual({ 'W/data/size': Number.NaN });
  });
});

describe('Reservoir', () => {
  test('keeps every value equally likely', () => {
    const counts = new Array(20).fill(0);
    const sample = new Reservoir(5);
    for (let round = 0; round < 2000; round++) {
      sample.clear();
      for (let k = 0; k < 4; k++) sample.add([5 * k, 5 * k + 1, 5 * k + 2, 5 * k + 3, 5 * k + 4]);
      expect(new Set(sample.values).size).toBe(5);
      for (const v of sample.values) counts[v]++;
    }
    // 500 of each are expected, with a standard deviation of 19.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100);
  });
});

describe('VariableStatisticsPlot', () => {
  test('draws values and gradients in two charts, and goes on after resuming', async () => {
    const { model, trainer } = training(4);
    const options = {
      trigger: [1, 'iteration'] as const,
      filename: 'statistics.svg',
      percentileSigmas: [0, 100],
    };
    const plot = new VariableStatisticsPlot(model, options);
    trainer.extend(plot);
    await trainer.run();
    const svg = await readFile(join(out, 'statistics.svg'), 'utf8');
    for (const name of ['data mean', 'data mean + std', 'data 100 %', 'grad mean', 'grad 0 %'])
      expect(svg).toContain(`>${name}<`);
    const writer = new DictionarySerializer();
    plot.serialize(writer);
    const points = JSON.parse(writer.target.get('_points') as string);
    expect(points.data.mean).toEqual([
      [1, 1.5],
      [2, 0.5],
      [3, -0.5],
      [4, -1.5],
    ]);
    expect(points.data['100 %'][0]).toEqual([1, 3]);
    expect(points.grad.mean[3]).toEqual([4, 1]);
    const again = new VariableStatisticsPlot(model, options);
    again.serialize(new NpzDeserializer(writer.target));
    const rewritten = new DictionarySerializer();
    again.serialize(rewritten);
    expect(rewritten.target.get('_points')).toBe(writer.target.get('_points'));
  });

  test('wrong arguments', () => {
    const { model } = training(1);
    expect(() => new VariableStatisticsPlot('W' as never)).toThrow(
      'targets must be variables or links, got W',
    );
    expect(() => new VariableStatisticsPlot(model, { maxSampleSize: 0 })).toThrow(
      'must be a positive integer, got 0',
    );
    expect(() => new VariableStatisticsPlot(model, { filename: 'a.pdf' })).toThrow(
      'must end in .png or .svg',
    );
  });
});
