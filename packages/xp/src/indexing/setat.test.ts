import { describe, expect, it } from 'vitest';
import { arange, array, js, memory, ones, s, scatterAdd, scatterMax, ValueError, zeros } from '../index.ts';

describe('setAt', () => {
  it('broadcasts and casts the value', () => {
    const x = zeros([2, 3], { dtype: 'int32' });
    x.setAt(array([1.9, -1.9, 3]), s(1));
    expect(x.tolist()).toEqual([
      [0, 0, 0],
      [1, -1, 3],
    ]);
  });

  it('takes nested lists in the dtype of the array', () => {
    const x = zeros([2, 2], { dtype: 'int64' });
    x.setAt([
      [2 ** 53 - 1, 1],
      [2, 3],
    ]);
    expect(x.tolist()).toEqual([
      [2 ** 53 - 1, 1],
      [2, 3],
    ]);
  });

  it('reads an overlapping source before it writes', () => {
    const x = arange(5);
    x.setAt(x.at('::-1'));
    expect(x.tolist()).toEqual([4, 3, 2, 1, 0]);
    const y = arange(5);
    y.setAt(y.at(':-1'), [1, 2, 3, 4]);
    expect(y.tolist()).toEqual([0, 0, 1, 2, 3]);
  });

  it('lets the last of repeated indices win', () => {
    expect(
      zeros(3)
        .setAt(array([1, 2, 3]), [0, 0, 2])
        .tolist(),
    ).toEqual([2, 0, 3]);
  });

  it('writes through a mask without touching what the mask leaves, in every bit', () => {
    const big = array([2n ** 60n + 1n, 5n]);
    big.setAt(1.5, [false, true]);
    expect(big.tolist({ bigint: true })).toEqual([2n ** 60n + 1n, 1n]);
  });

  it('writes a scalar through a mask by one kernel that counts nothing', () => {
    const x = ones([100, 100]);
    const mask = x.gt(0);
    const before = memory.stats(js).peak;
    memory.resetPeak(js);
    const live = memory.stats(js).live;
    x.setAt(0, mask);
    // An index list of the 10,000 true elements would take 40,000 bytes.
    expect(memory.stats(js).peak - live).toBeLessThan(1000);
    expect(before).toBeGreaterThan(0);
    expect(x.sum().itemSync()).toBe(0);
  });

  it('writes one value after another where values are as many as true elements', () => {
    const x = zeros([2, 2]);
    x.setAt(
      array([1, 2, 3]),
      array([
        [true, false],
        [true, true],
      ]),
    );
    expect(x.tolist()).toEqual([
      [1, 0],
      [2, 3],
    ]);
  });

  it('names both shapes where they do not fit', () => {
    expect(() => zeros([3]).setAt(ones([2]), s())).toThrow(ValueError);
    expect(() => zeros([3]).setAt(ones([2]), s())).toThrow(
      '[setAt] a value of shape (2,) cannot be assigned to a selection of shape (3,)',
    );
    expect(() => zeros([3]).setAt(ones([2]), [true, true, true])).toThrow(/shape \(2,\).*shape \(3,\)/);
  });
});

describe('scatterAdd and its kin', () => {
  it('adds every value of repeated indices', () => {
    expect(
      zeros(3)
        .scatterAdd([0, 2, 2], array([1, 2, 3]))
        .tolist(),
    ).toEqual([1, 0, 5]);
  });

  it('takes several indices in a list', () => {
    const x = zeros([2, 3]);
    scatterAdd(
      x,
      [
        [0, 0, 1],
        [1, 1, 2],
      ].map((i) => array(i, { dtype: 'int32' })),
      1,
    );
    scatterAdd(x, [0, s(0, 2)], 10);
    expect(x.tolist()).toEqual([
      [10, 12, 0],
      [0, 0, 1],
    ]);
  });

  it('keeps extremes', () => {
    const x = array([5, 5]);
    scatterMax(x, [0, 0], array([7, 6]));
    expect(x.scatterMin([1, 1], array([3, 4])).tolist()).toEqual([7, 3]);
  });

  it('works on views with gaps', () => {
    const x = zeros([4, 4]);
    x.at('::2', '::-2').scatterAdd(
      [array([0, 1, 1], { dtype: 'int32' }), array([0, 1, 1], { dtype: 'int32' })],
      1,
    );
    expect(x.tolist()).toEqual([
      [0, 0, 0, 1],
      [0, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 0, 0],
    ]);
  });
});

describe('in-place arithmetic', () => {
  it('is safe for overlapping views', () => {
    const x = arange(6);
    x.at('1:').iadd(x.at(':-1'));
    expect(x.tolist()).toEqual([0, 1, 3, 5, 7, 9]);
    const y = arange(4);
    expect(y.imul(y.at('::-1')).tolist()).toEqual([0, 2, 2, 0]);
  });

  it('writes through views', () => {
    const x = zeros([2, 2]);
    x.at(s(), 1).isub(3);
    expect(x.tolist()).toEqual([
      [0, -3],
      [0, -3],
    ]);
  });

  it('keeps the dtype, and refuses to lose a kind', () => {
    const x = array([1, 2], { dtype: 'int32' });
    expect(() => x.idiv(2)).toThrow(/float64 to out's int32/);
    expect(x.ipow(2).dtype.name).toBe('int32');
  });
});
