import { describe, expect, it } from 'vitest';
import {
  complex64,
  complex128,
  type DType,
  float32,
  float64,
  int32,
  type NdArray,
  type TriangularForm,
} from '../../internal.ts';
import { byPrecision, generator, type Pair, type Sides } from './sides.testing.ts';

type Matrix = readonly (readonly number[])[];

const turned = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => turned(b).map((column) => row.reduce((sum, v, k) => sum + v * column[k]!, 0)));
const distance = (a: Matrix, b: Matrix): number =>
  Math.max(0, ...a.map((row, i) => Math.max(...row.map((v, j) => Math.abs(v - b[i]![j]!)))));
const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));

/** Linear algebra: what is unique beside `js`, vectors that are not by what they must fulfil. */
export function linalgTests({ those, both, pair, outputs, difference, values }: Sides): void {
  const matrices = (d: DType, shape: readonly number[], seed = 1): Pair => {
    const random = generator(seed);
    return pair(d, shape, () => 2 * random() - 1);
  };

  /** A stack of matrices as lists of rows. */
  const rowsOf = async (x: NdArray): Promise<Matrix[]> => {
    const flat = await values(x);
    const [m, n] = x.shape.slice(-2) as [number, number];
    return Array.from({ length: x.size / (m * n) }, (_, k) =>
      Array.from({ length: m }, (_, i) => flat.slice((k * m + i) * n, (k * m + i + 1) * n)),
    );
  };

  /** Symmetric positive definite stacks: `x xᵀ + n`. */
  const definite = (d: DType, stack: number, n: number): Pair => {
    const random = generator(n);
    const list = Array.from({ length: stack }, () => {
      const x = Array.from({ length: n }, () => Array.from({ length: n }, () => random() - 0.5));
      return times(x, turned(x)).map((row, i) => row.map((v, j) => v + (i === j ? 1 : 0)));
    }).flat(2);
    // Of complex matrices only the real parts, and the imaginary ones are zero.
    return pair(d, [stack, n, n], (i) => (d.lanes === 1 ? list[i]! : i % 2 === 0 ? list[i / 2]! : 0));
  };

  for (const d of those([float32, float64, complex64, complex128])) {
    const close = (single: number) => byPrecision(d, 0, single, single * 1e-8);
    describe(`factors and solutions of ${d.name}`, () => {
      it('factors and solves', async () => {
        for (const [stack, n, m] of [
          [1, 1, 1],
          [3, 5, 2],
          [2, 33, 4],
          [1, 70, 70],
        ] as const) {
          const a = matrices(d, [stack, n, n], n);
          const b = matrices(d, [stack, n, m], n + 1);
          const pivots = outputs(int32, [stack, n]);
          both((device, k) => {
            device.kernels.lu(a[k], pivots[k]);
            device.kernels.luSolve(a[k], pivots[k], b[k]);
          });
          expect(await difference(pivots), `pivots of ${n}`).toBeNull();
          expect(await difference(a, 0, close(2e-4)), `factors of ${n}`).toBeNull();
          expect(await difference(b, 0, close(2e-2)), `solutions of ${n}`).toBeNull();
        }
      });

      it('goes over a column without pivot', async () => {
        const list = [0, 1, 2, 0, 3, 4, 0, 5, 7];
        const a = pair(d, [1, 3, 3], (i) => list[Math.floor(i / d.lanes)]!);
        const pivots = outputs(int32, [1, 3]);
        both((device, k) => device.kernels.lu(a[k], pivots[k]));
        expect(await difference(pivots)).toBeNull();
        expect(await difference(a, 0, 1e-6)).toBeNull();
      });

      it('solves triangular systems of every form', async () => {
        for (const lower of [true, false]) {
          for (const unit of [true, false]) {
            for (const op of ['none', 'transpose', 'adjoint'] as const) {
              const form: TriangularForm = { lower, unit, op };
              const a = pair(d, [2, 9, 9], (i) => {
                const at = Math.floor(i / d.lanes);
                return (at % 81) % 10 === 0 ? 2 + (at % 3) : ((i * 7) % 11) / 90;
              });
              const b = matrices(d, [2, 9, 3], 5);
              both((device, k) => device.kernels.triangularSolve(a[k], b[k], form));
              expect(await difference(b, 0, close(1e-4)), JSON.stringify(form)).toBeNull();
            }
          }
        }
      });

      it("computes Cholesky's factors, and says where there are none", async () => {
        const a = definite(d, 3, 40);
        const info = outputs(int32, [3]);
        both((device, k) => device.kernels.cholesky(a[k], info[k]));
        expect(await difference(a, 0, close(1e-5))).toBeNull();
        expect(await difference(info)).toBeNull();
        const list = [4, 2, 2, 5, 1, 3, 3, 2];
        const bad = pair(d, [2, 2, 2], (i) => (i % d.lanes === 0 ? list[i / d.lanes]! : 0));
        const orders = outputs(int32, [2]);
        both((device, k) => device.kernels.cholesky(bad[k], orders[k]));
        expect(await values(orders[1])).toEqual([0, 2]);
      });
    });
  }

  for (const d of those([float32, float64])) {
    const close = (single: number) => byPrecision(d, 0, single, single * 1e-8);
    describe(`orthogonal factors of ${d.name}`, () => {
      it('computes QR factors, reduced and complete', async () => {
        for (const [m, n, width] of [
          [1, 1, 1],
          [5, 3, 3],
          [5, 3, 5],
          [3, 5, 3],
          [40, 33, 33],
        ] as const) {
          const a = matrices(d, [2, m, n], m * n);
          const q = outputs(d, [2, m, width]);
          const r = outputs(d, [2, width, n]);
          both((device, k) => device.kernels.qr(a[k], q[k], r[k]));
          expect(await difference(q, 0, close(1e-5)), `q of ${m} × ${n}`).toBeNull();
          expect(await difference(r, 0, close(1e-5)), `r of ${m} × ${n}`).toBeNull();
        }
      });

      it('computes singular values and vectors, also of matrices without full rank', async () => {
        for (const [m, n, full] of [
          [1, 1, false],
          [6, 4, false],
          [6, 4, true],
          [4, 7, true],
          [33, 20, false],
        ] as const) {
          for (const rank of [Math.min(m, n), 1]) {
            const outer = (i: number) => (1 + (i % n)) * (2 - (Math.floor(i / n) % m));
            const a = rank === 1 ? pair(d, [2, m, n], outer) : matrices(d, [2, m, n], m);
            const original = await rowsOf(a[0]);
            const k = Math.min(m, n);
            const u = outputs(d, [2, m, full ? m : k]);
            const s = outputs(d, [2, k]);
            const vh = outputs(d, [2, full ? n : k, n]);
            const text = `${m} × ${n}, rank ${rank}`;
            both((device, side) => device.kernels.svd(a[side], u[side], s[side], vh[side]));
            const largest = (await values(s[0]))[0]!;
            expect(await difference(s, 0, close(3e-6) * largest), text).toBeNull();
            const [U, S, V] = [await rowsOf(u[1]), await values(s[1]), await rowsOf(vh[1])];
            for (let i = 0; i < 2; i++) {
              const scaled = U[i]!.map((row) => row.slice(0, k).map((v, j) => v * S[i * k + j]!));
              const product = times(scaled, V[i]!.slice(0, k));
              expect(distance(product, original[i]!), text).toBeLessThan(close(5e-6) * largest);
              const [columns, rows] = [times(turned(U[i]!), U[i]!), times(V[i]!, turned(V[i]!))];
              expect(distance(columns, identity(columns.length)), text).toBeLessThan(close(2e-5));
              expect(distance(rows, identity(rows.length)), text).toBeLessThan(close(2e-5));
            }
          }
        }
      });

      it('computes singular values alone, of very large and very small numbers', async () => {
        for (const factor of [1e25, 1e-25, 0]) {
          const a = pair(d, [1, 3, 2], (i) => factor * (i + 1));
          const s = outputs(d, [1, 2]);
          both((device, k) => device.kernels.svd(a[k], null, s[k], null));
          expect(await difference(s, 8, 1e-6 * factor)).toBeNull();
        }
      });

      it('computes eigenvalues and eigenvectors, with equal and opposite values among them', async () => {
        const random = await values(definite(d, 2, 30)[0]);
        const equal = [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0];
        for (const [n, value] of [
          [1, () => -3],
          [30, (i: number) => random[i]! - (i % 31 === 0 ? 3 : 0)],
          [4, (i: number) => equal[i % 16]!],
        ] as const) {
          const a = pair(d, [2, n, n], value);
          const original = await rowsOf(a[0]);
          const w = outputs(d, [2, n]);
          both((device, k) => device.kernels.eigh(a[k], w[k]));
          expect(await difference(w, 0, close(1e-5) * n), `values of ${n}`).toBeNull();
          const [V, W] = [await rowsOf(a[1]), await values(w[1])];
          for (let i = 0; i < 2; i++) {
            const scaled = V[i]!.map((row) => row.map((v, j) => v * W[i * n + j]!));
            const lower = original[i]!.map((row, p) =>
              row.map((v, q) => (q <= p ? v : original[i]![q]![p]!)),
            );
            const off = distance(times(lower, V[i]!), scaled);
            expect(off, `vectors of ${n}`).toBeLessThan(close(2e-5) * Math.max(1, n / 4));
            const angles = distance(times(turned(V[i]!), V[i]!), identity(n));
            expect(angles, `vectors of ${n}`).toBeLessThan(close(2e-5));
          }
        }
      });
    });
  }
}
