import type { Complex } from '../core/complex.ts';
import { type DType, isBig, isHalf, type TypedArray } from '../core/dtype.ts';
import { result } from '../scalar/complex-ops.ts';
import { opOf } from '../scalar/ops.ts';
import { computeType } from '../scalar/program.ts';
import { castHeld, readElement, writeElement } from './closures.ts';

/** Combines element `p` of one array into element `q` of another of the same dtype: `b[q] = b[q] (op) a[p]`. */
export type Combine = (b: TypedArray, q: number, a: TypedArray, p: number) => void;

/** The associative operations that scans and scatters combine with. */
export type CombineOp = 'add' | 'multiply' | 'maximum' | 'minimum';

type Numbers = Float64Array;

/** Plain numbers: the typed array rounds or wraps what is stored. */
const plain: Record<CombineOp, Combine> = {
  add: ((b: Numbers, q, a: Numbers, p) => {
    b[q] = b[q]! + a[p]!;
  }) as Combine,
  multiply: ((b: Numbers, q, a: Numbers, p) => {
    b[q] = b[q]! * a[p]!;
  }) as Combine,
  maximum: ((b: Numbers, q, a: Numbers, p) => {
    const x = a[p]!;
    if (x > b[q]! || Number.isNaN(x)) b[q] = x;
  }) as Combine,
  minimum: ((b: Numbers, q, a: Numbers, p) => {
    const x = a[p]!;
    if (x < b[q]! || Number.isNaN(x)) b[q] = x;
  }) as Combine,
};

const opNames = { add: 'add', multiply: 'mul', maximum: 'maximum', minimum: 'minimum' } as const;

/** How to combine elements of a dtype. */
export function combineOf(op: CombineOp, d: DType): Combine {
  const exact =
    d.kind === 'f' || (d.kind !== 'b' && d.kind !== 'c' && !(op === 'multiply' && d.itemsize >= 4));
  if (exact && !isHalf(d) && !isBig(d)) return plain[op];
  const entry = opOf(opNames[op]);
  if (d.kind === 'c') {
    const fn = entry.c!;
    return (b, q, a, p) => {
      fn(b[2 * q] as number, b[2 * q + 1] as number, a[2 * p] as number, a[2 * p + 1] as number);
      b[2 * q] = result.re;
      b[2 * q + 1] = result.im;
    };
  }
  const compute = computeType(d);
  const fn = (isBig(d) ? entry.n : d.kind === 'f' ? entry.f : entry.i) as unknown as (
    x: number | bigint | Complex,
    y: number | bigint | Complex,
  ) => number | bigint;
  return (b, q, a, p) => {
    writeElement(b, q, d, castHeld(fn(readElement(b, q, d), readElement(a, p, d)), compute));
  };
}
