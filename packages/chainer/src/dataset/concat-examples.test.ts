import { array, type NdArray, zeros } from '@chainer/xp';
import { describe, expect, test } from 'vitest';
import { TupleDataset } from '../datasets/tuple-dataset.ts';
import { concatExamples, toDevice } from './index.ts';

const lists = (batch: unknown): unknown => (batch as NdArray[]).map((x) => x.toArraySync());

describe('concatExamples', () => {
  test('lists, records, and single values', () => {
    const examples = [1, 2].map((i) => [array([i, i]), i]);
    expect(lists(concatExamples(examples))).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [1, 2],
    ]);
    const record = concatExamples([{ x: true }, { x: false }]) as Record<string, NdArray>;
    expect([record.x?.dtype.name, record.x?.toArraySync()]).toEqual(['bool', [true, false]]);
    expect((concatExamples([array([1]), array([2])]) as NdArray).shape).toEqual([2, 1]);
  });

  test('rows of one array are gathered in the order of the examples', () => {
    const x = array([0, 1, 2, 3, 4, 5, 6, 7]).reshape([4, 2]);
    const t = new Int32Array([10, 11, 12, 13]);
    const dataset = new TupleDataset(x, t);
    const [bx, bt] = concatExamples([3, 0, 3].map((i) => dataset.at(i))) as [NdArray, NdArray];
    expect(bx.toArraySync()).toEqual([
      [6, 7],
      [0, 1],
      [6, 7],
    ]);
    expect([bt.dtype.name, bt.shape, bt.toArraySync()]).toEqual(['int32', [3], [13, 10, 13]]);
  });

  test('rows that are not rows of one array are stacked', () => {
    const x = array([
      [0, 1],
      [2, 3],
    ]);
    const batch = concatExamples([x.transpose().at(0), x.at(1)]) as NdArray;
    expect(batch.toArraySync()).toEqual([
      [0, 2],
      [2, 3],
    ]);
  });

  test('padding fills up to the largest extents, part by part', () => {
    const examples = [
      [array([[1, 2]]), array([1], { dtype: 'int32' })],
      [array([[3], [4]]), array([2, 3], { dtype: 'int32' })],
    ];
    const [x, t] = concatExamples(examples, { padding: [-1, 9] }) as [NdArray, NdArray];
    expect(x.toArraySync()).toEqual([
      [
        [1, 2],
        [-1, -1],
      ],
      [
        [3, -1],
        [4, -1],
      ],
    ]);
    expect([t.dtype.name, t.toArraySync()]).toEqual([
      'int32',
      [
        [1, 9],
        [2, 3],
      ],
    ]);
  });

  test('mistakes name the example and the cure', () => {
    expect(() => concatExamples([])).toThrow('[concatExamples] the batch is empty');
    expect(() => concatExamples([zeros([2]), zeros([3])])).toThrow(/example 1 has shape \[3\].*padding/);
    expect(() => concatExamples([[zeros([2]), 0], [zeros([2])]])).toThrow(
      'example 1 has 1 parts, the first has 2',
    );
    expect(() => concatExamples([{ x: 1 }, { y: 1 }])).toThrow("example 1 has no part 'x'");
    expect(() => concatExamples([['text'], ['more']])).toThrow(/converter of your own/);
    expect(() => concatExamples([zeros([2]), zeros([2], { dtype: 'int32' })])).toThrow('dtype int32');
  });

  test('toDevice moves arrays in lists and records, and leaves the rest', () => {
    const moved = toDevice('js', { a: [zeros([1]), 'text'], b: 2 });
    expect([(moved.a[0] as NdArray).device.name, moved.a[1], moved.b]).toEqual(['js', 'text', 2]);
    expect(() => toDevice('nowhere', zeros([1]))).toThrow("'nowhere'");
  });
});
