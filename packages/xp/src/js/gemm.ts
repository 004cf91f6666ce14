import type { FloatArray } from './floats.ts';

/** A matrix somewhere in memory. */
export interface Matrix {
  readonly data: FloatArray;
  readonly offset: number;
  /** Distance between rows, and between columns. */
  readonly row: number;
  readonly col: number;
}

/** Rows and columns of the tile whose sums stay in registers. */
const MR = 4;
const NR = 2;
/** Columns of `b` packed at once, so that a block of a few hundred rows stays in the second-level cache. */
const BLOCK = 128;
/** Multiplications below which packing costs more than it saves. */
const SMALL = 4096;

/**
 * `c = a @ b`, or `c += a @ b`: `a` is m×k, `b` is k×n, `c` is m×n in C order. Sums are doubles throughout.
 *
 * Operands are packed into panels of 4 rows and 2 columns, so that the inner loop reads two unbroken streams.
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
  c: Float64Array,
  accumulate = false,
): void {
  if (!accumulate) c.fill(0, 0, m * n);
  if (k === 0 || m === 0 || n === 0) return;
  if (m < MR || m * n * k < SMALL) {
    for (let i = 0; i < m; i++) rowTimes(n, k, a, i, b, c);
    return;
  }
  const panelsA = Math.ceil(m / MR);
  const packedA = new Float64Array(panelsA * MR * k);
  for (let i = 0; i < panelsA; i++) packA(packedA, i * MR * k, a, i * MR, Math.min(MR, m - i * MR), k);
  const packedB = new Float64Array(Math.ceil(Math.min(n, BLOCK) / NR) * NR * k);
  for (let n0 = 0; n0 < n; n0 += BLOCK) {
    const width = Math.min(BLOCK, n - n0);
    packB(packedB, b, n0, width, k);
    for (let i = 0; i < m; i += MR) {
      for (let j = 0; j < width; j += NR) {
        tile(
          packedA,
          i * k,
          packedB,
          j * k,
          k,
          c,
          i * n + n0 + j,
          n,
          Math.min(MR, m - i),
          Math.min(NR, width - j),
        );
      }
    }
  }
}

/** One row of `c`, straight from the operands: for few rows, packing would cost as much as the product. */
function rowTimes(n: number, k: number, a: Matrix, i: number, b: Matrix, c: Float64Array): void {
  const { data, offset, row, col } = b;
  if (col > row || col < 0) {
    for (let j = 0; j < n; j++) {
      let sum = c[i * n + j]!;
      let p = offset + j * col;
      let q = a.offset + i * a.row;
      for (let l = 0; l < k; l++) {
        sum += a.data[q]! * data[p]!;
        p += row;
        q += a.col;
      }
      c[i * n + j] = sum;
    }
    return;
  }
  for (let l = 0; l < k; l++) {
    const x = a.data[a.offset + i * a.row + l * a.col]!;
    let p = offset + l * row;
    for (let j = i * n; j < i * n + n; j++) {
      c[j] = c[j]! + x * data[p]!;
      p += col;
    }
  }
}

/** Panel of up to 4 rows, k-major: the 4 values of each column side by side, missing rows zero. */
function packA(to: Float64Array, at: number, a: Matrix, i0: number, rows: number, k: number): void {
  const { data, row, col } = a;
  for (let r = 0; r < rows; r++) {
    let p = a.offset + (i0 + r) * row;
    let q = at + r;
    for (let l = 0; l < k; l++) {
      to[q] = data[p]!;
      p += col;
      q += MR;
    }
  }
}

/** Panels of up to 2 columns, k-major. */
function packB(to: Float64Array, b: Matrix, n0: number, width: number, k: number): void {
  const { data, row, col } = b;
  const panel = NR * k;
  for (let l = 0; l < k; l++) {
    let p = b.offset + l * row + n0 * col;
    let q = l * NR;
    let j = 0;
    for (; j + NR <= width; j += NR) {
      to[q] = data[p]!;
      to[q + 1] = data[p + col]!;
      p += NR * col;
      q += panel;
    }
    if (j < width) {
      to[q] = data[p]!;
      to[q + 1] = 0;
    }
  }
}

/** Adds the product of two panels to a tile of `c`. */
function tile(
  a: Float64Array,
  pa: number,
  b: Float64Array,
  pb: number,
  k: number,
  c: Float64Array,
  at: number,
  width: number,
  rows: number,
  cols: number,
): void {
  let c00 = 0;
  let c01 = 0;
  let c10 = 0;
  let c11 = 0;
  let c20 = 0;
  let c21 = 0;
  let c30 = 0;
  let c31 = 0;
  const end = pb + NR * k;
  for (let q = pb; q < end; q += NR) {
    const b0 = b[q]!;
    const b1 = b[q + 1]!;
    const a0 = a[pa]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    const a1 = a[pa + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    const a2 = a[pa + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    const a3 = a[pa + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    pa += MR;
  }
  c[at] = c[at]! + c00;
  if (cols > 1) c[at + 1] = c[at + 1]! + c01;
  if (rows > 1) {
    c[at + width] = c[at + width]! + c10;
    if (cols > 1) c[at + width + 1] = c[at + width + 1]! + c11;
  }
  if (rows > 2) {
    c[at + 2 * width] = c[at + 2 * width]! + c20;
    if (cols > 1) c[at + 2 * width + 1] = c[at + 2 * width + 1]! + c21;
  }
  if (rows > 3) {
    c[at + 3 * width] = c[at + 3 * width]! + c30;
    if (cols > 1) c[at + 3 * width + 1] = c[at + 3 * width + 1]! + c31;
  }
}
