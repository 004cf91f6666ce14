import type { NdArray } from '../../core/ndarray.ts';
import { count, load, Split, store } from './split.ts';

/**
 * Householder's QR: `x` becomes R (m by n), and all of Q (m by m) is returned. Diagonal elements of R are real.
 */
export function factorQr(x: Split): Split {
  const { rows: m, cols: n } = x;
  const q = Split.identity(m);
  for (let p = 0; p < Math.min(m, n); p++) {
    let rest = 0;
    for (let i = p + 1; i < m; i++) rest += x.re[i * n + p]! ** 2 + x.im[i * n + p]! ** 2;
    const [ar, ai] = [x.re[p * n + p]!, x.im[p * n + p]!];
    if (rest === 0 && ai === 0) continue;
    const beta = -Math.sign(ar || 1) * Math.sqrt(rest + ar * ar + ai * ai);
    // v = (1, x[p+1..] / (alpha - beta)), and Hᴴ = 1 - conj(tau) v vᴴ takes the column to beta.
    const [tr, ti] = [(beta - ar) / beta, -ai / beta];
    const d = (ar - beta) ** 2 + ai * ai;
    const vr = new Float64Array(m);
    const vi = new Float64Array(m);
    vr[p] = 1;
    for (let i = p + 1; i < m; i++) {
      const [r, s] = [x.re[i * n + p]!, x.im[i * n + p]!];
      vr[i] = (r * (ar - beta) + s * ai) / d;
      vi[i] = (s * (ar - beta) - r * ai) / d;
    }
    for (let j = p; j < n; j++) reflect(x, j, p, vr, vi, tr, -ti);
    // Q H = Q - tau (Q v) vᴴ, row by row.
    for (let i = 0; i < m; i++) {
      let [r, s] = [0, 0];
      for (let k = p; k < m; k++) {
        r += q.re[i * m + k]! * vr[k]! - q.im[i * m + k]! * vi[k]!;
        s += q.re[i * m + k]! * vi[k]! + q.im[i * m + k]! * vr[k]!;
      }
      const [fr, fi] = [r * tr - s * ti, r * ti + s * tr];
      for (let k = p; k < m; k++) {
        q.re[i * m + k] = q.re[i * m + k]! - (fr * vr[k]! + fi * vi[k]!);
        q.im[i * m + k] = q.im[i * m + k]! - (fi * vr[k]! - fr * vi[k]!);
      }
    }
    for (let i = p + 1; i < m; i++) {
      x.re[i * n + p] = 0;
      x.im[i * n + p] = 0;
    }
  }
  return q;
}

/** Column `j` less `t (vᴴ column) v`. */
function reflect(
  x: Split,
  j: number,
  from: number,
  vr: Float64Array,
  vi: Float64Array,
  tr: number,
  ti: number,
): void {
  const { rows: m, cols: n, re, im } = x;
  let [r, s] = [0, 0];
  for (let i = from; i < m; i++) {
    r += vr[i]! * re[i * n + j]! + vi[i]! * im[i * n + j]!;
    s += vr[i]! * im[i * n + j]! - vi[i]! * re[i * n + j]!;
  }
  const [fr, fi] = [r * tr - s * ti, r * ti + s * tr];
  for (let i = from; i < m; i++) {
    re[i * n + j] = re[i * n + j]! - (fr * vr[i]! - fi * vi[i]!);
    im[i * n + j] = im[i * n + j]! - (fr * vi[i]! + fi * vr[i]!);
  }
}

/** `a = q r`; q's columns say how much of Q is wanted. */
export function qr(a: NdArray, q: NdArray, r: NdArray): void {
  const k = q.shape[q.ndim - 1]!;
  const n = a.shape[a.ndim - 1]!;
  for (let s = 0; s < count(a); s++) {
    const x = load(a, s);
    store(factorQr(x).columns(k), q, s);
    const top = new Split(k, n);
    top.re.set(x.re.subarray(0, k * n));
    top.im.set(x.im.subarray(0, k * n));
    store(top, r, s);
  }
}

/** Columns `p` and `q` turned: `p' = c p - s w q`, `q' = s p + c w q`, where `w` is a number of size 1. */
function turn(x: Split, p: number, q: number, c: number, s: number, wr: number, wi: number): void {
  const { rows, cols, re, im } = x;
  for (let i = 0, row = 0; i < rows; i++, row += cols) {
    const [pr, pi] = [re[row + p]!, im[row + p]!];
    const qr = re[row + q]! * wr - im[row + q]! * wi;
    const qi = re[row + q]! * wi + im[row + q]! * wr;
    re[row + p] = c * pr - s * qr;
    im[row + p] = c * pi - s * qi;
    re[row + q] = s * pr + c * qr;
    im[row + q] = s * pi + c * qi;
  }
}

/** Cosine and sine that make `[[a, g], [g, b]]` diagonal. */
function rotation(a: number, b: number, g: number): [number, number] {
  const zeta = (b - a) / (2 * g);
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  return [c, c * t];
}

const sweeps = 60;

/**
 * Jacobi's one-sided rotations: columns of `x` (at least as many rows) become orthogonal, `v` collects the rotations.
 */
function orthogonalise(x: Split, v: Split): void {
  const { rows, cols: n, re, im } = x;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let turned = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        let [a, b, gr, gi] = [0, 0, 0, 0];
        for (let i = 0, row = 0; i < rows; i++, row += n) {
          const [pr, pi, qr, qi] = [re[row + p]!, im[row + p]!, re[row + q]!, im[row + q]!];
          a += pr * pr + pi * pi;
          b += qr * qr + qi * qi;
          gr += pr * qr + pi * qi;
          gi += pr * qi - pi * qr;
        }
        const g = Math.hypot(gr, gi);
        if (g === 0 || g <= 1e-16 * Math.sqrt(a * b)) continue;
        turned = true;
        const [c, s] = rotation(a, b, g);
        turn(x, p, q, c, s, gr / g, -gi / g);
        turn(v, p, q, c, s, gr / g, -gi / g);
      }
    }
    if (!turned) return;
  }
}

/** Columns in another order. */
function ordered(x: Split, order: readonly number[]): Split {
  const y = new Split(x.rows, order.length);
  for (let i = 0; i < x.rows; i++) {
    order.forEach((from, j) => {
      y.re[i * order.length + j] = x.re[i * x.cols + from]!;
      y.im[i * order.length + j] = x.im[i * x.cols + from]!;
    });
  }
  return y;
}

/** Singular values, descending, with all of U (`m` columns where `full`, else `n`) and V; `m ≥ n`. */
function tall(x: Split, full: boolean): { u: Split; s: Float64Array; v: Split } {
  const { rows: m, cols: n } = x;
  const v = Split.identity(n);
  orthogonalise(x, v);
  const norms = new Float64Array(n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) norms[j] = Math.hypot(norms[j]!, x.re[i * n + j]!, x.im[i * n + j]!);
  const order = [...norms.keys()].sort((a, b) => norms[b]! - norms[a]!);
  const s = Float64Array.from(order, (j) => norms[j]!);
  const u = ordered(x, order);
  let rank = 0;
  while (rank < n && s[rank]! > 1e-300 && s[rank]! > 1e-17 * s[0]!) rank++;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < rank; j++) {
      u.re[i * n + j] = u.re[i * n + j]! / s[j]!;
      u.im[i * n + j] = u.im[i * n + j]! / s[j]!;
    }
  }
  const width = full ? m : n;
  return { u: rank === width ? u : completed(u.columns(rank), width), s, v: ordered(v, order) };
}

/** Orthonormal columns, with others that complete them. */
function completed(u: Split, width: number): Split {
  const q = factorQr(u.copy()).columns(width);
  for (let i = 0; i < u.rows; i++) {
    q.re.set(u.re.subarray(i * u.cols, (i + 1) * u.cols), i * width);
    q.im.set(u.im.subarray(i * u.cols, (i + 1) * u.cols), i * width);
  }
  return q;
}

/** Singular values, and the vectors where they are wanted; `u`'s and `vh`'s extents say how many. */
export function svd(a: NdArray, u: NdArray | null, s: NdArray, vh: NdArray | null): void {
  const [m, n] = a.shape.slice(-2) as [number, number];
  const values = s.storage.view(s.dtype) as Float64Array;
  const k = Math.min(m, n);
  const full = u !== null && vh !== null && (u.shape[u.ndim - 1]! > k || vh.shape[vh.ndim - 2]! > k);
  for (let i = 0; i < count(a); i++) {
    const x = load(a, i);
    const found = tall(m >= n ? x : x.adjoint(), full);
    values.set(found.s, s.offset + i * k);
    if (u !== null) store(m >= n ? found.u : found.v, u, i);
    if (vh !== null) store((m >= n ? found.v : found.u).adjoint(), vh, i);
  }
}

/** Eigenvalues, ascending, and vectors (in place of `a`) of Hermitian matrices, of which the lower triangle is read. */
export function eigh(a: NdArray, w: NdArray): void {
  const values = w.storage.view(w.dtype) as Float64Array;
  const n = a.shape[a.ndim - 1]!;
  for (let k = 0; k < count(a); k++) {
    const { vectors, found } = hermitian(load(a, k));
    store(vectors, a, k);
    values.set(found, w.offset + k * n);
  }
}

function frobenius({ re, im }: Split): number {
  let sum = 0;
  for (let i = 0; i < re.length; i++) sum += re[i]! ** 2 + im[i]! ** 2;
  return Math.sqrt(sum);
}

function hermitian(x: Split): { vectors: Split; found: number[] } {
  const { rows: n, re, im } = x;
  for (let i = 0; i < n; i++) {
    im[i * n + i] = 0;
    for (let j = 0; j < i; j++) {
      re[j * n + i] = re[i * n + j]!;
      im[j * n + i] = -im[i * n + j]!;
    }
  }
  const v = Split.identity(n);
  const small = 1e-18 * frobenius(x);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let turned = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const [hr, hi] = [re[p * n + q]!, im[p * n + q]!];
        const g = Math.hypot(hr, hi);
        const [d, e] = [re[p * n + p]!, re[q * n + q]!];
        if (g <= small) continue;
        turned = true;
        const [c, s] = rotation(d, e, g);
        turn(x, p, q, c, s, hr / g, -hi / g);
        turn(v, p, q, c, s, hr / g, -hi / g);
        turnRows(x, p, q, c, s, hr / g, hi / g);
        im[p * n + p] = 0;
        im[q * n + q] = 0;
      }
    }
    if (!turned) break;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => re[i * n + i]! - re[j * n + j]!);
  return { vectors: ordered(v, order), found: order.map((i) => re[i * n + i]!) };
}

/** The same for rows. */
function turnRows(x: Split, p: number, q: number, c: number, s: number, wr: number, wi: number): void {
  const { cols: n, re, im } = x;
  for (let j = 0; j < n; j++) {
    const [pr, pi] = [re[p * n + j]!, im[p * n + j]!];
    const qr = re[q * n + j]! * wr - im[q * n + j]! * wi;
    const qi = re[q * n + j]! * wi + im[q * n + j]! * wr;
    re[p * n + j] = c * pr - s * qr;
    im[p * n + j] = c * pi - s * qi;
    re[q * n + j] = s * pr + c * qr;
    im[q * n + j] = s * pi + c * qi;
  }
}
