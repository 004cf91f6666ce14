import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { gatherOn } from '../js/families.ts';
import { reshapeTo } from '../manipulation/reshape.ts';
import { allBasic, basicView } from './basic.ts';
import type { Index } from './grammar.ts';
import { type Places, placesOf } from './places.ts';
import { resolve, withoutTexts } from './selection.ts';

/** The elements at those places, in a fresh array. */
export function gatherPlaces({ target, axis, indices, shape, flat, run }: Places): NdArray {
  const out = emptyOn(target.device, flat, target.dtype);
  if (indices.size > 0) run(() => gatherOn(target.device).gather(target, indices, axis, out));
  return reshapeTo(out, shape);
}

/** `x[...indices]`: see the method `at` of arrays. */
export function at(x: NdArray, indices: readonly Index[], who = 'at'): NdArray {
  if (allBasic(indices)) return basicView(x, indices, who);
  const items = withoutTexts(indices, who);
  if (allBasic(items)) return basicView(x, items, who);
  return gatherPlaces(placesOf(resolve(x, items, who), who));
}
