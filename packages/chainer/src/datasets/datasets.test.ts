import { array, random } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { DatasetMixin } from '../dataset/index.ts';
import { ConcatenatedDataset } from './concatenated-dataset.ts';
import { DictDataset } from './dict-dataset.ts';
import {
  getCrossValidationDatasets,
  getCrossValidationDatasetsRandom,
  SubDataset,
  splitDataset,
  splitDatasetN,
  splitDatasetNRandom,
  splitDatasetRandom,
} from './sub-dataset.ts';
import { TransformDataset } from './transform-dataset.ts';
import { TupleDataset } from './tuple-dataset.ts';

class Squares extends DatasetMixin<number> {
  readonly length = 5;
  getExample(i: number): number {
    return i * i;
  }
}

const sorted = (parts: Iterable<number>[]): number[] =>
  parts.flatMap((part) => [...part]).sort((a, b) => a - b);

describe('datasets', () => {
  test('DatasetMixin: indices, slices as in Python, iteration', () => {
    const squares = new Squares();
    expect(squares.at(-1)).toBe(16);
    expect(squares.take([2, 0])).toEqual([4, 0]);
    expect(squares.slice(1, 4)).toEqual([1, 4, 9]);
    expect(squares.slice(null, null, -2)).toEqual([16, 4, 0]);
    expect(squares.slice(-2)).toEqual([9, 16]);
    expect([...squares]).toEqual([0, 1, 4, 9, 16]);
    expect(() => squares.at(5)).toThrow('[Squares.at] index 5 is out of range for 5 examples');
    expect(() => squares.slice(0, 1, 0)).toThrow('step');
  });

  test('TupleDataset and DictDataset join columns of one length', () => {
    const rows = array([
      [1, 2],
      [3, 4],
    ]);
    const [x, t] = new TupleDataset(rows, ['a', 'b']).at(1) as [ReturnType<typeof array>, string];
    expect([x.toArraySync(), t]).toEqual([[3, 4], 'b']);
    expect(new DictDataset({ x: [1, 2], t: [3, 4] }).at(0)).toEqual({ x: 1, t: 3 });
    expect(() => new TupleDataset([1], [1, 2])).toThrow('[TupleDataset] dataset lengths differ: 1, 2');
    expect(() => new DictDataset({ x: [1], t: [] })).toThrow('x 1, t 0');
    expect(() => new TupleDataset()).toThrow('no datasets');
  });

  test('ConcatenatedDataset, TransformDataset', () => {
    const both = new ConcatenatedDataset([1, 2], [], new Squares());
    expect([both.length, ...both.slice(1, 4)]).toEqual([7, 2, 0, 1]);
    expect(new TransformDataset(new Squares(), (x) => -x).at(2)).toBe(-4);
  });

  test('SubDataset and splits', () => {
    expect([...new SubDataset([5, 6, 7], 1, 3, { order: [2, 0, 1] })]).toEqual([5, 6]);
    expect(() => new SubDataset([1], 0, 2)).toThrow('the range 0 to 2 does not lie within 1 examples');
    expect(() => new SubDataset([1], 0, 1, { order: [] })).toThrow('order has 0 indices for 1 examples');
    expect(splitDataset([1, 2, 3], 1).map((part) => [...part])).toEqual([[1], [2, 3]]);
    expect(() => splitDataset([1], 2)).toThrow('splitAt 2');
    expect(splitDatasetN([1, 2, 3, 4, 5], 2).map((part) => [...part])).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test('random splits are partitions, decided by the seed', () => {
    const numbers = Array.from({ length: 30 }, (_, i) => i);
    const split = (): number[][] => splitDatasetRandom(numbers, 10, { seed: 3 }).map((part) => [...part]);
    const parts = split();
    expect(parts.map((part) => part.length)).toEqual([10, 20]);
    expect(sorted(parts)).toEqual(numbers);
    expect(split()).toEqual(parts);
    expect(parts[0]).not.toEqual(numbers.slice(0, 10));
    random.seed(0);
    expect(sorted(splitDatasetNRandom(numbers, 3))).toEqual(numbers);
  });

  test('cross validation: each example is tested once and trained on otherwise', () => {
    const numbers = [0, 1, 2, 3, 4, 5, 6];
    for (const folds of [
      getCrossValidationDatasets(numbers, 3),
      getCrossValidationDatasetsRandom(numbers, 3, { seed: 1 }),
    ]) {
      expect(folds.map(([, own]) => own.length)).toEqual([3, 2, 2]);
      expect(sorted(folds.map(([, own]) => own))).toEqual(numbers);
      for (const [others, own] of folds) expect(sorted([others, own])).toEqual(numbers);
    }
    expect(() => getCrossValidationDatasets(numbers, 8)).toThrow('nFolds 8');
  });
});
