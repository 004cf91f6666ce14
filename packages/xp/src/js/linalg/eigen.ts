import type { NdArray } from '../../core/ndarray.ts';
import { count, load, Split, store } from './split.ts';

const mostIterations = 300;

/** A plane rotation `[c, s; -conj(s), c]` that takes `(a, b)` to `(r, 0)`. */
function givens(ar: number, ai: number, br: number, bi: number): [c: number, sr: number, si: number] {
  const a = Math.hypot(ar, ai);
  const b = Math.hypot(br, bi);
  if (b === 0) return [1, 0, 0];
  if (a === 0) return [0, br / b, -bi / b];
  const r = Math.hypot(a, b);
  // s = (a / |a|) conj(b) / r
  return [a / r, (ar * br + ai * bi) / (a * r), (ai * br - ar * bi) / (a * r)];
}

/** Rows `p` and `p + 1` from column `from` on: `p' = c p + s q`, `q' = -conj(s) p + c q`. */
function rotateRows(x: Split, p: number, c: number, sr: number, si: number, from: number): void {
  const { re, im, cols } = x;
  for (let j = from, a = p * cols + from, b = a + cols; j < cols; j++, a++, b++) {
    const [pr, pi, qr, qi] = [re[a]!, im[a]!, re[b]!, im[b]!];
    re[a] = c * pr + sr * qr - si * qi;
    im[a] = c * pi + sr * qi + si * qr;
    re[b] = c * qr - (sr * pr + si * pi);
    im[b] = c * qi - (sr * pi - si * pr);
  }
}

/** Columns `p` and `p + 1` of the first rows: times the conjugated transpose of the same rotation. */
function rotateColumns(x: Split, p: number, c: number, sr: number, si: number, rows: number): void {
  const { re, im, cols } = x;
  for (let i = 0, a = p; i < rows; i++, a += cols) {
    const [pr, pi, qr, qi] = [re[a]!, im[a]!, re[a + 1]!, im[a + 1]!];
    re[a] = c * pr + sr * qr + si * qi;
    im[a] = c * pi + sr * qi - si * qr;
    re[a + 1] = c * qr - (sr * pr - si * pi);
    im[a + 1] = c * qi - (sr * pi + si * pr);
  }
}

/** Takes a matrix to Hessenberg's form by rotations, which `z` collects. */
function hessenberg(h: Split, z: Split): void {
  const n = h.rows;
  for (let j = 0; j < n - 2; j++) {
    for (let i = n - 1; i > j + 1; i--) {
      const [a, b] = [(i - 1) * n + j, i * n + j];
      const [c, sr, si] = givens(h.re[a]!, h.im[a]!, h.re[b]!, h.im[b]!);
      rotateRows(h, i - 1, c, sr, si, j);
      rotateColumns(h, i - 1, c, sr, si, n);
      rotateColumns(z, i - 1, c, sr, si, n);
      h.re[b] = 0;
      h.im[b] = 0;
    }
  }
}

/** The eigenvalue of the last 2 by 2 block that is nearer to its corner (Wilkinson's shift). */
function shiftOf(h: Split, hi: number): [number, number] {
  const n = h.cols;
  const at = (i: number, j: number): [number, number] => [h.re[i * n + j]!, h.im[i * n + j]!];
  const [a, b, c, d] = [at(hi - 1, hi - 1), at(hi - 1, hi), at(hi, hi - 1), at(hi, hi)];
  const [pr, pi] = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2];
  const [qr, qi] = [b[0] * c[0] - b[1] * c[1], b[0] * c[1] + b[1] * c[0]];
  let [rr, ri] = root(pr * pr - pi * pi + qr, 2 * pr * pi + qi);
  if (pr * rr + pi * ri < 0) [rr, ri] = [-rr, -ri];
  const [er, ei] = [pr + rr, pi + ri];
  const size = er * er + ei * ei;
  if (size === 0) return d;
  // d - bc / (p ± √(p² + bc))
  return [d[0] - (qr * er + qi * ei) / size, d[1] - (qi * er - qr * ei) / size];
}

function root(re: number, im: number): [number, number] {
  const size = Math.hypot(re, im);
  const r = Math.sqrt((size + Math.abs(re)) / 2);
  if (r === 0) return [0, 0];
  const other = im / (2 * r);
  return re >= 0 ? [r, other] : [Math.abs(other), im < 0 ? -r : r];
}

/** Shifted QR steps until `h` is upper triangular. @returns whether it converged. */
function triangularise(h: Split, z: Split): boolean {
  const n = h.rows;
  const size = (i: number, j: number) => Math.abs(h.re[i * n + j]!) + Math.abs(h.im[i * n + j]!);
  let tries = 0;
  for (let hi = n - 1; hi > 0; ) {
    let lo = hi;
    while (lo > 0) {
      const scale = size(lo - 1, lo - 1) + size(lo, lo);
      if (size(lo, lo - 1) <= 1.2e-16 * (scale === 0 ? 1 : scale)) {
        h.re[lo * n + lo - 1] = 0;
        h.im[lo * n + lo - 1] = 0;
        break;
      }
      lo--;
    }
    if (lo === hi) {
      hi--;
      tries = 0;
      continue;
    }
    if (++tries > mostIterations) return false;
    // Now and then a shift out of line, in case the usual one goes in circles.
    const [kr, ki] =
      tries % 10 === 0 ? [h.re[hi * n + hi]! + size(hi, hi - 1), h.im[hi * n + hi]!] : shiftOf(h, hi);
    step(h, z, lo, hi, kr, ki);
  }
  return true;
}

/** One step on the block from `lo` to `hi`: `H - k = Q R`, then `R Q + k`. */
function step(h: Split, z: Split, lo: number, hi: number, kr: number, ki: number): void {
  const n = h.rows;
  const shift = (sign: number) => {
    for (let i = lo; i <= hi; i++) {
      h.re[i * n + i] = h.re[i * n + i]! + sign * kr;
      h.im[i * n + i] = h.im[i * n + i]! + sign * ki;
    }
  };
  shift(-1);
  const turns: [number, number, number][] = [];
  for (let p = lo; p < hi; p++) {
    const [a, b] = [p * n + p, (p + 1) * n + p];
    const g = givens(h.re[a]!, h.im[a]!, h.re[b]!, h.im[b]!);
    rotateRows(h, p, ...g, p);
    turns.push(g);
  }
  turns.forEach((g, k) => {
    const p = lo + k;
    rotateColumns(h, p, ...g, Math.min(p + 2, n));
    rotateColumns(z, p, ...g, n);
  });
  shift(1);
}

/** Eigenvectors of an upper triangular matrix, by back substitution, as columns. */
function triangularVectors(t: Split): Split {
  const n = t.rows;
  const y = Split.identity(n);
  let largest = 0;
  for (let i = 0; i < t.re.length; i++) largest = Math.max(largest, Math.abs(t.re[i]!), Math.abs(t.im[i]!));
  const least = 2.3e-16 * (largest === 0 ? 1 : largest);
  for (let k = 0; k < n; k++) {
    for (let i = k - 1; i >= 0; i--) {
      let [r, m] = [0, 0];
      for (let j = i + 1; j <= k; j++) {
        const [tr, ti, yr, yi] = [t.re[i * n + j]!, t.im[i * n + j]!, y.re[j * n + k]!, y.im[j * n + k]!];
        r -= tr * yr - ti * yi;
        m -= tr * yi + ti * yr;
      }
      let dr = t.re[i * n + i]! - t.re[k * n + k]!;
      const di = t.im[i * n + i]! - t.im[k * n + k]!;
      // Equal eigenvalues are pushed apart by rounding's size, as LAPACK does.
      if (Math.hypot(dr, di) < least) dr = least;
      const d = dr * dr + di * di;
      y.re[i * n + k] = (r * dr + m * di) / d;
      y.im[i * n + k] = (m * dr - r * di) / d;
    }
  }
  return y;
}

/** `z y` with columns of length 1. */
function vectorsOf(z: Split, y: Split): Split {
  const n = z.rows;
  const v = new Split(n, n);
  for (let k = 0; k < n; k++) {
    let size = 0;
    for (let i = 0; i < n; i++) {
      let [r, m] = [0, 0];
      for (let j = 0; j <= k; j++) {
        const [zr, zi, yr, yi] = [z.re[i * n + j]!, z.im[i * n + j]!, y.re[j * n + k]!, y.im[j * n + k]!];
        r += zr * yr - zi * yi;
        m += zr * yi + zi * yr;
      }
      v.re[i * n + k] = r;
      v.im[i * n + k] = m;
      size = Math.hypot(size, r, m);
    }
    for (let i = 0; i < n; i++) {
      v.re[i * n + k] = v.re[i * n + k]! / size;
      v.im[i * n + k] = v.im[i * n + k]! / size;
    }
  }
  return v;
}

/** Eigenvalues and, where wanted, right eigenvectors of any square matrices; `info` is 1 where the steps did not converge. */
export function eig(a: NdArray, w: NdArray, v: NdArray | null, info: NdArray): void {
  const n = a.shape[a.ndim - 1]!;
  const values = w.storage.view(w.dtype) as Float64Array;
  const failed = info.storage.view(info.dtype) as Int32Array;
  for (let k = 0; k < count(a); k++) {
    const h = load(a, k);
    const z = Split.identity(n);
    hessenberg(h, z);
    failed[info.offset + k] = triangularise(h, z) ? 0 : 1;
    for (let i = 0; i < n; i++) {
      values[2 * (w.offset + k * n + i)] = h.re[i * n + i]!;
      values[2 * (w.offset + k * n + i) + 1] = h.im[i * n + i]!;
    }
    if (v !== null) store(vectorsOf(z, triangularVectors(h)), v, k);
  }
}
