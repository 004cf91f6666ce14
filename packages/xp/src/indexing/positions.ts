import { int32 } from '../core/dtype.ts';
import { sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { flatScalars } from '../core/read.ts';
import { IndexError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { coord, type Expr, input, lift, select } from '../scalar/expr.ts';

/** One integer-array index into a number of places. Negative indices count from the end. */
export interface Term {
  /** int32 indices that broadcast to the shape of the result. */
  readonly index: NdArray;
  /** How many places there are. */
  readonly extent: number;
  /** Distance between places, in elements of what is indexed. */
  readonly step: number;
}

/** A coordinate of the result that moves by `step`. */
export interface Walk {
  readonly axis: number;
  readonly step: number;
}

const kernels = new Map<string, Kernel>();

/**
 * `base + Σ index·step + Σ coordinate·step` for every element of `shape`, as an int32 array of one dimension. An index out of
 * range gives `poison`, which whoever uses the positions refuses.
 */
export function positions(
  shape: readonly number[],
  base: number,
  terms: readonly Term[],
  walks: readonly Walk[],
  poison: number,
): NdArray {
  const first = terms[0] as Term;
  const key = `${terms.length}|${walks.map((w) => w.axis).join()}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = new Kernel('positions', [expression(terms.length, walks)]);
    kernels.set(key, kernel);
  }
  const inputs: (NdArray | Scalar)[] = terms.map((t) => t.index);
  inputs.push(base, poison);
  for (const t of terms) inputs.push(t.extent, t.step);
  for (const w of walks) inputs.push(w.step);
  const out = emptyOn(first.index.device, shape, int32);
  if (out.size === 0) return new NdArray(out.storage, int32, [0]);
  launch(kernel.program(inputs, [int32]), inputs, [out], 'positions', shape);
  return new NdArray(out.storage, int32, [sizeOf(shape)]);
}

function expression(terms: number, walks: readonly Walk[]): Expr {
  let at: Expr = input(terms);
  let inside: Expr | null = null;
  for (let k = 0; k < terms; k++) {
    const i = input(k);
    const extent = input(terms + 2 + 2 * k);
    const step = input(terms + 3 + 2 * k);
    at = at.add(select(i.lt(0), i.add(extent), i).mul(step));
    const fits = i.lt(extent).and(i.ge(extent.neg()));
    inside = inside === null ? fits : inside.and(fits);
  }
  walks.forEach((w, j) => {
    at = at.add(coord(w.axis).mul(input(3 * terms + 2 + j)));
  });
  return select(inside ?? lift(true), at, input(terms + 1));
}

/** Names the index that is out of range after a device refused positions made from it. */
export function blame(
  terms: readonly { readonly index: NdArray; readonly extent: number; readonly axis: number }[],
  who: string,
): IndexError | null {
  for (const { index, extent, axis } of terms) {
    const bad = flatScalars(index).find((i) => Number(i) < -extent || Number(i) >= extent);
    if (bad !== undefined)
      return new IndexError(`[${who}] index ${bad} is out of bounds for axis ${axis} with size ${extent}`);
  }
  return null;
}
