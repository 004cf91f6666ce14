import { describe, expect, it } from 'vitest';
import { withDevice } from '../core/devices.ts';
import type { NdArray } from '../core/ndarray.ts';
import { LinAlgError } from '../errors.ts';
import * as xp from '../index.ts';

const { linalg } = xp;
const types = ['float32', 'float64', 'complex64', 'complex128'] as const;
const tolerance = { float32: 2e-5, float64: 1e-12, complex64: 2e-5, complex128: 1e-12 };

/** Normal numbers, in both parts of complex types. */
function draw(shape: readonly number[], dtype: (typeof types)[number], seed = 1): NdArray {
  const generator = xp.random.defaultRng(seed);
  const x = xp.zeros(shape, { dtype });
  xp.copyto(x.real, generator.standardNormal({ size: shape, dtype: 'float64' }), { casting: 'same_kind' });
  if (x.dtype.kind === 'c')
    xp.copyto(x.imag, generator.standardNormal({ size: shape, dtype: 'float64' }), { casting: 'same_kind' });
  return x;
}

const adjoint = (x: NdArray) => xp.swapaxes(x, -1, -2).conj();
const distance = (a: NdArray, b: NdArray) => Number(xp.max(xp.abs(a.sub(b))).itemSync());
const identity = (n: number) => xp.eye(n, { dtype: 'float64' });

// Sizes on both sides of the blocks of libraries, and stacks.
const square = [
  [1, 1],
  [2, 2],
  [5, 5],
  [40, 40],
  [3, 4, 4],
  [2, 1, 3, 3],
];
const shapes = [...square, [7, 3], [3, 7], [2, 6, 2], [1, 5], [5, 1], [33, 12]];

const cases = xp.devices().flatMap((device) => types.map((dtype) => [device.name, dtype, device] as const));
describe.each(cases)('linalg (%s, %s)', (_, dtype, device) => {
  const small = tolerance[dtype];
  const here = (body: () => void) => () => withDevice(device, body);

  it(
    'solves what it was given',
    here(() => {
      for (const shape of square) {
        const n = shape[shape.length - 1] as number;
        // Determinants near 1, far from what float32 cannot hold.
        const a = draw(shape, dtype)
          .div(2 * n)
          .add(xp.eye(n, { dtype }));
        const b = draw([...shape.slice(0, -1), 3], dtype, 2);
        expect(distance(a.matmul(linalg.solve(a, b)), b)).toBeLessThan(small * 10);
        expect(distance(a.matmul(linalg.inv(a)), identity(n))).toBeLessThan(small * 10);
        const [sign, logarithm] = linalg.slogdet(a);
        const ratio = linalg.det(a).div(sign.mul(xp.exp(logarithm)));
        expect(distance(ratio, xp.ones([]))).toBeLessThan(small * 100);
      }
    }),
  );

  it(
    'factors positive definite matrices',
    here(() => {
      for (const shape of square) {
        const n = shape[shape.length - 1] as number;
        const x = draw(shape, dtype);
        const a = x.matmul(adjoint(x)).add(xp.eye(n, { dtype }));
        const l = linalg.cholesky(a);
        expect(distance(l.matmul(adjoint(l)), a)).toBeLessThan(small * 100);
        expect(distance(l, xp.tril(l))).toBe(0);
        expect(distance(linalg.cholesky(a, { upper: true }), adjoint(l))).toBeLessThan(small * 10);
      }
    }),
  );

  it(
    'takes matrices apart into orthogonal factors',
    here(() => {
      for (const shape of shapes) {
        const [m, n] = shape.slice(-2) as [number, number];
        const a = draw(shape, dtype);
        for (const mode of ['reduced', 'complete'] as const) {
          const [q, r] = linalg.qr(a, { mode });
          expect(distance(q.matmul(r), a)).toBeLessThan(small * 10);
          expect(distance(adjoint(q).matmul(q), identity(q.shape[q.ndim - 1] as number))).toBeLessThan(
            small * 10,
          );
          expect(distance(r, xp.triu(r))).toBe(0);
        }
        for (const fullMatrices of [true, false]) {
          const [u, s, vh] = linalg.svd(a, { fullMatrices });
          const k = Math.min(m, n);
          const scaled = u.at('...', xp.s(0, k)).mul(xp.expandDims(s, -2));
          expect(distance(scaled.matmul(vh.at('...', xp.s(0, k), xp.s())), a)).toBeLessThan(small * 20);
          expect(distance(adjoint(u).matmul(u), identity(u.shape[u.ndim - 1] as number))).toBeLessThan(
            small * 20,
          );
          expect(distance(vh.matmul(adjoint(vh)), identity(vh.shape[vh.ndim - 2] as number))).toBeLessThan(
            small * 20,
          );
          expect(distance(xp.sort(s), s.at('...', xp.s(null, null, -1)))).toBe(0);
          expect(distance(linalg.svdvals(a), s)).toBeLessThan(small * 20);
        }
      }
    }),
  );

  it(
    'finds eigenvalues and vectors',
    here(() => {
      for (const shape of square) {
        const n = shape[shape.length - 1] as number;
        const x = draw(shape, dtype);
        const a = x.add(adjoint(x));
        const [w, v] = linalg.eigh(a);
        expect(distance(a.matmul(v), v.mul(xp.expandDims(w, -2)))).toBeLessThan(small * 100);
        expect(distance(adjoint(v).matmul(v), identity(n))).toBeLessThan(small * 20);
        expect(distance(linalg.eigvalsh(xp.triu(a), { UPLO: 'U' }), w)).toBeLessThan(small * 100);
        const [values, vectors] = linalg.eig(x);
        expect(distance(x.matmul(vectors), vectors.mul(xp.expandDims(values, -2)))).toBeLessThan(small * 500);
      }
    }),
  );

  it(
    'keeps to the rank',
    here(() => {
      const thin = draw([6, 2], dtype);
      const a = thin.matmul(adjoint(draw([5, 2], dtype, 3)));
      expect(linalg.matrixRank(a).itemSync()).toBe(2);
      const back = linalg.pinv(a, { rcond: 1e-5 });
      expect(distance(a.matmul(back).matmul(a), a)).toBeLessThan(small * 100);
      const [u] = linalg.svd(a);
      expect(distance(adjoint(u).matmul(u), identity(6))).toBeLessThan(small * 20);
    }),
  );
});

describe('linalg', () => {
  it('reads eigenvalues that lie in pairs or in one place', () => {
    const turn = linalg.eigvals(
      xp.array(
        [
          [0, -1],
          [1, 0],
        ],
        { dtype: 'float64' },
      ),
    );
    expect(distance(xp.sort(turn.imag), xp.array([-1, 1], { dtype: 'float64' }))).toBeLessThan(1e-14);
    const [w, v] = linalg.eig(
      xp.array(
        [
          [2, 1],
          [0, 2],
        ],
        { dtype: 'float64' },
      ),
    );
    expect(distance(w, xp.array([2, 2]))).toBeLessThan(1e-12);
    expect(Number(xp.all(xp.isfinite(v)).itemSync())).toBe(1);
    const cycle = xp.roll(identity(6), 1, { axis: 0 });
    expect(distance(linalg.eigvals(cycle).abs(), xp.ones([6]))).toBeLessThan(1e-13);
  });

  it('multiplies chains in the cheapest order', () => {
    const xs = [
      draw([2, 3], 'float64'),
      draw([3, 5], 'float64'),
      draw([5, 1], 'float64'),
      draw([1, 4], 'float64'),
    ];
    const y = linalg.multiDot(xs);
    expect(
      distance(
        y,
        xs.reduce((a, b) => a.matmul(b)),
      ),
    ).toBeLessThan(1e-12);
    expect(linalg.multiDot([xp.ones([3]), xp.ones([3, 2]), xp.ones([2])]).itemSync()).toBe(6);
  });

  it('has something for arrays without elements', () => {
    expect(linalg.det(xp.zeros([0, 0])).itemSync()).toBe(1);
    expect(linalg.inv(xp.zeros([2, 0, 0])).shape).toEqual([2, 0, 0]);
    expect(linalg.svd(xp.zeros([3, 0])).map((x) => x.shape)).toEqual([[3, 3], [0], [0, 0]]);
    expect(linalg.solve(xp.zeros([0, 0]), xp.zeros([0])).shape).toEqual([0]);
    expect(linalg.eigvalsh(xp.zeros([0, 0])).shape).toEqual([0]);
  });

  it('says what is wrong', () => {
    expect(() => linalg.inv(xp.ones([2, 3]))).toThrow(
      '[linalg.inv] the last 2 axes of a must be square, got shape (2, 3)',
    );
    expect(() => linalg.inv(xp.ones([2, 2]))).toThrow(LinAlgError);
    expect(() => linalg.solve(xp.ones([2, 2]), xp.ones([3]))).toThrow(
      '[linalg.solve] a has 2 rows but b has shape (3,)',
    );
    expect(() => linalg.cholesky(xp.array([[0]]))).toThrow('leading minor of order 1');
    expect(() => linalg.svd(xp.ones([2]))).toThrow('[linalg.svd] a must have at least 2 axes');
    expect(() => linalg.svd(xp.ones([2, 2], { dtype: 'float16' }))).toThrow('[linalg.svd] the dtype float16');
    expect(() => linalg.qr(xp.ones([2, 2]), { mode: 'raw' as never })).toThrow('[linalg.qr] mode');
    expect(() => linalg.norm(xp.ones([2, 2]), { ord: 3 })).toThrow(
      '[linalg.norm] ord 3 is no norm of matrices',
    );
    expect(() => linalg.norm(xp.ones([2]), { ord: 'nuc' })).toThrow('no norm of vectors');
    expect(() => linalg.matrixPower(xp.ones([2, 2]), 0.5)).toThrow(
      '[linalg.matrixPower] n must be an integer',
    );
    expect(() => linalg.multiDot([xp.ones([2, 2])])).toThrow('[linalg.multiDot] expected at least two');
    expect(() => linalg.tensorinv(xp.ones([2, 3, 4]))).toThrow('[linalg.tensorinv]');
  });
});
