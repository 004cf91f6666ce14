import type { AverageDivisor, PoolGeometry } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import { denseFor, denseOf } from './floats.ts';
import { type Windows, windowsOf } from './windows.ts';

/** The windows of every image, and the number of images in the batch. */
function plan(x: NdArray, y: NdArray, g: PoolGeometry): Windows & { planes: number; image: number } {
  const spatial = x.shape.slice(2);
  const image = spatial.reduce((n, d) => n * d, 1);
  return { ...windowsOf(spatial, y.shape.slice(2), g), planes: x.shape[0]! * x.shape[1]!, image };
}

/** An int32 array in C order from position 0. */
function denseIndices(x: NdArray): Int32Array {
  const data = x.storage.view(x.dtype) as Int32Array;
  if (x.contiguous) return data.subarray(x.offset, x.offset + x.size);
  return Int32Array.from(denseOf(x));
}

/**
 * Maximum of each window, and the place where it was found first. Places outside the image do not count; the first NaN is
 * the maximum. A window with no place inside gives `-Infinity` and place 0.
 */
export function maxPooling(x: NdArray, y: NdArray, indices: NdArray, g: PoolGeometry): void {
  if (y.size === 0) return;
  const { planes, image, count, places, at } = plan(x, y, g);
  const from = denseOf(x);
  const to = denseFor(y);
  const chosen = denseFor(indices);
  for (let i = 0; i < planes; i++) {
    const base = i * image;
    for (let w = 0; w < count; w++) {
      let best = -Infinity;
      let where = -1;
      for (let k = 0; k < places; k++) {
        const p = at[w * places + k]!;
        if (p < 0) continue;
        const value = from[base + p]!;
        if (value > best || where < 0) {
          best = value;
          where = k;
        }
        if (Number.isNaN(value)) {
          best = value;
          where = k;
          break;
        }
      }
      to.data[i * count + w] = best;
      chosen.data[i * count + w] = Math.max(where, 0);
    }
  }
  to.store();
  chosen.store();
}

/** Adds each `gy` to the place its window's index names. */
export function maxPoolingGrad(gy: NdArray, indices: NdArray, gx: NdArray, g: PoolGeometry): void {
  if (gx.size === 0) return;
  const { planes, image, count, places, at } = plan(gx, gy, g);
  const from = denseOf(gy);
  const chosen = denseIndices(indices);
  const to = denseFor(gx);
  const sums = new Float64Array(image);
  for (let i = 0; i < planes; i++) {
    sums.fill(0);
    for (let w = 0; w < count; w++) {
      const p = at[w * places + chosen[i * count + w]!]!;
      if (p >= 0) sums[p] = sums[p]! + from[i * count + w]!;
    }
    to.data.set(sums, i * image);
  }
  to.store();
}

/** Reads from each window the place its index names; 0 where that lies outside. */
export function maxPoolingPick(x: NdArray, indices: NdArray, y: NdArray, g: PoolGeometry): void {
  if (y.size === 0) return;
  const { planes, image, count, places, at } = plan(x, y, g);
  const from = denseOf(x);
  const chosen = denseIndices(indices);
  const to = denseFor(y);
  for (let i = 0; i < planes; i++) {
    for (let w = 0; w < count; w++) {
      const p = at[w * places + chosen[i * count + w]!]!;
      to.data[i * count + w] = p < 0 ? 0 : from[i * image + p]!;
    }
  }
  to.store();
}

/** What each window's sum is divided by. A window with no place inside sums to 0, whatever it is divided by. */
function divisors({ count, places, at }: Windows, divisor: AverageDivisor): Float64Array {
  const result = new Float64Array(count).fill(places);
  if (divisor === 'window') return result;
  for (let w = 0; w < count; w++) {
    let inside = 0;
    for (let k = 0; k < places; k++) if (at[w * places + k]! >= 0) inside++;
    result[w] = Math.max(inside, 1);
  }
  return result;
}

/** Mean of each window; places outside count as `0` (`window`) or not at all (`inside`). */
export function averagePooling(x: NdArray, y: NdArray, g: PoolGeometry, divisor: AverageDivisor): void {
  if (y.size === 0) return;
  const windows = plan(x, y, g);
  const { planes, image, count, places, at } = windows;
  const by = divisors(windows, divisor);
  const from = denseOf(x);
  const to = denseFor(y);
  for (let i = 0; i < planes; i++) {
    const base = i * image;
    for (let w = 0; w < count; w++) {
      let sum = 0;
      for (let k = w * places; k < (w + 1) * places; k++) {
        const p = at[k]!;
        if (p >= 0) sum += from[base + p]!;
      }
      to.data[i * count + w] = sum / by[w]!;
    }
  }
  to.store();
}

/** Its transpose: spreads each `gy` over its window. */
export function averagePoolingGrad(gy: NdArray, gx: NdArray, g: PoolGeometry, divisor: AverageDivisor): void {
  if (gx.size === 0) return;
  const windows = plan(gx, gy, g);
  const { planes, image, count, places, at } = windows;
  const by = divisors(windows, divisor);
  const from = denseOf(gy);
  const to = denseFor(gx);
  const sums = new Float64Array(image);
  for (let i = 0; i < planes; i++) {
    sums.fill(0);
    for (let w = 0; w < count; w++) {
      const share = from[i * count + w]! / by[w]!;
      for (let k = w * places; k < (w + 1) * places; k++) {
        const p = at[k]!;
        if (p >= 0) sums[p] = sums[p]! + share;
      }
    }
    to.data.set(sums, i * image);
  }
  to.store();
}
