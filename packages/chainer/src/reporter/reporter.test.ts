import { type Device, full, js, type NdArray, zeros } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { config } from '../core/config.ts';
import { Variable } from '../core/install.ts';
import { DictionarySerializer } from '../serializers/dictionary-serializer.ts';
import {
  DictSummary,
  getCurrentReporter,
  type Observation,
  Reporter,
  report,
  reportScope,
  Summary,
} from './index.ts';

describe('Reporter', () => {
  test('names of observers stand before the keys', () => {
    const reporter = new Reporter();
    const [model, layer] = [{}, {}];
    reporter.addObserver('main', model);
    reporter.addObservers('main', [['/l1', layer]]);
    const observation: Observation = {};
    reporter.scope(observation, () => {
      report({ loss: 1 }, model);
      report({ norm: 2 }, layer);
      report({ lr: 3 });
    });
    expect(observation).toEqual({ 'main/loss': 1, 'main/l1/norm': 2, lr: 3 });
  });

  test('an unknown observer is an error that says what to do', () => {
    expect(() => new Reporter().activate(() => report({ loss: 1 }, new Summary()))).toThrow(
      /Reporter\.report.*Summary.*addObserver/,
    );
  });

  test('report does nothing without a reporter, getCurrentReporter throws', () => {
    report({ loss: 1 });
    expect(() => getCurrentReporter()).toThrow('no reporter is active');
  });

  test('scopes nest, and end after asynchronous bodies', async () => {
    const reporter = new Reporter();
    const [outer, inner]: [Observation, Observation] = [{}, {}];
    await reporter.scope(outer, async () => {
      await reportScope(inner, async () => {
        await Promise.resolve();
        report({ a: 1 });
      });
      report({ b: 2 });
      expect(getCurrentReporter()).toBe(reporter);
    });
    expect([outer, inner]).toEqual([{ b: 2 }, { a: 1 }]);
    expect(() => getCurrentReporter()).toThrow();
  });

  test('a scope ends when its body throws', () => {
    expect(() =>
      new Reporter().scope({}, () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(() => getCurrentReporter()).toThrow('no reporter');
  });

  test('variables lose their graph unless it is to be kept', () => {
    const observation: Observation = {};
    const y = new Variable(zeros([2])).mul(2);
    const reporter = new Reporter();
    reporter.scope(observation, () => report({ y }));
    expect((observation.y as Variable).creator).toBeNull();
    expect((observation.y as Variable).array).toBe(y.array);
    config.keepGraphOnReport = true;
    try {
      reporter.scope(observation, () => report({ y }));
    } finally {
      config.keepGraphOnReport = false;
    }
    expect((observation.y as Variable).creator).not.toBeNull();
  });
});

describe('Summary', () => {
  test('weighted mean and deviation', async () => {
    const summary = new Summary();
    summary.add(1, { weight: 3 });
    summary.add(5);
    // mean (3·1 + 5) / 4, E[x²] = (3 + 25) / 4
    expect(await summary.makeStatistics()).toEqual([2, Math.sqrt(7 - 4)]);
  });

  test('arrays of one element are read when asked for, many of them as they come', async () => {
    const summary = new Summary();
    for (let i = 0; i < 200; i++) summary.add(zeros([]).add(i));
    expect(await summary.computeMean()).toBe(99.5);
    expect(() => summary.add(zeros([2]))).toThrow('[Summary.add] expected one element');
  });

  test('values on an asynchronous device wait: saving needs them settled first', async () => {
    const allocate = (nbytes: number) =>
      Object.defineProperty(js.allocate(nbytes), 'device', { value: device });
    const device: Device = { ...js, synchronous: false, allocate };
    const waiting = (value: number): NdArray => full([], value, { device });
    const summary = new Summary();
    for (let i = 0; i < 100; i++) summary.add(waiting(i));
    const writer = new DictionarySerializer();
    expect(() => summary.serialize(writer)).toThrow('await summary.settle() before');
    await summary.settle();
    summary.serialize(writer);
    expect([writer.target.get('_n'), (writer.target.get('_x') as NdArray).itemSync()]).toEqual([100, 4950]);
  });

  test('weights may wait on an asynchronous device, too', async () => {
    const allocate = (nbytes: number) =>
      Object.defineProperty(js.allocate(nbytes), 'device', { value: device });
    const device: Device = { ...js, synchronous: false, allocate };
    const waiting = (value: number): NdArray => full([], value, { device });
    const summary = new DictSummary();
    summary.add({ loss: [waiting(1), waiting(3)], rate: [2, waiting(1)] });
    summary.add({ loss: [waiting(5), 1], rate: 5 });
    expect(await summary.computeMean()).toEqual({ loss: 2, rate: 3.5 });
  });

  test('nothing has no mean', async () => {
    expect(await new Summary().computeMean()).toBeNaN();
  });

  test('DictSummary ignores what is no scalar', async () => {
    const summary = new DictSummary();
    summary.add({ a: [1, 3], b: null, c: 'text', d: zeros([2]), e: true });
    summary.add({ a: 5 });
    expect(await summary.computeMean()).toEqual({ a: 2, e: 1 });
    expect(Object.keys(await summary.makeStatistics())).toEqual(['a', 'a.std', 'e', 'e.std']);
  });
});
