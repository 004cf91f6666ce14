import { describe, expect, test } from 'vitest';
import { add, array, type Expr, exp, fuse, maximum, multiply, ones, zeros } from '../index.ts';

describe('fuse', () => {
  test('gives what the function gives on arrays', () => {
    const silu = fuse((x) => x.div(exp(x.neg()).add(1)));
    const x = array([-1, 0, 2], { dtype: 'float64' });
    const expected = x.div(exp(x.neg()).add(1));
    expect(silu(x).toArraySync()).toEqual(expected.toArraySync());
  });

  test('ufuncs take symbols on either side', () => {
    const relu = fuse((x) => maximum(0, x));
    expect(relu(array([-1, 2])).toArraySync()).toEqual([0, 2]);
    const affine = fuse((x, a, b) => add(multiply(x, a), b));
    expect(affine(array([1, 2]), 3, 4).toArraySync()).toEqual([7, 10]);
  });

  test('operands broadcast', () => {
    const f = fuse((x, y) => x.add(y).mul(2));
    expect(f(array([[1], [2]]), array([10, 20])).toArraySync()).toEqual([
      [22, 42],
      [24, 44],
    ]);
  });

  test('a list of results', () => {
    const both = fuse((x: Expr) => [x.add(1), x.lt(0)]);
    expect(both(array([-1, 1])).map((r) => r.dtype.name)).toEqual(['float32', 'bool']);
  });

  test.each([
    ['sum', 14],
    ['prod', 36],
    ['mean', 14 / 3],
    ['max', 9],
    ['min', 1],
  ] as const)('values combined by %s in the same pass', (reduce, expected) => {
    const f = fuse((x, y) => x.sub(y).square(), { reduce });
    expect(f(array([1, 2, 3], { dtype: 'float64' }), array([2, 0, 0])).itemSync()).toBeCloseTo(expected, 12);
  });

  test('a reduction takes axis and keepdims, an elementwise function out', () => {
    const total = fuse((x) => x.mul(2), { reduce: 'sum' });
    expect(total(ones([2, 3]), { axis: 1, keepdims: true }).toArraySync()).toEqual([[6], [6]]);
    const out = zeros([3]);
    expect(fuse((x) => x.mul(2))(ones([3]), { out })).toBe(out);
    expect(out.toArraySync()).toEqual([2, 2, 2]);
  });

  test('sums of small integers and means of integers widen', () => {
    const x = array([100, 100], { dtype: 'int8' });
    expect(fuse((a) => a.add(0), { reduce: 'sum' })(x).itemSync()).toBe(200);
    expect(fuse((a) => a.add(0), { reduce: 'mean' })(x).itemSync()).toBe(100);
  });

  test('fused functions may be used in fused functions', () => {
    const square = fuse((x) => x.mul(x));
    const quartic = fuse((x) => square(square(x)));
    expect(quartic(array([2])).toArraySync()).toEqual([16]);
  });

  test('mistakes are named', () => {
    const plus = fuse((x, y) => x.add(y), { name: 'plus' });
    expect(() => plus(array([1]))).toThrow('[plus] the kernel takes 2 operands, got 1');
    expect(() => fuse((x: Expr) => [x, x], { reduce: 'sum', name: 'two' })).toThrow(
      "[two] 'sum' combines one result",
    );
  });
});
