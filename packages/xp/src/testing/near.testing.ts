import { expect } from 'vitest';
import { Complex } from '../core/complex.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type NestedScalars, toArraySync } from '../core/read.ts';

/** Scalars with their places, complex numbers as two. */
function entries(v: NestedScalars, at: string, into: Map<string, unknown>): Map<string, unknown> {
  if (Array.isArray(v)) {
    into.set(`${at}length`, v.length);
    for (const [i, item] of v.entries()) entries(item, `${at}${i}.`, into);
  } else if (v instanceof Complex) {
    into.set(`${at}re`, v.re);
    into.set(`${at}im`, v.im);
  } else into.set(at, v);
  return into;
}

/** Expects that dtype, that shape, and those values: floats to `digits` digits of the value, all else exactly. */
export function near(actual: NdArray, dtype: string, expected: NestedScalars, digits = 6): void {
  expect(actual.dtype.name).toBe(dtype);
  const got = entries(toArraySync(actual), '', new Map());
  const want = entries(expected, '', new Map());
  expect([...got.keys()]).toEqual([...want.keys()]);
  for (const [at, v] of want) {
    const g = got.get(at);
    const exact =
      typeof v !== 'number' || typeof g !== 'number' || !Number.isFinite(v) || actual.dtype.kind === 'i';
    if (exact) expect(g, `at ${at}`).toEqual(v);
    else
      expect(Math.abs(g - v), `at ${at}: ${g} for ${v}`).toBeLessThanOrEqual(
        10 ** -digits * Math.max(1, Math.abs(v)),
      );
  }
}
