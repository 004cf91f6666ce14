import { describe, expect, test } from 'vitest';
import {
  array,
  complex,
  type NdArray,
  poly,
  polyadd,
  polyfit,
  polymul,
  polynomial,
  polysub,
  polyval,
  roots,
  zeros,
} from '../index.ts';

const f64 = { dtype: 'float64' } as const;
const numbers = (x: NdArray): number[] => Array.from(x.dataSync(), Number);
const near = (x: NdArray, expected: readonly number[]) => {
  const a = numbers(x);
  expect(a.length).toBe(expected.length);
  for (const [k, v] of expected.entries()) expect(a[k]).toBeCloseTo(v, 10);
};

describe('falling powers', () => {
  test('sums, differences, products', () => {
    expect(polyadd(array([1, 2, 3]), array([1])).toArraySync()).toEqual([1, 2, 4]);
    expect(polysub(array([1]), array([1, 2, 3])).toArraySync()).toEqual([-1, -2, -2]);
    expect(polymul(array([0, 1, 2]), array([1, 3])).toArraySync()).toEqual([1, 5, 6]);
    expect(polymul(zeros([3]), array([1, 3])).toArraySync()).toEqual([0, 0]);
    expect(polyadd(array([1], { dtype: 'int64' }), array([0.5, 1], f64)).dtype.name).toBe('float64');
    expect(() => polyadd(zeros([2, 2]), array([1]))).toThrow('[polyadd] coefficients have 1 axis');
  });

  test('values: arrays, views, scalars, nothing', () => {
    const p = array([1, 0, -2, 5], f64).at('::1');
    near(
      polyval(
        p,
        array(
          [
            [0, 1],
            [2, -1],
          ],
          f64,
        ),
      ),
      [5, 4, 9, 6],
    );
    near(polyval(p, 2), [9]);
    near(polyval(array([5, 1], f64).at('::-1'), array([3], f64)), [8]);
    expect(polyval(zeros([0]), array([1, 2])).toArraySync()).toEqual([0, 0]);
  });

  test('roots and back', () => {
    near(poly(array([1, 2, 3], f64)), [1, -6, 11, -6]);
    near(
      poly(
        array(
          [
            [2, 1],
            [0, 3],
          ],
          f64,
        ),
      ),
      [1, -5, 6],
    );
    expect(numbers(poly(array([complex(1, 2), complex(1, -2)])))).toEqual([1, -2, 5]);
    expect(poly(array([complex(1, 2)])).dtype.kind).toBe('c');
    const sorted = (x: NdArray) => numbers(x.real.copy()).sort((a, b) => a - b);
    const found = sorted(roots(array([0, 1, -6, 11, -6, 0, 0], f64)));
    for (const [k, v] of [0, 0, 1, 2, 3].entries()) expect(found[k]).toBeCloseTo(v, 10);
    expect(roots(zeros([3])).shape).toEqual([0]);
    expect(roots(array([3, 0, 0])).toArraySync()).toHaveLength(2);
  });

  test('fits: residuals and covariances of NumPy 2.3.5', () => {
    const [x, y] = [array([0, 1, 2, 3], f64), array([1, 3, 2, 5], f64)];
    const [c, residuals, rank, s] = polyfit(x, y, 1, { full: true });
    near(c, [1.1, 1.1]);
    near(residuals, [2.7]);
    expect(rank.itemSync()).toBe(2);
    near(s, [Math.sqrt(1 + 6 / Math.sqrt(56)), Math.sqrt(1 - 6 / Math.sqrt(56))]);
    const [, covariance] = polyfit(x, y, 1, { cov: true });
    near(covariance, [0.27, -0.405, -0.405, 0.945]);
    const [, unscaled] = polyfit(x, y, 1, { cov: 'unscaled' });
    near(unscaled, [0.2, -0.3, -0.3, 0.7]);
    // A weight of 0 is a point that is not there.
    near(polyfit(x, y, 1, { w: array([1, 1, 1, 0], f64) }), numbers(polyfit(x.at(':3'), y.at(':3'), 1)));
    expect(() => polyfit(x, array([1]), 1)).toThrow(TypeError);
    expect(() => polyfit(x, y, -1)).toThrow('[polyfit] deg must be a non-negative integer, got -1');
    expect(() => polyfit(x, y, 3, { cov: true })).toThrow('needs more than deg + 1 = 4 points, got 4');
  });
});

describe('rising powers', () => {
  const { polynomial: P, polyutils: U } = polynomial;

  test('values', () => {
    expect(P.polyvander(array([[2], [3]]), 2).toArraySync()).toEqual([[[1, 2, 4]], [[1, 3, 9]]]);
    const c = array(
      [
        [1, 2],
        [3, 4],
      ],
      f64,
    );
    expect(P.polyval(array([10, 20, 30], f64), c).toArraySync()).toEqual([
      [31, 61, 91],
      [42, 82, 122],
    ]);
    expect(P.polyval(array([10, 20], f64), c, { tensor: false }).toArraySync()).toEqual([31, 82]);
    expect(P.polyvalfromroots(array([3], f64), array([1, 2], f64)).toArraySync()).toEqual([2]);
    expect(() => P.polyvalfromroots(c, array([1]), { tensor: false })).toThrow(
      'r must have more axes than x',
    );
    expect(P.polycompanion(array([6, -5, 1], f64)).toArraySync()).toEqual([
      [0, -6],
      [1, 5],
    ]);
    expect(() => P.polycompanion(array([1]))).toThrow('the degree must be at least 1, got 1 coefficients');
  });

  test('trimming', () => {
    expect(U.trimseq(array([0, 0])).toArraySync()).toEqual([0]);
    expect(U.trimcoef(array([1, 1e-3, 2e-3], f64), { tol: 1e-2 }).toArraySync()).toEqual([1]);
    expect(U.trimcoef(array([1e-3], f64), { tol: 1e-2 }).toArraySync()).toEqual([0]);
    const series = U.asSeries([array([1, 0], { dtype: 'int32' }), array([2, 3], f64)], { trim: false });
    expect(series.map((x) => [x.dtype.name, x.size])).toEqual([
      ['float64', 2],
      ['float64', 2],
    ]);
    expect(() => U.asSeries([zeros([0])])).toThrow('at least one element');
  });
});
