import { describe, expect, test } from 'vitest';
import { array, ReductionKernel, ValueError, zeros } from '../index.ts';

describe('ReductionKernel', () => {
  const norm = new ReductionKernel('norm', 1, {
    map: (x) => x.square(),
    reduce: (a, b) => a.add(b),
    post: (a) => a.sqrt(),
    identity: 0,
  });
  const x = array([
    [3, 4],
    [6, 8],
  ]);

  test('over all axes, one, several, kept or not', () => {
    expect(norm.call([array([3, 4])]).itemSync()).toBe(5);
    expect(norm.call([x], { axis: 1 }).toArraySync()).toEqual([5, 10]);
    expect(norm.call([x], { axis: -1, keepdims: true }).toArraySync()).toEqual([[5], [10]]);
    expect(norm.call([x], { axis: [0, 1], keepdims: true }).shape).toEqual([1, 1]);
  });

  test('operands broadcast before they are combined', () => {
    const dot = new ReductionKernel('dot', 2, {
      map: (a, b) => a.mul(b),
      reduce: (a, b) => a.add(b),
      identity: 0,
    });
    expect(dot.call([x, array([1, 10])], { axis: 1 }).toArraySync()).toEqual([43, 86]);
  });

  test('the count has a type that holds it, the result the dtype of the values', () => {
    const mean = new ReductionKernel('mean', 1, {
      reduce: (a, b) => a.add(b),
      post: (a, n) => a.div(n),
      identity: 0,
    });
    const half = mean.call([zeros([100_000], { dtype: 'float16' }).add(1)]);
    expect(half.dtype.name).toBe('float16');
    expect(half.itemSync()).toBe(1);
    expect(
      mean
        .call(
          [zeros([300], { dtype: 'int8' }).add(1)],
          {},
          { accumulator: array(0, { dtype: 'int32' }).dtype },
        )
        .itemSync(),
    ).toBe(1);
  });

  test('no elements give the identity, finished', () => {
    expect(norm.call([zeros([0, 2])], { axis: 0 }).toArraySync()).toEqual([0, 0]);
  });

  test('out may be of another dtype, strided, or part of the operand', () => {
    const out = zeros([2, 2]).transpose().at(0);
    norm.call([x], { axis: 1, out });
    expect(out.toArraySync()).toEqual([5, 10]);
    const y = x.copy();
    norm.call([y], { axis: 1, out: y.at('...', 0) });
    expect(y.toArraySync()).toEqual([
      [5, 4],
      [10, 8],
    ]);
  });

  test('mistakes are named', () => {
    expect(() => norm.call([x], { axis: 2 })).toThrow('[norm] axis 2 is out of bounds');
    expect(() => norm.call([x, x])).toThrow('[norm] the kernel takes 1 operands, got 2');
    expect(() => norm.call([x], { axis: 1, out: zeros([3]) })).toThrow(ValueError);
  });
});
