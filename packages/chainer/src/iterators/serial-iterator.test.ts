import { random } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { DictionarySerializer } from '../serializers/dictionary-serializer.ts';
import { NpzDeserializer } from '../serializers/npz-deserializer.ts';
import { SerialIterator, ShuffleOrderSampler } from './index.ts';

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('SerialIterator', () => {
  test('batches may straddle epochs and are always full', () => {
    const it = new SerialIterator(numbers(5), 3, { shuffle: false });
    const seen = [1, 2, 3].map(() => {
      const { value } = it.next();
      return [value, it.epoch, it.isNewEpoch, it.epochDetail, it.previousEpochDetail];
    });
    expect(seen).toEqual([
      [[0, 1, 2], 0, false, 0.6, 0],
      [[3, 4, 0], 1, true, 1.2, 0.6],
      [[1, 2, 3], 1, false, 1.8, 1.2],
    ]);
  });

  test('a batch larger than the dataset goes round several times', () => {
    const it = new SerialIterator(numbers(2), 5, { shuffle: false });
    expect(it.next().value).toEqual([0, 1, 0, 1, 0]);
    expect([it.epoch, it.currentPosition, it.isNewEpoch]).toEqual([2, 1, true]);
  });

  test('without repeat the last batch is short; reset begins anew', () => {
    const it = new SerialIterator(numbers(5), 2, { repeat: false, shuffle: false });
    expect([...it]).toEqual([[0, 1], [2, 3], [4]]);
    expect(it.next().done).toBe(true);
    it.reset();
    expect([...it].length).toBe(3);
  });

  test('every epoch is a permutation, another one each time, decided by the seed', () => {
    const epochs = (): unknown[][] => {
      random.seed(7);
      const it = new SerialIterator(numbers(20), 20);
      return [it.next().value as unknown[], it.next().value as unknown[]];
    };
    const [first, second] = epochs() as [number[], number[]];
    expect(first.toSorted((a, b) => a - b)).toEqual(numbers(20));
    expect(second.toSorted((a, b) => a - b)).toEqual(numbers(20));
    expect(first).not.toEqual(second);
    expect(epochs()).toEqual([first, second]);
  });

  test('state goes on where it was, with the order', () => {
    random.seed(1);
    const before = new SerialIterator(numbers(10), 3);
    before.next();
    const writer = new DictionarySerializer();
    before.serialize(writer);
    expect([...writer.target.keys()].sort()).toEqual([
      'current_position',
      'epoch',
      'is_new_epoch',
      'order',
      'previous_epoch_detail',
    ]);
    const after = new SerialIterator(numbers(10), 3);
    after.serialize(new NpzDeserializer(writer.target));
    expect(after.next()).toEqual(before.next());
    expect(after.previousEpochDetail).toBe(before.previousEpochDetail);
  });

  test("a sampler's own stream is saved with it", () => {
    const make = (seed: number): SerialIterator =>
      new SerialIterator(numbers(6), 6, {
        orderSampler: new ShuffleOrderSampler(new random.RandomState(seed)),
      });
    const before = make(1);
    const writer = new DictionarySerializer();
    before.serialize(writer);
    const after = make(2);
    after.serialize(new NpzDeserializer(writer.target));
    for (let epoch = 0; epoch < 3; epoch++) expect(after.next()).toEqual(before.next());
  });

  test('mistakes', () => {
    expect(() => new SerialIterator([1], 0)).toThrow(
      '[SerialIterator] batchSize must be a positive integer, got 0',
    );
    expect(() => new SerialIterator([], 1)).toThrow('the dataset is empty');
    expect(() => new SerialIterator([1], 1, { shuffle: true, orderSampler: (o) => [...o] })).toThrow(
      'cannot both be given',
    );
    expect(() => new SerialIterator([1, 2], 1, { orderSampler: () => [0] })).toThrow(
      'gave 1 indices, the order before had 2',
    );
    expect(() => new SerialIterator(5 as never, 1)).toThrow(/expected a dataset/);
  });
});
