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
} from './assembler.testing.ts';

import { MR, NR } from './tiles.ts';

/** Bytes of a WebAssembly module that computes `Tiles`: two lanes of doubles, which is in every SIMD unit there is. */
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
