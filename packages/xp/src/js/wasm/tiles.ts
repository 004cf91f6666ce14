/** Rows and columns of the tile whose sums stay in registers. */
export const MR = 4;
export const NR = 4;

/**
 * `C = A @ B` of packed panels: A is `rows` panels of MR rows, k-major, B `cols` panels of NR columns, C in C order with
 * `NR * cols` columns. Places are in elements of the memory; all extents are at least 1.
 */
export type Tiles = (a: number, b: number, c: number, rows: number, cols: number, k: number) => void;

/** Tiles in JavaScript, with the same sums in the same order, so that the results are the same bits. */
export function tilesIn(memory: Float64Array): Tiles {
  return (a, b, c, rows, cols, k) => {
    const width = NR * cols;
    for (let j = 0; j < cols; j++) {
      for (let i = 0; i < rows; i++) {
        const at = c + i * MR * width + j * NR;
        // Two columns at a time: sixteen sums would not stay in registers.
        for (let half = 0; half < NR; half += 2)
          pair(memory, a + i * MR * k, b + j * NR * k + half, at + half, width, k);
      }
    }
  };
}

function pair(m: Float64Array, a: number, b: number, c: number, width: number, k: number): void {
  let c00 = 0;
  let c01 = 0;
  let c10 = 0;
  let c11 = 0;
  let c20 = 0;
  let c21 = 0;
  let c30 = 0;
  let c31 = 0;
  let p = a;
  const end = b + NR * k;
  for (let q = b; q < end; q += NR) {
    const b0 = m[q]!;
    const b1 = m[q + 1]!;
    const a0 = m[p]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    const a1 = m[p + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    const a2 = m[p + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    const a3 = m[p + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    p += MR;
  }
  m[c] = c00;
  m[c + 1] = c01;
  m[c + width] = c10;
  m[c + width + 1] = c11;
  m[c + 2 * width] = c20;
  m[c + 2 * width + 1] = c21;
  m[c + 3 * width] = c30;
  m[c + 3 * width + 1] = c31;
}
