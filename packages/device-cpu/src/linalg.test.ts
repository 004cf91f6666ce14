import {
  complex64,
  complex128,
  type DType,
  float32,
  float64,
  int32,
  type Kernels,
  type NdArray,
  type TriangularForm,
} from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { epsilonOf } from '../../xp/src/testing/kernels/sides.testing.ts';
import { cpu, difference, generator, outputs, type Pair, pair, values } from './both.testing.ts';

// Beside what all devices are tested for: larger matrices and stacks, complex ones, and numbers that are none.

const dtypes: readonly DType[] = [float32, float64, complex64, complex128];
const real: Readonly<Record<string, DType>> = { float32, float64, complex64: float32, complex128: float64 };

function both(run: (kernels: Kernels, side: 0 | 1) => void, [a, b]: Pair): void {
  run(a.device.kernels, 0);
  run(b.device.kernels, 1);
}

function matrices(d: DType, shape: readonly number[], seed = 1): Pair {
  const random = generator(seed);
  return pair(d, shape, () => 2 * random() - 1);
}

/** A complex number as its parts. */
type Number2 = readonly [number, number];
type Rows = Number2[][];

/** A stack of matrices as lists of rows of complex numbers. */
function rowsOf(x: NdArray): Rows[] {
  const { lanes } = x.dtype;
  const flat = values(x);
  const [m, n] = x.shape.slice(-2) as [number, number];
  const at = (i: number): Number2 => [flat[i * lanes]!, lanes === 2 ? flat[2 * i + 1]! : 0];
  return Array.from({ length: x.size / (m * n) }, (_, k) =>
    Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => at((k * m + i) * n + j))),
  );
}

const adjoint = (a: Rows): Rows => a[0]!.map((_, j) => a.map((row) => [row[j]![0], -row[j]![1]]));
const times = (a: Rows, b: Rows): Rows =>
  a.map((row) =>
    b[0]!.map((_, j) =>
      row.reduce<Number2>(
        ([r, s], [x, y], k) => [
          r + x * b[k]![j]![0] - y * b[k]![j]![1],
          s + x * b[k]![j]![1] + y * b[k]![j]![0],
        ],
        [0, 0],
      ),
    ),
  );
/** Columns times numbers. */
const scaled = (a: Rows, by: readonly Number2[]): Rows =>
  a.map((row) => row.map(([x, y], j) => [x * by[j]![0] - y * by[j]![1], x * by[j]![1] + y * by[j]![0]]));
const distance = (a: Rows, b: Rows) =>
  Math.max(
    0,
    ...a.flatMap((row, i) => row.map(([x, y], j) => Math.hypot(x - b[i]![j]![0], y - b[i]![j]![1]))),
  );
const identity = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => [Number(i === j), 0]));
const reals = (x: readonly number[]): Number2[] => x.map((v) => [v, 0]);

/** Hermitian positive definite stacks: `x xᴴ + 1`. */
function definite(d: DType, stack: number, n: number): Pair {
  const list = rowsOf(matrices(d, [stack, n, n], n)[0]).flatMap((x) =>
    times(x, adjoint(x)).flatMap((row, i) =>
      row.flatMap(([re, im], j) => {
        const v = re / n + Number(i === j);
        return d.lanes === 2 ? [v, im / n] : [v];
      }),
    ),
  );
  return pair(d, [stack, n, n], (i) => list[i]!);
}

describe('linear algebra on cpu', () => {
  it.each(dtypes.map((d) => [d.name, d] as const))('factors and solves in %s', (_, d) => {
    for (const [stack, n, m] of [
      [1, 1, 1],
      [3, 5, 2],
      [2, 33, 4],
      [40, 17, 1],
      [1, 150, 70],
    ] as const) {
      const a = matrices(d, [stack, n, n], n);
      const original = rowsOf(a[1]);
      const b = matrices(d, [stack, n, m], n + 1);
      const wanted = rowsOf(b[1]);
      const pivots = outputs(int32, [stack, n]);
      both((kernels, k) => {
        kernels.lu(a[k], pivots[k]);
        kernels.luSolve(a[k], pivots[k], b[k]);
      }, a);
      expect(difference(pivots), `pivots of ${n}`).toBeNull();
      expect(difference(a, 0, 3000 * epsilonOf(d)), `factors of ${n}`).toBeNull();
      for (const [i, x] of rowsOf(b[1]).entries()) {
        const largest = Math.max(...x.flat().map(([re, im]) => Math.hypot(re, im)));
        expect(distance(times(original[i]!, x), wanted[i]!), `solutions of ${n}`).toBeLessThan(
          10 * n * epsilonOf(d) * (1 + largest),
        );
      }
    }
  });

  it('goes over a column without pivot, and over numbers that are none', () => {
    for (const bad of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      // Factors and products are exact, whether or not the processor fuses them with the differences.
      const a = pair(float32, [1, 3, 3], (i) => [0, 1, 2, bad, 3, 4, 0, 4, 8][i]!);
      const pivots = outputs(int32, [1, 3]);
      both((kernels, k) => kernels.lu(a[k], pivots[k]), a);
      expect(difference(pivots), `${bad}`).toBeNull();
      expect(difference(a, 0), `${bad}`).toBeNull();
    }
    const n = 100;
    const [, a] = pair(complex64, [1, n, n], (i) => (i % 3 === 0 ? Number.NaN : i));
    const [, b] = outputs(complex64, [1, n, 1]);
    const [, pivots] = outputs(int32, [1, n]);
    cpu.kernels.lu(a, pivots);
    cpu.kernels.luSolve(a, pivots, b);
    expect(values(pivots).every((p) => p >= 0 && p < n)).toBe(true);
  });

  it('refuses to change places with rows that are not there', () => {
    const [, a] = matrices(float64, [2, 3, 3]);
    const [, b] = matrices(float64, [2, 3, 1]);
    for (const wrong of [3, -1]) {
      const [, pivots] = pair(int32, [2, 3], (i) => (i === 4 ? wrong : 2));
      expect(() => cpu.kernels.luSolve(a, pivots, b)).toThrow(
        `row 1 cannot change places with row ${wrong} of a matrix that has 3`,
      );
    }
  });

  it.each(dtypes.map((d) => [d.name, d] as const))(
    'solves triangular systems of every form in %s',
    (_, d) => {
      for (const lower of [true, false]) {
        for (const unit of [true, false]) {
          for (const op of ['none', 'transpose', 'adjoint'] as const) {
            const form: TriangularForm = { lower, unit, op };
            const n = 37;
            const a = pair(d, [2, n, n], (i) => {
              const at = Math.floor(i / d.lanes) % (n * n);
              const [row, column] = [Math.floor(at / n), at % n];
              if (row === column) return unit ? Number.NaN : 2 + (i % 3);
              return lower === row > column ? ((i * 7) % 11) / 90 : Number.NaN;
            });
            const b = matrices(d, [2, n, 3], 5);
            both((kernels, k) => kernels.triangularSolve(a[k], b[k], form), a);
            expect(difference(b, 100, 100 * epsilonOf(d)), JSON.stringify(form)).toBeNull();
            expect(values(b[1]).every(Number.isFinite)).toBe(true);
          }
        }
      }
    },
  );

  it.each(dtypes.map((d) => [d.name, d] as const))("computes Cholesky's factors in %s", (_, d) => {
    for (const [stack, n] of [
      [3, 1],
      [3, 40],
      [1, 130],
    ] as const) {
      const a = definite(d, stack, n);
      const info = outputs(int32, [stack]);
      both((kernels, k) => kernels.cholesky(a[k], info[k]), a);
      expect(difference(a, 100, 100 * epsilonOf(d)), `${n}`).toBeNull();
      expect(difference(info)).toBeNull();
    }
  });

  it('says which minor is not positive', () => {
    for (const bad of [3, Number.NaN, -1]) {
      const a = pair(float32, [2, 2, 2], (i) => [4, 2, 2, 5, 1, 3, 3, bad][i]!);
      const info = outputs(int32, [2]);
      both((kernels, k) => kernels.cholesky(a[k], info[k]), a);
      expect(values(info[1])).toEqual([0, 2]);
      expect(difference(info)).toBeNull();
    }
    const [, all] = pair(float64, [1, 3, 3], () => Number.NaN);
    const [, info] = outputs(int32, [1]);
    cpu.kernels.cholesky(all, info);
    expect(values(info)).toEqual([1]);
  });

  it.each(dtypes.map((d) => [d.name, d] as const))(
    'computes QR factors, reduced and complete, in %s',
    (_, d) => {
      for (const [m, n, width] of [
        [1, 1, 1],
        [5, 3, 3],
        [5, 3, 5],
        [3, 5, 3],
        [60, 43, 43],
        [60, 43, 60],
      ] as const) {
        const a = matrices(d, [2, m, n], m * n);
        const q = outputs(d, [2, m, width]);
        const r = outputs(d, [2, width, n]);
        both((kernels, k) => kernels.qr(a[k], q[k], r[k]), a);
        expect(difference(q, 0, 100 * epsilonOf(d)), `q of ${m} × ${n}`).toBeNull();
        expect(difference(r, 0, 100 * epsilonOf(d)), `r of ${m} × ${n}`).toBeNull();
      }
    },
  );

  it.each(dtypes.map((d) => [d.name, d] as const))('computes singular values and vectors in %s', (_, d) => {
    for (const [m, n, full] of [
      [1, 1, false],
      [6, 4, false],
      [6, 4, true],
      [4, 7, true],
      [4, 7, false],
      [43, 30, true],
    ] as const) {
      for (const rank of [Math.min(m, n), 1]) {
        const entry = (i: number) => (1 + (i % n)) * (2 - (Math.floor(i / n) % m));
        const a =
          rank === 1
            ? pair(d, [2, m, n], (i) => (d.lanes === 2 && i % 2 === 1 ? 0 : entry(Math.floor(i / d.lanes))))
            : matrices(d, [2, m, n], m);
        const original = rowsOf(a[0]);
        const k = Math.min(m, n);
        const u = outputs(d, [2, m, full ? m : k]);
        const s = outputs(real[d.name]!, [2, k]);
        const vh = outputs(d, [2, full ? n : k, n]);
        const text = `${m} × ${n}, rank ${rank}`;
        both((kernels, side) => kernels.svd(a[side], u[side], s[side], vh[side]), a);
        const largest = values(s[0])[0]!;
        expect(difference(s, 0, 50 * epsilonOf(d) * largest), text).toBeNull();
        const [U, S, V] = [rowsOf(u[1]), reals(values(s[1])), rowsOf(vh[1])];
        for (let i = 0; i < 2; i++) {
          const left = scaled(
            U[i]!.map((row) => row.slice(0, k)),
            S.slice(i * k, (i + 1) * k),
          );
          const limit = 100 * epsilonOf(d);
          expect(distance(times(left, V[i]!.slice(0, k)), original[i]!), text).toBeLessThan(limit * largest);
          expect(distance(times(adjoint(U[i]!), U[i]!), identity(U[i]![0]!.length)), text).toBeLessThan(
            limit,
          );
          expect(distance(times(V[i]!, adjoint(V[i]!)), identity(V[i]!.length)), text).toBeLessThan(limit);
        }
      }
    }
  });

  it('computes singular values alone, of very large and very small numbers', () => {
    for (const factor of [1e25, 1e-25, 0]) {
      const a = pair(float32, [3, 3, 2], (i) => factor * ((i % 5) + 1));
      const s = outputs(float32, [3, 2]);
      both((kernels, k) => kernels.svd(a[k], null, s[k], null), a);
      expect(difference(s, 8, 1e-6 * factor)).toBeNull();
    }
  });

  it.each(dtypes.map((d) => [d.name, d] as const))(
    'computes eigenvalues of Hermitian matrices in %s',
    (_, d) => {
      for (const [stack, n] of [
        [1, 1],
        [2, 30],
        [20, 4],
        [1, 70],
      ] as const) {
        // The upper triangle, and what is imaginary of the diagonal, is not read.
        const list = rowsOf(definite(d, stack, n)[0]).flatMap((x) =>
          x.flatMap((row, i) =>
            row.flatMap((v, j) => (j > i ? [Number.NaN, Number.NaN] : v).slice(0, d.lanes)),
          ),
        );
        const a = pair(d, [stack, n, n], (i) => list[i]!);
        const lower = rowsOf(a[1]);
        const w = outputs(real[d.name]!, [stack, n]);
        both((kernels, k) => kernels.eigh(a[k], w[k]), a);
        expect(difference(w, 0, 10 * n * epsilonOf(d)), `values of ${n}`).toBeNull();
        for (const [k, V] of rowsOf(a[1]).entries()) {
          const whole = lower[k]!.map((row, i) =>
            row.map((v, j): Number2 => (j <= i ? v : [lower[k]![j]![i]![0], -lower[k]![j]![i]![1]])),
          );
          const W = reals(values(w[1]).slice(k * n, (k + 1) * n));
          expect(distance(times(whole, V), scaled(V, W)), `vectors of ${n}`).toBeLessThan(
            30 * n * epsilonOf(d),
          );
          expect(distance(times(adjoint(V), V), identity(n)), `vectors of ${n}`).toBeLessThan(
            100 * epsilonOf(d),
          );
        }
      }
    },
  );

  it.each([complex64, complex128].map((d) => [d.name, d] as const))('computes eigenvalues in %s', (_, d) => {
    for (const [stack, n, isReal] of [
      [1, 1, false],
      [1, 1, true],
      [2, 25, false],
      [2, 25, true],
      [16, 3, true],
    ] as const) {
      const random = generator(n);
      const make = () => pair(d, [stack, n, n], (i) => (isReal && i % 2 === 1 ? 0 : 2 * random() - 1))[1];
      const a = make();
      const original = rowsOf(a);
      const [, w] = outputs(d, [stack, n]);
      const [, v] = outputs(d, [stack, n, n]);
      const [, info] = outputs(int32, [stack]);
      cpu.kernels.eig(a, w, v, info);
      expect(values(info)).toEqual(new Array(stack).fill(0));
      const flat = values(w);
      for (const [k, V] of rowsOf(v).entries()) {
        const W = Array.from(
          { length: n },
          (_, j): Number2 => [flat[2 * (k * n + j)]!, flat[2 * (k * n + j) + 1]!],
        );
        expect(distance(times(original[k]!, V), scaled(V, W)), `${n}`).toBeLessThan(100 * n * epsilonOf(d));
        for (let j = 0; j < n; j++) {
          const length = Math.hypot(...V.flatMap((row) => row[j]!));
          expect(length).toBeCloseTo(1, 5);
        }
        if (!isReal) continue;
        // Conjugated pairs, exactly.
        const imaginary = W.map(([, im]) => im).filter((im) => im !== 0);
        expect(imaginary.filter((im) => im > 0).length * 2).toBe(imaginary.length);
        for (const [re, im] of W) expect(W.some(([x, y]) => (x === re && y === -im) || im === 0)).toBe(true);
      }
      const again = make();
      const [, alone] = outputs(d, [stack, n]);
      cpu.kernels.eig(again, alone, null, info);
      expect(values(info)).toEqual(new Array(stack).fill(0));
    }
  });

  it('ends where numbers are not finite', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const make = (d: DType) => pair(d, [2, 20, 20], (i) => (i === 41 * d.lanes ? bad : i % 7))[1];
      for (const d of dtypes) {
        const [, s] = outputs(real[d.name]!, [2, 20]);
        const [, u] = outputs(d, [2, 20, 20]);
        const [, vh] = outputs(d, [2, 20, 20]);
        cpu.kernels.svd(make(d), u, s, vh);
        expect(values(s).map(Number.isNaN)).toEqual(Array.from({ length: 40 }, (_, i) => i < 20));
        expect(
          values(u)
            .slice(0, 400 * d.lanes)
            .every(Number.isFinite),
        ).toBe(false);
        expect(
          values(u)
            .slice(400 * d.lanes)
            .every(Number.isFinite),
        ).toBe(true);
        const x = make(d);
        cpu.kernels.eigh(x, s);
        expect(values(s).map(Number.isNaN)).toEqual(Array.from({ length: 40 }, (_, i) => i < 20));
        cpu.kernels.qr(make(d), u, vh);
      }
      for (const d of [complex64, complex128]) {
        const [, w] = outputs(d, [2, 20]);
        const [, info] = outputs(int32, [2]);
        cpu.kernels.eig(make(d), w, null, info);
        expect(values(info)).toEqual([1, 0]);
      }
    }
  });
});
