import { normalizeAxis } from '../core/arguments.ts';
import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import { shapeText, sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { ValueError } from '../errors.ts';
import { type Size, shapeOf } from './draw.ts';
import { integers } from './integers.ts';
import { indexArray, lengthOf, randomOrder, taken } from './permutation.ts';
import { type Stream, WordReader } from './stream.ts';

/** Options of `choice`. */
export interface ChoiceOptions {
  /** Shape of the sample; a single element where left out. */
  readonly size?: Size | null;
  /** Whether an element may come more than once. */
  readonly replace?: boolean;
  /** Probability of each element; equal where left out. */
  readonly p?: readonly number[] | NdArray | null;
  readonly device?: Device | string | null;
}

/** Their names. */
export const choiceKeys = ['size', 'replace', 'p', 'device'] as const;

const who = 'choice';

export function choice(stream: Stream, a: number | NdArray, options: ChoiceOptions, axis = 0): NdArray {
  const along = a instanceof NdArray ? normalizeAxis(axis, a.ndim, who) : 0;
  const n = a instanceof NdArray ? (a.shape[along] as number) : lengthOf(a, 'a', who);
  const shape = shapeOf(options.size ?? [], who);
  const device = a instanceof NdArray ? a.device : resolveDevice(options.device);
  const indices = chosen(stream, n, shape, device, options);
  return a instanceof NdArray ? taken(a, indices, along) : indices;
}

/** Which of n are drawn: an int32 array of that shape. */
function chosen(
  stream: Stream,
  n: number,
  shape: readonly number[],
  device: Device,
  options: ChoiceOptions,
): NdArray {
  const count = sizeOf(shape);
  const { replace = true, p = null } = options;
  if (n === 0 && count > 0)
    throw new ValueError(`[${who}] a is empty: there is nothing to choose ${count} from`);
  if (!replace && count > n) {
    throw new ValueError(
      `[${who}] cannot choose ${count} of ${n} without replacement; pass {replace: true} or a smaller size`,
    );
  }
  if (p === null) {
    if (!replace) return indexArray(device, randomOrder(stream, n, count), shape);
    return n === 0
      ? indexArray(device, new Int32Array(0), shape)
      : integers(stream, n, { size: shape, device }, who);
  }
  const weights = probabilities(p, n);
  const drawn = replace ? weighted(stream, weights, count) : withoutReplacement(stream, weights, count);
  return indexArray(device, drawn, shape);
}

function probabilities(p: readonly number[] | NdArray, n: number): number[] {
  const values = p instanceof NdArray ? flatScalars(p).map(Number) : [...p];
  const got = p instanceof NdArray ? shapeText(p.shape) : `${values.length} numbers`;
  if (values.length !== n || (p instanceof NdArray && p.ndim !== 1)) {
    throw new ValueError(`[${who}] p must have one entry for each of the ${n} elements, got ${got}`);
  }
  const bad = values.find((v) => !(v >= 0));
  if (bad !== undefined) throw new ValueError(`[${who}] p must hold probabilities, got ${bad}`);
  const total = values.reduce((x, y) => x + y, 0);
  if (Math.abs(total - 1) > 1e-5) throw new ValueError(`[${who}] p must sum to 1, got ${total}`);
  return values;
}

/** By inversion: the first element whose cumulative probability exceeds a 53-bit uniform. */
function weighted(stream: Stream, p: readonly number[], count: number): Int32Array {
  let total = 0;
  const cumulative = Float64Array.from(p, (v) => {
    total += v;
    return total;
  });
  const reader = new WordReader(stream);
  return new Int32Array(count).map(() => {
    const u = reader.unit() * total;
    let low = 0;
    let high = p.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] as number) > u) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/**
 * A race: element i arrives at an exponential time of rate p[i], and the first to arrive are drawn, in that order; this is
 * drawing one by one in proportion to what is left (Efraimidis and Spirakis, 2006).
 */
function withoutReplacement(stream: Stream, p: readonly number[], count: number): Int32Array {
  const possible = p.filter((v) => v > 0).length;
  if (possible < count) {
    throw new ValueError(
      `[${who}] only ${possible} entries of p are not 0, too few to choose ${count} without replacement`,
    );
  }
  const reader = new WordReader(stream);
  const times = p.map((v) => -Math.log1p(-reader.unit()) / v);
  const arrival = (i: number) => ((p[i] as number) > 0 ? (times[i] as number) : Infinity);
  return Int32Array.from(p.keys())
    .sort((i, j) => (arrival(i) < arrival(j) ? -1 : arrival(i) > arrival(j) ? 1 : i - j))
    .slice(0, count);
}
