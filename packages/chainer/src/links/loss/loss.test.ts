import { array, type NdArray, ones, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from '../../core/backward.ts';
import type { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { hostNumbers } from '../../gradient-check/numerical-grad.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { BinaryHierarchicalSoftmax } from './binary-hierarchical-softmax.ts';
import { BlackOut } from './black-out.ts';
import { CRF1d } from './crf1d.ts';
import { NegativeSampling } from './negative-sampling.ts';

const ints = (v: readonly number[]) => array(v, { dtype: 'int32' });

describeFunction({ describe, it }, 'BinaryHierarchicalSoftmax', {
  apply: (x, W) => {
    const link = new BinaryHierarchicalSoftmax(
      2,
      [
        [0, 1],
        [2, [4, 3]],
      ],
      { dtype: (x as Variable).dtype.name },
    );
    // The gradient is asked for the weights that are given here.
    Object.defineProperty(link, 'W', { value: W });
    const { device } = (x as Variable).array;
    return link.forward(x as Variable, ints([3, 0, 2]).to(device));
  },
  inputs: [
    [3, 2],
    [4, 2],
  ],
  empty: false,
  reference: (x, W) => {
    const [rows, nodes] = [x?.toArraySync(), W?.toArraySync()] as [number[][], number[][]];
    // Inner nodes by number, and 1 for the left side: 3 is right, right, right; 0 left, left; 2 right, left.
    const ways = [
      [0, -1, 2, -1, 3, -1],
      [0, 1, 1, 1],
      [0, -1, 2, 1],
    ];
    let loss = 0;
    ways.forEach((way, n) => {
      for (let k = 0; k < way.length; k += 2) {
        const f = (nodes[way[k] as number] as number[]).reduce(
          (s, w, i) => s + w * (rows[n]?.[i] as number),
          0,
        );
        loss += Math.log1p(Math.exp(-(way[k + 1] as number) * f));
      }
    });
    return array(loss, { dtype: 'float64', device: 'js' });
  },
});

describe('BinaryHierarchicalSoftmax', () => {
  it('gives probabilities that sum to one', () => {
    const link = new BinaryHierarchicalSoftmax(3, [[[0, 1], 2], 3]);
    const total = [0, 1, 2, 3].reduce(
      (sum, t) => sum + Math.exp(-Number(link.forward(array([[0.3, -1, 2]]), ints([t])).itemSync())),
      0,
    );
    expect(total).toBeCloseTo(1, 5);
  });

  it('gives rare classes long ways', () => {
    const tree = BinaryHierarchicalSoftmax.createHuffmanTree({ 0: 1, 1: 1, 2: 2, 3: 10 });
    expect(tree).toEqual([[[0, 1], 2], 3]);
    expect(BinaryHierarchicalSoftmax.createHuffmanTree(new Map([[7, 3]]))).toBe(7);
    expect(() => BinaryHierarchicalSoftmax.createHuffmanTree({})).toThrow('at least one id');
  });

  it('names what does not fit', () => {
    expect(() => new BinaryHierarchicalSoftmax(3, [0, 1, 2] as never)).toThrow(
      'every inner node must be a pair',
    );
    const link = new BinaryHierarchicalSoftmax(3, [0, 1]);
    expect(() => link.forward(ones([2, 4]), ints([0, 1]))).toThrow(InvalidType);
    expect(() => link.forward(ones([2, 3]), ints([0]))).toThrow('x has 2 rows but t 1 elements');
  });
});

describe('NegativeSampling', () => {
  it('draws by counts to a power, and ignores -1', () => {
    const link = new NegativeSampling(2, [0, 0, 5, 0], 3);
    const [y, samples] = link.forward(ones([2, 2]), ints([1, -1]), { returnSamples: true });
    expect(samples.toArraySync()).toEqual([
      [1, 2, 2, 2],
      [-1, 2, 2, 2],
    ]);
    expect(Number(y.itemSync())).toBeCloseTo(4 * Math.LN2, 5);
  });
});

describe('BlackOut', () => {
  it('uses the samples it is given, else draws them', () => {
    const link = new BlackOut(2, [1, 1, 1], 2);
    link.W.array.setAt(zeros([3, 2]), '...');
    const uniform = Math.log(3) - 2 * Math.log(2 / 3);
    expect(Number(link.forward(ones([4, 2]), ints([0, 1, 2, 0])).itemSync())).toBeCloseTo(uniform, 5);
    link.sampleData = array([[1, 2]], { dtype: 'int32' });
    expect(Number(link.forward(ones([1, 2]), ints([0])).itemSync())).toBeCloseTo(uniform, 5);
  });

  it('has weights that are NaN until they are set', () => {
    expect(hostNumbers(new BlackOut(2, [1, 1], 1).W.array).every(Number.isNaN)).toBe(true);
  });
});

describe('CRF1d', () => {
  const sequences = [
    array([[0, 1]]),
    array([
      [3, 0],
      [0, 2],
      [1, 0],
    ]),
    array([
      [0, 1],
      [5, 0],
    ]),
  ];
  const labels = [ints([1]), ints([0, 1, 0]), ints([1, 0])];

  it('takes sequences of any lengths with transpose', () => {
    const link = new CRF1d(2);
    const losses = link.forward(sequences, labels, { transpose: true, reduce: 'no' });
    // By falling length; without costs each label counts by itself.
    const soft = (a: number, b: number) => Math.log1p(Math.exp(b - a));
    const expected = [soft(3, 0) + soft(2, 0) + soft(1, 0), soft(1, 0) + soft(5, 0), soft(1, 0)];
    for (const [k, v] of hostNumbers(losses.array).entries()) expect(v).toBeCloseTo(expected[k] as number, 5);
    const mean = Number(link.forward(sequences, labels, { transpose: true }).itemSync());
    expect(mean).toBeCloseTo(expected.reduce((a, b) => a + b, 0) / 3, 5);
  });

  it('gives paths in the order of the sequences', () => {
    const [score, paths] = new CRF1d(2).argmax(sequences, { transpose: true });
    expect(paths.map((p) => p.toArraySync())).toEqual([[1], [0, 1, 0], [1, 0]]);
    expect(score.array.toArraySync()).toEqual([6, 6, 1]);
  });

  it('learns its costs', () => {
    const link = new CRF1d(2, { initialCost: 0.5 });
    const [g] = grad([link.forward(sequences, labels, { transpose: true })], [link.cost]);
    expect((g as Variable).shape).toEqual([2, 2]);
    expect((link.cost.array as NdArray).toArraySync()).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
  });
});
