import { normalizeAxes } from '../core/arguments.ts';
import { NdArray } from '../core/ndarray.ts';
import { permuted, reshaped } from '../core/views.ts';
import type { Axes } from './options.ts';

/** An array seen as lanes to reduce one by one. */
export interface Lanes {
  /** Kept axes, then one axis with all reduced elements. */
  readonly lanes: NdArray;
  /** Reduced axes put back with extent 1, if asked for. */
  readonly restore: (result: NdArray, leading?: number) => NdArray;
}

/** The reduced axes merged into one last axis. */
export function lanesOf(x: NdArray, axis: Axes | undefined, keepdims: boolean, who: string): Lanes {
  const axes = normalizeAxes(axis, x.ndim, who);
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = permuted(x, [...kept, ...axes]);
  const extent = axes.reduce((n, a) => n * (x.shape[a] as number), 1);
  const lanes =
    axes.length === 1 ? moved : reshaped(moved, [...kept.map((a) => x.shape[a] as number), extent]);
  const restore = (result: NdArray, leading = 0): NdArray => {
    if (!keepdims) return result;
    const head = result.shape.slice(0, leading);
    return new NdArray(result.storage, result.dtype, [
      ...head,
      ...x.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
    ]);
  };
  return { lanes, restore };
}
