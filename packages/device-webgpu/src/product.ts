import type { KernelText } from './kernel.ts';
import { type Class, toWord } from './wgsl/types.ts';

/**
 * A product of two matrices that need not exist: whoever computes one says how elements are read and where one goes. Matrix products
 * and convolutions are products of this kind.
 *
 * `declarations` has these functions, for matrices of `p.m` rows, `p.n` columns and `p.k` terms:
 * `setup(z: i32)` chooses the z-th product; `rowOf(row: i32) -> i32` says where a row of A starts, `colsOf(col: i32) -> Cols` what
 * columns `col … col + 3` of B have in common over all terms (those beyond the last stand for the last); `termOf(k: i32) -> Term` what
 * a term has in common over all rows and columns; `readA(row: i32, t: Term) -> T` and `readB(c: Cols, t: Term) -> vec4<T>` read;
 * `store(row: i32, col: i32, value: T)`.
 *
 * Where four terms in a row, from a multiple of four on, lie beside each other, one wide read brings them: `readA4(row: i32, t: Term)
 * -> vec4<T>` if `wideA`, and `readB4(c: Cols, t: Term) -> Four` if `wideB`, a vector for each column; `t` is the first of the four.
 */
export interface Product {
  readonly type: Class;
  readonly access: string;
  readonly fields: readonly string[];
  readonly declarations: string;
  /** Whether neighbours in memory lie along k. */
  readonly alongA: boolean;
  readonly alongB: boolean;
  readonly wideA: boolean;
  readonly wideB: boolean;
  /** Types of the buffers' elements, where wide reads want them. */
  readonly types?: readonly string[];
}

/** Four vectors, since integers have no matrices. */
export const four = (type: string): string =>
  `struct Four { x: vec4<${type}>, y: vec4<${type}>, z: vec4<${type}>, w: vec4<${type}> };`;

/** Extents of a product: rows, columns, terms, and how many products there are. */
export interface Extents {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly z: number;
}

/** How a product is cut: into work items that each compute some rows and columns, and whose terms may be split among several. */
export interface Form {
  readonly name: string;
  /** Tiles down and across. */
  readonly tr: number;
  readonly tc: number;
  /** Items of all products before terms are split, and how many there should be at least. */
  readonly items: number;
  readonly wanted: number;
  /** Terms that are computed together. */
  readonly depth: number;
  /** Workgroups for so many items. */
  readonly groups: (items: number) => number;
  readonly text: (product: Product, split: boolean) => KernelText;
}

/** Parameters that all forms have. */
export const heads = [
  'm: i32',
  'n: i32',
  'k: i32',
  'z: i32',
  'tr: i32',
  'tc: i32',
  'splits: i32',
  'chunk: i32',
];

/** Statements for the range of terms of one item. */
export const range = `
let first = (item % p.splits) * p.chunk;
let last = min(p.k, first + p.chunk);`;

/** Statements that store rows of `4 * quads` results, `acc<row>_<quad>`, or leave them as a part. */
export function leave({ type, access }: Product, rows: number, quads: number, split: boolean): string {
  const all = Array.from({ length: rows * quads }, (_, i) => `acc${Math.floor(i / quads)}_${i % quads}`);
  const value = 'results[i][j]';
  return `
var results = array<vec4<${type}>, ${all.length}>(${all.join(', ')});
for (var i = 0i; i < ${all.length}i; i++) {
  let r = row + ${quads === 1 ? 'i' : `i / ${quads}i`};
  let c = col + ${quads === 1 ? '0i' : `(i % ${quads}i) * 4i`};
  if (r < p.m) {
    for (var j = 0i; j < 4i; j++) {
      if (c + j < p.n) {
        ${split ? `b${access.length}[(item * p.m + r) * p.n + c + j] = ${toWord(type, value)};` : `store(r, c + j, ${value});`}
      }
    }
  }
}`;
}
