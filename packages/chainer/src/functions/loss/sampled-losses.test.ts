import { array, type NdArray, ones, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { blackOut } from './black-out.ts';
import { negativeSampling } from './negative-sampling.ts';

const [targets, samples] = [
  [2, 0, 4],
  [
    [1, 3],
    [4, 4],
    [0, 2],
  ],
];
const ints = (v: readonly unknown[], like?: NdArray) =>
  array(v as number[], { dtype: 'int32', ...(like ? { device: like.device } : {}) });
const lists = (x: NdArray) => x.toArraySync() as number[][];
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((s, v, i) => s + v * (b[i] as number), 0);

function blackOutLosses(x: NdArray, W: NdArray): number[] {
  const [rows, table] = [lists(x), lists(W)];
  return rows.map((row, n) => {
    const classes = [targets[n] as number, ...(samples[n] as number[])];
    const e = classes.map((k) => Math.exp(dot(row, table[k] as number[])));
    const total = e.reduce((a, b) => a + b, 0);
    return e.reduce((loss, v, k) => loss - Math.log(k === 0 ? v / total : 1 - v / total), 0);
  });
}

describeFunction({ describe, it }, 'blackOut', {
  apply: (x, W) => blackOut(x as Variable, ints(targets, x?.array), W as Variable, ints(samples, x?.array)),
  inputs: [
    [3, 2],
    [5, 2],
  ],
  empty: false,
  reference: (x, W) =>
    array(blackOutLosses(x as NdArray, W as NdArray).reduce((a, b) => a + b, 0) / 3, {
      dtype: 'float64',
      device: 'js',
    }),
});

describeFunction({ describe, it }, "blackOut with reduce 'no'", {
  apply: (x, W) =>
    blackOut(x as Variable, ints(targets, x?.array), W as Variable, ints(samples, x?.array), {
      reduce: 'no',
    }),
  inputs: [
    [3, 2],
    [5, 2],
  ],
  empty: false,
  reference: (x, W) => blackOutLosses(x as NdArray, W as NdArray),
});

const drawn = [
  [9, 1, 3],
  [9, 4, 4],
  [9, 0, 2],
];
const softplus = (v: number) => Math.log1p(Math.exp(v));

/** The second row is ignored. */
function negativeLosses(x: NdArray, W: NdArray): number[] {
  const [rows, table] = [lists(x), lists(W)];
  return rows.map((row, n) =>
    n === 1
      ? 0
      : [targets[n] as number, ...(samples[n] as number[])].reduce(
          (loss, k, i) => loss + softplus((i === 0 ? -1 : 1) * dot(row, table[k] as number[])),
          0,
        ),
  );
}

for (const reduce of ['sum', 'no'] as const)
  describeFunction({ describe, it }, `negativeSampling with reduce '${reduce}'`, {
    apply: (x, W) =>
      negativeSampling(
        x as Variable,
        ints([2, -1, 4], x?.array),
        W as Variable,
        () => ints(drawn, x?.array),
        2,
        { reduce },
      ),
    inputs: [
      [3, 2],
      [5, 2],
    ],
    empty: false,
    reference: (x, W) => {
      const each = negativeLosses(x as NdArray, W as NdArray);
      return reduce === 'no'
        ? each
        : array(
            each.reduce((a, b) => a + b, 0),
            { dtype: 'float64', device: 'js' },
          );
    },
  });

describe('negativeSampling', () => {
  const [x, t, W] = [ones([2, 3]), ints([1, -1]), ones([4, 3])];

  it('returns the samples, targets first, and leaves the sampler’s array alone', () => {
    const own = ints([
      [0, 2],
      [0, 3],
    ]);
    const [, used] = negativeSampling(x, t, W, () => own, 1, { returnSamples: true });
    expect(used.toArraySync()).toEqual([
      [1, 2],
      [-1, 3],
    ]);
    expect(own.toArraySync()).toEqual([
      [0, 2],
      [0, 3],
    ]);
  });

  it('gives ignored rows no gradient', () => {
    const v = new Variable(x);
    negativeSampling(v, t, W, (shape) => zeros(shape, { dtype: 'int32' }), 2).backward();
    expect((v.grad as NdArray).toArraySync()).toEqual([expect.not.arrayContaining([0]), [0, 0, 0]]);
  });

  it('names what does not fit', () => {
    expect(() => negativeSampling(x, ints([1]), W, () => t, 1)).toThrow(InvalidType);
    expect(() => negativeSampling(x, t, W, () => t, 1)).toThrow(
      'sampler must return an array of shape [2,2], got [2]',
    );
    expect(() => blackOut(x, t, ones([4, 2]), ints([[0], [0]]))).toThrow('x has 3 features but W expects 2');
  });
});
