import type { TriangularForm } from '../../core/device.ts';
import type { NdArray } from '../../core/ndarray.ts';
import { count, load, type Split, store } from './split.ts';

function swapRows(x: Split, a: number, b: number): void {
  if (a === b) return;
  const n = x.cols;
  for (const part of [x.re, x.im]) {
    const row = part.slice(a * n, (a + 1) * n);
    part.copyWithin(a * n, b * n, (b + 1) * n);
    part.set(row, b * n);
  }
}

/** `x[i] -= f x[p]`, rows from column `from` on. */
function subtractRow(x: Split, i: number, p: number, fr: number, fi: number, from = 0): void {
  const { re, im, cols } = x;
  for (let j = from, a = i * cols + from, b = p * cols + from; j < cols; j++, a++, b++) {
    re[a] = re[a]! - (fr * re[b]! - fi * im[b]!);
    im[a] = im[a]! - (fr * im[b]! + fi * re[b]!);
  }
}

/** Divides a row by a number. */
function divideRow(x: Split, i: number, dr: number, di: number): void {
  const { re, im, cols } = x;
  for (let j = 0, a = i * cols; j < cols; j++, a++) {
    const [r, m] = quotient(re[a]!, im[a]!, dr, di);
    re[a] = r;
    im[a] = m;
  }
}

function quotient(ar: number, ai: number, br: number, bi: number): [number, number] {
  if (bi === 0) return [ar / br, ai / br];
  const d = br * br + bi * bi;
  return [(ar * br + ai * bi) / d, (ai * br - ar * bi) / d];
}

/** In place: multipliers of the unit lower triangle below, the upper one above. A column without pivot stays. */
function factor(x: Split): number[] {
  const { rows: n, re, im } = x;
  const pivots: number[] = [];
  for (let p = 0; p < n; p++) {
    let best = p;
    let most = -1;
    for (let i = p; i < n; i++) {
      const size = Math.abs(re[i * n + p]!) + Math.abs(im[i * n + p]!);
      if (size > most) {
        most = size;
        best = i;
      }
    }
    pivots.push(best);
    if (most === 0) continue;
    swapRows(x, p, best);
    for (let i = p + 1; i < n; i++) {
      const at = i * n + p;
      const [fr, fi] = quotient(re[at]!, im[at]!, re[p * n + p]!, im[p * n + p]!);
      re[at] = fr;
      im[at] = fi;
      if (fr !== 0 || fi !== 0) subtractRow(x, i, p, fr, fi, p + 1);
    }
  }
  return pivots;
}

/** LU factors with row exchanges, in place. */
export function lu(a: NdArray, pivots: NdArray): void {
  const list = pivots.storage.view(pivots.dtype) as Int32Array;
  const n = a.shape[a.ndim - 1]!;
  for (let k = 0; k < count(a); k++) {
    const x = load(a, k);
    list.set(factor(x), pivots.offset + k * n);
    store(x, a, k);
  }
}

/** Forward or backward substitution, in place in `b`. */
function substitute(a: Split, b: Split, { lower, unit, op }: TriangularForm): void {
  const n = a.rows;
  const turned = op !== 'none';
  const downwards = lower !== turned;
  for (let step = 0; step < n; step++) {
    const p = downwards ? step : n - 1 - step;
    const at = (i: number): [number, number] => {
      const k = turned ? p * n + i : i * n + p;
      return [a.re[k]!, op === 'adjoint' ? -a.im[k]! : a.im[k]!];
    };
    if (!unit) divideRow(b, p, ...at(p));
    for (let i = downwards ? p + 1 : 0; i < (downwards ? n : p); i++) {
      const [fr, fi] = at(i);
      if (fr !== 0 || fi !== 0) subtractRow(b, i, p, fr, fi);
    }
  }
}

/** Solves `A x = b` from the factors of A, in place in `b`. */
export function luSolve(factors: NdArray, pivots: NdArray, b: NdArray): void {
  const list = pivots.storage.view(pivots.dtype) as Int32Array;
  const n = factors.shape[factors.ndim - 1]!;
  for (let k = 0; k < count(b); k++) {
    const a = load(factors, k);
    const x = load(b, k);
    for (let p = 0; p < n; p++) swapRows(x, p, list[pivots.offset + k * n + p]!);
    substitute(a, x, { lower: true, unit: true, op: 'none' });
    substitute(a, x, { lower: false, unit: false, op: 'none' });
    store(x, b, k);
  }
}

/** Solves triangular systems, in place in `b`. */
export function triangularSolve(a: NdArray, b: NdArray, form: TriangularForm): void {
  for (let k = 0; k < count(b); k++) {
    const x = load(b, k);
    substitute(load(a, k), x, form);
    store(x, b, k);
  }
}

/** Cholesky's factor of one matrix, in place; the order of the first minor that is not positive, or 0. */
function positiveFactor(x: Split): number {
  const { rows: n, re, im } = x;
  for (let j = 0; j < n; j++) {
    let d = re[j * n + j]!;
    for (let k = 0; k < j; k++) d -= re[j * n + k]! ** 2 + im[j * n + k]! ** 2;
    if (!(d > 0)) return j + 1;
    const root = Math.sqrt(d);
    re[j * n + j] = root;
    im[j * n + j] = 0;
    for (let i = j + 1; i < n; i++) {
      let [r, m] = [re[i * n + j]!, im[i * n + j]!];
      for (let k = 0; k < j; k++) {
        const [ar, ai, br, bi] = [re[i * n + k]!, im[i * n + k]!, re[j * n + k]!, im[j * n + k]!];
        r -= ar * br + ai * bi;
        m -= ai * br - ar * bi;
      }
      re[i * n + j] = r / root;
      im[i * n + j] = m / root;
      re[j * n + i] = 0;
      im[j * n + i] = 0;
    }
  }
  return 0;
}

/** Lower triangular factors of Hermitian matrices, in place. */
export function cholesky(a: NdArray, info: NdArray): void {
  const list = info.storage.view(info.dtype) as Int32Array;
  for (let k = 0; k < count(a); k++) {
    const x = load(a, k);
    list[info.offset + k] = positiveFactor(x);
    store(x, a, k);
  }
}
