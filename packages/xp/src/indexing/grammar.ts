import type { NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';

/** A range of an axis: `start:stop:step`, null for a part left out. */
export class Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;

  constructor(start: number | null, stop: number | null, step: number | null) {
    for (const part of [start, stop, step]) {
      if (part !== null && !Number.isInteger(part))
        throw new ValueError(`[s] parts of a slice are integers or null, got ${part}`);
    }
    if (step === 0) throw new ValueError('[s] the step of a slice cannot be 0');
    this.start = start;
    this.stop = stop;
    this.step = step;
    Object.freeze(this);
  }

  toString(): string {
    const part = (x: number | null) => (x === null ? '' : String(x));
    return `${part(this.start)}:${part(this.stop)}${this.step === null ? '' : `:${this.step}`}`;
  }
}

/**
 * Integers or booleans of an index array written as JavaScript lists.
 */
export type IndexList = readonly (number | boolean | IndexList)[];

/** One index: a number, a slice, null for a new axis, `'...'`, text such as `'1:3'`, or an integer or boolean array. */
export type Index =
  | number
  | bigint
  | boolean
  | null
  | string
  | Slice
  | NdArray
  | IndexList
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/**
 * A slice for `at` and `setAt`, as `start:stop:step` is in Python: `s()` is everything, `s(2)` from 2 on.
 *
 * @example
 * import { arange, s } from '@chainer/xp';
 * arange(10).at(s(1, 7, 2)).toArraySync(); // [1, 3, 5]
 * arange(4).at(s(null, null, -1)).toArraySync(); // [3, 2, 1, 0]
 */
export function s(
  start: number | null = null,
  stop: number | null = null,
  step: number | null = null,
): Slice {
  return new Slice(start, stop, step);
}
