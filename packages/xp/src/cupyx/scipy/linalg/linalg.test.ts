import { describe, expect, test } from 'vitest';
import { array, cupyx, eye, type NdArray, random, zeros } from '../../../index.ts';

const { linalg } = cupyx.scipy;
const f64 = { dtype: 'float64' } as const;
const close = (x: NdArray, y: NdArray, tolerance = 1e-12) => {
  expect(x.shape).toEqual(y.shape);
  const [a, b] = [x.dataSync() as Float64Array, y.dataSync() as Float64Array];
  for (const [k, v] of b.entries()) expect(Math.abs((a[k] as number) - v)).toBeLessThan(tolerance);
};

describe('lu', () => {
  test.each([
    [3, 3],
    [5, 2],
    [2, 5],
    [1, 4],
  ])('a stack of %i by %i', (m, n) => {
    random.seed(1);
    const a = random.rand(2, m, n).astype('float64');
    const [p, l, u] = linalg.lu(a);
    const k = Math.min(m, n);
    expect([p.shape, l.shape, u.shape]).toEqual([
      [2, m, m],
      [2, m, k],
      [2, k, n],
    ]);
    close(p.matmul(l).matmul(u), a);
    const [pl, same] = linalg.lu(a, { permuteL: true });
    close(pl.matmul(same), a);
    const [rows] = linalg.lu(a, { pIndices: true });
    for (const stack of [0, 1]) {
      const permuted = l.at(stack).matmul(u.at(stack));
      close(permuted.at(rows.at(stack)), a.at(stack));
    }
  });
});

test('luSolve with every trans agrees with the matrix', () => {
  random.seed(2);
  const a = random.rand(3, 4, 4).astype('float64');
  const b = random.rand(3, 4, 2).astype('float64');
  const factors = linalg.luFactor(a);
  close(a.matmul(linalg.luSolve(factors, b)), b);
  const turned = a.transpose([0, 2, 1]);
  close(turned.matmul(linalg.luSolve(factors, b, { trans: 1 })), b);
  close(turned.matmul(linalg.luSolve(factors, b, { trans: 'C' })), b);
  expect(() => linalg.luSolve(factors, b, { trans: 'X' as 'N' })).toThrow(
    `[luSolve] trans must be 0, 1, 2, 'N', 'T' or 'C', got "X"`,
  );
  expect(() => linalg.luSolve(factors, zeros([3]))).toThrow('[luSolve] a has 4 rows but b has shape');
});

test('solveTriangular with every option', () => {
  const a = array(
    [
      [2, 5],
      [3, 4],
    ],
    f64,
  );
  const b = array([2, 6], f64);
  expect(linalg.solveTriangular(a, b).toArraySync()).toEqual([-2.75, 1.5]);
  expect(linalg.solveTriangular(a, b, { lower: true }).toArraySync()).toEqual([1, 0.75]);
  expect(linalg.solveTriangular(a, b, { trans: 'T' }).toArraySync()).toEqual([1, 0.25]);
  expect(linalg.solveTriangular(a, b, { unitDiagonal: true }).toArraySync()).toEqual([-28, 6]);
  expect(() =>
    linalg.solveTriangular(
      array([
        [1, 2],
        [0, 0],
      ]),
      b,
    ),
  ).toThrow('a is a singular matrix');
  expect(() => linalg.solveTriangular(a, array([1, Number.NaN], f64), { checkFinite: true })).toThrow(
    '[solveTriangular] b must not contain infinities or NaN',
  );
});

test('expm of rotations, of nilpotent matrices and of stacks', () => {
  const turn = (t: number) => [
    [0, t],
    [-t, 0],
  ];
  const y = linalg.expm(array([turn(20), turn(0.1)], f64));
  const expected = [20, 0.1].map((t) => [
    [Math.cos(t), Math.sin(t)],
    [-Math.sin(t), Math.cos(t)],
  ]);
  close(y, array(expected, f64));
  close(linalg.expm(zeros([3, 3], f64)), eye(3, f64));
  expect(() => linalg.expm(zeros([2, 3]))).toThrow('must be square');
});

test('matrices of a rule', () => {
  const lists = (x: NdArray) => x.toArraySync();
  expect(lists(linalg.toeplitz(array([1, 2, 3])))).toEqual([
    [1, 2, 3],
    [2, 1, 2],
    [3, 2, 1],
  ]);
  expect(lists(linalg.hankel(array([1, 2, 3]), array([9, 4, 5])))).toEqual([
    [1, 2, 3],
    [2, 3, 4],
    [3, 4, 5],
  ]);
  expect(lists(linalg.hankel(array([1, 2])))).toEqual([
    [1, 2],
    [2, 0],
  ]);
  expect(lists(linalg.circulant(array([1, 2, 3])))).toEqual([
    [1, 3, 2],
    [2, 1, 3],
    [3, 2, 1],
  ]);
  expect(lists(linalg.companion(array([2, -4, 6])))).toEqual([
    [2, -3],
    [1, 0],
  ]);
  expect(lists(linalg.leslie(array([1, 2, 3]), array([4, 5])))).toEqual([
    [1, 2, 3],
    [4, 0, 0],
    [0, 5, 0],
  ]);
  expect(lists(linalg.fiedler(array([1, 4])))).toEqual([
    [0, 3],
    [3, 0],
  ]);
  // SciPy 1.15.3
  expect(lists(linalg.fiedlerCompanion(array([2, 3, 4, 5, 6, 7], f64)))).toEqual([
    [-1.5, -2, 1, 0, 0],
    [1, 0, 0, 0, 0],
    [0, -2.5, 0, -3, 1],
    [0, 1, 0, 0, 0],
    [0, 0, 0, -3.5, 0],
  ]);
  expect(lists(linalg.fiedlerCompanion(array([2, 3])))).toEqual([[-1.5]]);
  expect(lists(linalg.hadamard(4))).toEqual([
    [1, 1, 1, 1],
    [1, -1, 1, -1],
    [1, 1, -1, -1],
    [1, -1, -1, 1],
  ]);
  const h = linalg.helmert(4, { full: true });
  close(h.matmul(h.transpose()), eye(4), 1e-6);
  expect(linalg.helmert(4).shape).toEqual([3, 4]);
  const c = (mode: 'full' | 'same' | 'valid') =>
    lists(linalg.convolutionMatrix(array([1, 2, 3]), 2, { mode }));
  expect(c('full')).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [0, 3],
  ]);
  expect(c('same')).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  expect(c('valid')).toEqual([
    [2, 1],
    [3, 2],
  ]);
  expect(lists(linalg.blockDiag(array([[1, 2]]), array(3)))).toEqual([
    [1, 2, 0],
    [0, 0, 3],
  ]);
  expect(
    lists(
      linalg.khatriRao(
        array([[1, 2]]),
        array([
          [3, 4],
          [5, 6],
        ]),
      ),
    ),
  ).toEqual([
    [3, 8],
    [5, 12],
  ]);
  expect(
    linalg.bandwidth(
      array([
        [1, 2, 0],
        [0, 1, 0],
        [3, 0, 1],
      ]),
    ),
  ).toEqual([2, 1]);
  const d = linalg.dft(4, { scale: 'n' });
  expect(d.real.toArraySync()).toEqual(expect.arrayContaining([[0.25, 0.25, 0.25, 0.25]]));
  expect(() => linalg.hadamard(3)).toThrow('[hadamard] n must be a power of two, got 3');
  expect(() => linalg.leslie(array([1, 2]), array([1, 2]))).toThrow('one element less than f, got 2 and 2');
});

test('dtypes are those of SciPy', () => {
  const of = (dtype: 'int16' | 'int32' | 'float16' | 'complex64') => eye(2, { dtype });
  const names = (xs: readonly NdArray[]) => xs.map((x) => x.dtype.name);
  expect(names(linalg.lu(of('int16')))).toEqual(['float32', 'float32', 'float32']);
  expect(names(linalg.lu(of('float16')))).toEqual(['float32', 'float32', 'float32']);
  expect(names(linalg.lu(of('int32')))).toEqual(['float64', 'float64', 'float64']);
  // A permutation is real.
  expect(names(linalg.lu(of('complex64')))).toEqual(['float32', 'complex64', 'complex64']);
  expect(linalg.solveTriangular(of('int16'), array([1, 1], { dtype: 'int16' })).dtype.name).toBe('float32');
  expect(names([linalg.expm(of('float16')), linalg.expm(of('int16'))])).toEqual(['float32', 'float64']);
  expect(linalg.companion(array([2, 1], { dtype: 'uint16' })).dtype.name).toBe('float64');
});
