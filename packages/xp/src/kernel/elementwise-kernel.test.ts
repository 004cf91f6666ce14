import { describe, expect, test } from 'vitest';
import { array, coord, DTypeError, ElementwiseKernel, fold, ValueError, zeros } from '../index.ts';

describe('ElementwiseKernel', () => {
  const squaredDifference = new ElementwiseKernel('squaredDifference', 2, (x, y) => x.sub(y).square());

  test('operands broadcast, scalars are weak', () => {
    const x = array([[1], [2]], { dtype: 'float16' });
    const y = squaredDifference.call([x, array([0, 1, 2], { dtype: 'float16' })]);
    expect(y.toArraySync()).toEqual([
      [1, 0, 1],
      [4, 1, 0],
    ]);
    expect(squaredDifference.call([x, 0.5]).dtype.name).toBe('float16');
  });

  test('each combination of dtypes gets its own program', () => {
    const both = (a: 'int32' | 'float64') =>
      squaredDifference.call([array([3], { dtype: a }), array([1], { dtype: a })]);
    expect([both('int32').dtype.name, both('float64').dtype.name]).toEqual(['int32', 'float64']);
    expect(both('int32').toArraySync()).toEqual([4]);
  });

  test('several results', () => {
    const sumAndProduct = new ElementwiseKernel('sumAndProduct', 2, (x, y) => [x.add(y), x.mul(y)]);
    const results = sumAndProduct.callAll([array([2, 3]), 4]).map((r) => r.toArraySync());
    expect(results).toEqual([
      [6, 7],
      [8, 12],
    ]);
  });

  test('raw operands are read at computed places; the shape is given where nothing else says it', () => {
    const flip = new ElementwiseKernel('flip', 2, (x, n) => x.at(n.sub(1).sub(coord(0))), {
      raw: [0],
      scalars: [null, 'int32'],
    });
    expect(flip.call([array([1, 2, 3]), 3], { shape: [3] }).toArraySync()).toEqual([3, 2, 1]);
  });

  test('raw operands may be strided views', () => {
    const x = array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]).transpose();
    const columnSum = new ElementwiseKernel(
      'columnSum',
      1,
      (a) => fold(3, [0], ([s], i) => [s!.add(a.at(coord(0), i))])[0]!,
      {
        raw: [0],
      },
    );
    expect(columnSum.call([x], { shape: [2] }).toArraySync()).toEqual([9, 12]);
  });

  test('out receives the result, cast to its dtype', () => {
    const out = zeros([2], { dtype: 'int8' });
    const int = new ElementwiseKernel('double', 1, (x) => x.mul(2));
    expect(int.call([array([1, 300], { dtype: 'int32' })], { out: [out] })).toBe(out);
    expect(out.toArraySync()).toEqual([2, 88]);
  });

  test('output dtypes may be fixed', () => {
    const positive = new ElementwiseKernel('positive', 1, (x) => x.gt(0), { outputs: ['float32'] });
    expect(positive.call([array([1, -1])]).toArraySync()).toEqual([1, 0]);
  });

  test('mistakes are named', () => {
    expect(() => squaredDifference.call([array([1])])).toThrow(
      '[squaredDifference] the kernel takes 2 operands, got 1',
    );
    expect(() => squaredDifference.call([zeros([2]), zeros([3])])).toThrow(
      '[squaredDifference] shapes (2,) and (3,) cannot be broadcast together',
    );
    expect(() => squaredDifference.call([zeros([2]), 1], { out: [zeros([3])] })).toThrow(ValueError);
    expect(() => squaredDifference.call([zeros([2]), 1], { out: [zeros([2], { dtype: 'int32' })] })).toThrow(
      DTypeError,
    );
  });
});
