import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { NdArray } from '../core/ndarray.ts';
import { flatScalars, itemSync } from '../core/read.ts';
import { ValueError } from '../errors.ts';

/** Number of equal parts, or the positions where parts begin. */
export type Sections = number | readonly number[] | NdArray;

/** The bounds of parts along an axis of that extent. */
function boundsOf(sections: Sections, extent: number, equal: boolean, who: string): number[] {
  if (sections instanceof NdArray)
    return boundsOf(
      sections.ndim === 0 ? Number(itemSync(sections)) : flatScalars(sections).map(Number),
      extent,
      equal,
      who,
    );
  if (typeof sections !== 'number') {
    const ends = [...sections, extent].map((b) => Math.min(extent, Math.max(0, b < 0 ? b + extent : b)));
    return [0, ...ends];
  }
  if (!Number.isInteger(sections) || sections <= 0)
    throw new ValueError(`[${who}] the number of sections is a positive integer, got ${sections}`);
  if (equal && extent % sections !== 0)
    throw new ValueError(
      `[${who}] an axis of ${extent} elements does not split into ${sections} equal parts`,
    );
  const size = Math.floor(extent / sections);
  const longer = extent % sections;
  return Array.from({ length: sections + 1 }, (_, k) => k * size + Math.min(k, longer));
}

function parts(x: NdArray, sections: Sections, axis: number, equal: boolean, who: string): NdArray[] {
  const at = normalizeAxis(axis, x.ndim, who);
  const bounds = boundsOf(sections, x.shape[at] as number, equal, who);
  return bounds.slice(1).map((end, k) => {
    const start = bounds[k] as number;
    const shape = x.shape.slice();
    shape[at] = Math.max(0, end - start);
    const offset = shape[at] === 0 ? x.offset : x.offset + start * (x.steps[at] as number);
    return new NdArray(x.storage, x.dtype, shape, x.steps, offset);
  });
}

/**
 * Parts along an axis: that many of equal size, or from position to position; views.
 *
 * @throws {ValueError} if equal parts are impossible.
 * @example
 * import { arange, split } from '@chainer/xp';
 * split(arange(4), 2).map((p) => p.toArraySync()); // [[0, 1], [2, 3]]
 * split(arange(4), [1]).map((p) => p.toArraySync()); // [[0], [1, 2, 3]]
 */
export function split(x: NdArray, sections: Sections, options: { readonly axis?: number } = {}): NdArray[] {
  checkOptions('split', options, ['axis']);
  return parts(x, sections, options.axis ?? 0, true, 'split');
}

/** Like `split`, but the first parts are one longer where equal ones are impossible. */
export function arraySplit(
  x: NdArray,
  sections: Sections,
  options: { readonly axis?: number } = {},
): NdArray[] {
  checkOptions('arraySplit', options, ['axis']);
  return parts(x, sections, options.axis ?? 0, false, 'arraySplit');
}

function needs(x: NdArray, ndim: number, who: string): void {
  if (x.ndim < ndim) throw new ValueError(`[${who}] expected at least ${ndim} dimensions, got ${x.ndim}`);
}

/** Parts along the first axis. */
export function vsplit(x: NdArray, sections: Sections): NdArray[] {
  needs(x, 2, 'vsplit');
  return parts(x, sections, 0, true, 'vsplit');
}

/** Parts along the second axis, or the first of a vector. */
export function hsplit(x: NdArray, sections: Sections): NdArray[] {
  needs(x, 1, 'hsplit');
  return parts(x, sections, x.ndim === 1 ? 0 : 1, true, 'hsplit');
}

/** Parts along the third axis. */
export function dsplit(x: NdArray, sections: Sections): NdArray[] {
  needs(x, 3, 'dsplit');
  return parts(x, sections, 2, true, 'dsplit');
}
