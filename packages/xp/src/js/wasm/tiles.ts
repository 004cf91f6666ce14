import {
  add2,
  advance,
  assemble,
  type Code,
  constant,
  countdown,
  get,
  load2,
  mul,
  mul2,
  set,
  splat2,
  store2,
  zero2,
} from './assembler.ts';

/** Rows and columns of the tile whose sums stay in registers. */
export const MR = 4;
export const NR = 4;

/**
 * `C = A @ B` of packed panels: A is `rows` panels of MR rows, k-major, B `cols` panels of NR columns, C in C order with
 * `NR * cols` columns. Places are in elements of the memory; all extents are at least 1.
 */
export type Tiles = (a: number, b: number, c: number, rows: number, cols: number, k: number) => void;

/** Bytes of a WebAssembly module for it: two lanes of doubles, which is in every SIMD unit there is. */
export function tilesModule(): Uint8Array<ArrayBuffer> {
  const [a, b, c, rows, cols, k] = [0, 1, 2, 3, 4, 5];
  const [pa, pb, pc, i, l, width] = [6, 7, 8, 9, 10, 11];
  const lanes = NR / 2;
  const firstVector = 12;
  const sum = (row: number, lane: number) => firstVector + row * lanes + lane;
  const right = (lane: number) => firstVector + MR * lanes + lane;
  const left = firstVector + MR * lanes + lanes;
  const each = <T>(n: number, f: (i: number) => readonly T[]): T[] =>
    Array.from({ length: n }, (_, i) => f(i)).flat();

  const clear = each(MR * lanes, (i) => [...zero2, ...set(firstVector + i)]);
  const step: Code = [
    ...each(lanes, (v) => [...get(pb), ...load2(16 * v), ...set(right(v))]),
    ...each(MR, (r) => [
      ...get(pa),
      ...splat2(8 * r),
      ...set(left),
      ...each(lanes, (v) => [
        ...get(sum(r, v)),
        ...get(left),
        ...get(right(v)),
        ...mul2,
        ...add2,
        ...set(sum(r, v)),
      ]),
    ]),
    ...advance(pa, constant(8 * MR)),
    ...advance(pb, constant(8 * NR)),
  ];
  const write = each(MR, (r) => [
    ...each(lanes, (v) => [...get(pc), ...get(sum(r, v)), ...store2(16 * v)]),
    ...advance(pc, get(width)),
  ]);
  const tile: Code = [
    ...[...get(b), ...set(pb), ...get(k), ...set(l)],
    ...[...clear, ...countdown(l, step), ...write],
  ];
  // A panel of B stays in the first cache while all panels of A pass.
  const column: Code = [
    ...[...get(a), ...set(pa), ...get(c), ...set(pc), ...get(rows), ...set(i)],
    ...countdown(i, tile),
    ...[...get(pb), ...set(b)],
    ...advance(c, constant(8 * NR)),
  ];
  const bytes = (local: number): Code => [...get(local), ...constant(8), ...mul, ...set(local)];
  const code: Code = [
    ...bytes(a),
    ...bytes(b),
    ...bytes(c),
    ...get(cols),
    ...constant(8 * NR),
    ...mul,
    ...set(width),
    ...countdown(cols, column),
  ];
  return assemble({ parameters: 6, integers: 6, vectors: MR * lanes + lanes + 1, code });
}

/** The same in JavaScript, with the same sums in the same order, so that the results are the same bits. */
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
