import type { FloatArray } from './floats.ts';
import { KC, MC, MR, NC, NR, placeB, placeC, tileUnit } from './wasm/tile-unit.ts';

/** A matrix somewhere in memory. */
export interface Matrix {
  readonly data: FloatArray;
  readonly offset: number;
  /** Distance between rows, and between columns. */
  readonly row: number;
  readonly col: number;
}

/** Multiplications below which packing costs more than it saves. */
const SMALL = 4096;
/** Room for the sums of a row of ordinary length. */
const scratch = /*#__PURE__*/ new Float64Array(1024);

/**
 * `c = a @ b`, or `c += a @ b`: `a` is m×k, `b` is k×n, `c` is m×n. Sums are doubles, rounded once where `c` is float32.
 *
 * Blocks of the operands are packed into panels of four lines, so that the inner loop reads two unbroken streams. WebAssembly
 * multiplies them where it may, to the same bits.
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  accumulate = false,
): void {
  if (m === 0 || n === 0) return;
  if (k === 0) {
    if (!accumulate)
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) c.data[c.offset + i * c.row + j * c.col] = 0;
    return;
  }
  if (m < MR || m * n * k < SMALL) {
    for (let i = 0; i < m; i++) rowTimes(n, k, a, i, b, c, accumulate);
    return;
  }
  if (k > KC && !(c.data instanceof Float64Array)) {
    // Sums over several blocks are rounded once, too.
    const sums: Matrix = { data: new Float64Array(m * n), offset: 0, row: n, col: 1 };
    gemm(m, n, k, a, b, sums);
    for (let i = 0; i < m; i++) store(c, i, 0, sums.data, i * n, n, accumulate);
    return;
  }
  const { memory, tiles } = tileUnit();
  for (let j = 0; j < n; j += NC) {
    const width = Math.min(NC, n - j);
    const cols = Math.ceil(width / NR);
    for (let l = 0; l < k; l += KC) {
      const depth = Math.min(KC, k - l);
      pack(memory, placeB, b.data, b.offset + l * b.row + j * b.col, b.col, width, b.row, depth);
      for (let i = 0; i < m; i += MC) {
        const height = Math.min(MC, m - i);
        pack(memory, 0, a.data, a.offset + i * a.row + l * a.col, a.row, height, a.col, depth);
        tiles(0, placeB, placeC, Math.ceil(height / MR), cols, depth);
        for (let r = 0; r < height; r++)
          store(c, i + r, j, memory, placeC + r * cols * NR, width, accumulate || l > 0);
      }
    }
  }
}

/** Panels of four lines, missing ones zero: for each place along the lines, the four values side by side. */
function pack(
  to: Float64Array,
  at: number,
  from: FloatArray,
  offset: number,
  line: number,
  lines: number,
  step: number,
  depth: number,
): void {
  for (let i = 0; i < lines; i += 4) {
    let p = offset + i * line;
    let q = at + i * depth;
    const end = q + 4 * depth;
    if (i + 4 <= lines) {
      for (; q < end; q += 4) {
        to[q] = from[p]!;
        to[q + 1] = from[p + line]!;
        to[q + 2] = from[p + 2 * line]!;
        to[q + 3] = from[p + 3 * line]!;
        p += step;
      }
    } else {
      for (; q < end; q += 4) {
        for (let r = 0; r < 4; r++) to[q + r] = i + r < lines ? from[p + r * line]! : 0;
        p += step;
      }
    }
  }
}

/** `c[i, j...] = sums`, or `+=`. */
function store(
  c: Matrix,
  i: number,
  j: number,
  sums: FloatArray,
  from: number,
  width: number,
  accumulate: boolean,
): void {
  const { data, col } = c;
  let q = c.offset + i * c.row + j * col;
  if (accumulate) {
    for (let p = from; p < from + width; p++) {
      data[q] = data[q]! + sums[p]!;
      q += col;
    }
  } else {
    for (let p = from; p < from + width; p++) {
      data[q] = sums[p]!;
      q += col;
    }
  }
}

/** One row of `c`, straight from the operands: for few rows, packing would cost as much as the product. */
function rowTimes(
  n: number,
  k: number,
  a: Matrix,
  i: number,
  b: Matrix,
  c: Matrix,
  accumulate: boolean,
): void {
  const { data, offset, row, col } = b;
  const sums = n <= scratch.length ? scratch : new Float64Array(n);
  if (col > row || col < 0) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      let p = offset + j * col;
      let q = a.offset + i * a.row;
      for (let l = 0; l < k; l++) {
        sum += a.data[q]! * data[p]!;
        p += row;
        q += a.col;
      }
      sums[j] = sum;
    }
  } else {
    sums.fill(0, 0, n);
    for (let l = 0; l < k; l++) {
      const x = a.data[a.offset + i * a.row + l * a.col]!;
      let p = offset + l * row;
      for (let j = 0; j < n; j++) {
        sums[j] = sums[j]! + x * data[p]!;
        p += col;
      }
    }
  }
  store(c, i, 0, sums, 0, n, accumulate);
}
