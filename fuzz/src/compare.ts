import { xp } from 'chainer';
import type { Result, Results } from './kit.ts';

/** Distance from 1 to the next number. */
const epsilons: Readonly<Record<string, number>> = {
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
  float32: 2 ** -23,
  float64: 2 ** -52,
  complex64: 2 ** -23,
  complex128: 2 ** -52,
};

/** Unit of rounding of a dtype; 0 for integers. */
export const epsilonOf = (dtype: string): number => epsilons[dtype] ?? 0;

/** Elements in C order; the parts of complex numbers one after another. */
export function numbersOf(x: xp.NdArray): Float64Array {
  const host = x.to('js');
  if (host.dtype.kind === 'c') return numbersOf(xp.stack([xp.real(host), xp.imag(host)], { axis: -1 }));
  return host.astype('float64').dataSync() as Float64Array;
}

/** Where two runs of a program differ most, and how far. */
export interface Difference {
  readonly name: string;
  readonly message: string;
}

/** By how much each result may be off. */
export type Allowed = (name: string, expected: Result, largest: number) => number;

/** Largest magnitude of the finite numbers. */
export const largestOf = (values: Float64Array): number =>
  values.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0);

const text = (x: xp.NdArray): string => `${x.dtype.name}[${x.shape.join(', ')}]`;

/** The first result that is not what was expected, or null. */
export function differenceOf(expected: Results, got: Results, allowed: Allowed): Difference | null {
  for (const [name, result] of expected) {
    const x = result.array;
    const y = got.get(name)?.array;
    if (y === undefined) return { name, message: `${name} is missing` };
    if (x.dtype.name !== y.dtype.name || x.shape.join() !== y.shape.join())
      return { name, message: `${name} is ${text(y)}, expected ${text(x)}` };
    const [p, q] = [numbersOf(x), numbersOf(y)];
    const bound = allowed(name, result, largestOf(p));
    let worst = -1;
    let excess = 0;
    for (let i = 0; i < p.length; i++) {
      const [u, v] = [p[i] as number, q[i] as number];
      if (u === v || (Number.isNaN(u) && Number.isNaN(v))) continue;
      const error = Math.abs(u - v);
      const by = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error - bound;
      if (by > excess) {
        excess = by;
        worst = i;
      }
    }
    if (worst >= 0) {
      const place = `element ${worst} of ${p.length}`;
      const size = `may be off by ${bound.toPrecision(3)}`;
      return { name, message: `${name}, ${text(x)}: ${place} is ${q[worst]}, expected ${p[worst]}; ${size}` };
    }
  }
  for (const name of got.keys())
    if (!expected.has(name)) return { name, message: `${name} is there, unexpectedly` };
  return null;
}
