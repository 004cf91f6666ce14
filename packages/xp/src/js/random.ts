import type { RandomKind, RandomState } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import { writeElement } from './closures.ts';

/** Four 32-bit words. */
export type Words = [number, number, number, number];

/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a keyed bijection of 128-bit
 * counters. Everything is a 32-bit word; words of the result are unsigned.
 *
 * @param out the words are written here, and this is returned; a fresh tuple unless given.
 */
export function philox(
  key0: number,
  key1: number,
  c0: number,
  c1 = 0,
  c2 = 0,
  c3 = 0,
  out: Words = [0, 0, 0, 0],
): Words {
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd251, 0x1f53, x0);
    const high1 = mulHigh(0xcd9e, 0x8d57, x2);
    const low0 = Math.imul(0xd2511f53, x0);
    const low1 = Math.imul(0xcd9e8d57, x2);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = x0 >>> 0;
  out[1] = x1 >>> 0;
  out[2] = x2 >>> 0;
  out[3] = x3 >>> 0;
  return out;
}

/** Upper 32 bits of the unsigned product of a word, given as two halves, and another. */
function mulHigh(ah: number, al: number, b: number): number {
  const bh = b >>> 16;
  const bl = b & 0xffff;
  const low = Math.imul(al, bl) >>> 0;
  const mid = ah * bl + (low >>> 16);
  const mid2 = al * bh + (mid % 0x10000);
  return (ah * bh + Math.floor(mid / 0x10000) + Math.floor(mid2 / 0x10000)) | 0;
}

/** A float in [0, 1) of one word: its upper 24 bits. */
export function unit24(word: number): number {
  return (word >>> 8) * 2 ** -24;
}

/** A float in [0, 1) of two words: 53 bits. */
export function unit53(a: number, b: number): number {
  return ((a >>> 5) * 2 ** 26 + (b >>> 6)) * 2 ** -53;
}

/** Values of one block of four words. */
type FromBlock = (words: Readonly<Words>, out: number[]) => void;

/** Box-Muller: two normals of two uniforms in [0, 1). */
function boxMuller(u: number, v: number, out: number[], at: number): void {
  const radius = Math.sqrt(-2 * Math.log(1 - u));
  out[at] = radius * Math.cos(2 * Math.PI * v);
  out[at + 1] = radius * Math.sin(2 * Math.PI * v);
}

const fromBits: FromBlock = (w, out) => {
  for (let i = 0; i < 4; i++) out[i] = w[i]!;
};

const narrow: Record<Exclude<RandomKind, 'bits'>, FromBlock> = {
  uniform: (w, out) => {
    for (let i = 0; i < 4; i++) out[i] = unit24(w[i]!);
  },
  normal: (w, out) => {
    boxMuller(unit24(w[0]), unit24(w[1]), out, 0);
    boxMuller(unit24(w[2]), unit24(w[3]), out, 2);
  },
};

const wide: Record<Exclude<RandomKind, 'bits'>, FromBlock> = {
  uniform: (w, out) => {
    out[0] = unit53(w[0], w[1]);
    out[1] = unit53(w[2], w[3]);
  },
  normal: (w, out) => boxMuller(unit53(w[0], w[1]), unit53(w[2], w[3]), out, 0),
};

/** Largest value below 1: a half type would round some uniforms up to 1. */
const belowOne: Partial<Record<string, number>> = { float16: 1 - 2 ** -11, bfloat16: 1 - 2 ** -8 };

/**
 * Fills a contiguous array from a Philox stream. Block number `state.offset + b` is the counter `(low word, high word, 0, 0)`
 * and gives elements `4b … 4b+3`, or `2b, 2b+1` of a float64 array, whose elements take two words each.
 */
export function random(kind: RandomKind, output: NdArray, state: RandomState): void {
  const { dtype, size } = output;
  const data = output.storage.view(dtype);
  const double = dtype.name === 'float64' && kind !== 'bits';
  const values = kind === 'bits' ? fromBits : double ? wide[kind] : narrow[kind];
  const per = double ? 2 : 4;
  const top = (kind === 'uniform' && belowOne[dtype.name]) || Infinity;
  const words: Words = [0, 0, 0, 0];
  const out: number[] = [0, 0, 0, 0];
  for (let i = 0, block = state.offset; i < size; i += per, block++) {
    philox(state.key0, state.key1, block >>> 0, Math.floor(block / 2 ** 32), 0, 0, words);
    values(words, out);
    const n = Math.min(per, size - i);
    for (let j = 0; j < n; j++) writeElement(data, output.offset + i + j, dtype, Math.min(out[j]!, top));
  }
}
