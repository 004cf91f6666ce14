import { sizeOf } from '../core/layout.ts';

/** Sliding windows over the spatial axes of one image. */
export interface WindowGeometry {
  readonly ksize: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilate?: readonly number[];
}

/** All windows of an image. */
export interface Windows {
  /** Number of windows, and of places in each. */
  readonly count: number;
  readonly places: number;
  /** Flat position in the image of every place, window by window; -1 outside. */
  readonly at: Int32Array;
}

/**
 * Works out the windows once for all images of a batch, whatever the number of spatial axes: axis after axis, each position
 * found so far is split by that axis's windows and places.
 */
export function windowsOf(image: readonly number[], out: readonly number[], g: WindowGeometry): Windows {
  let at = new Int32Array(1);
  let count = 1;
  let places = 1;
  for (let axis = 0; axis < image.length; axis++) {
    const size = image[axis]!;
    const o = out[axis]!;
    const k = g.ksize[axis]!;
    const dilate = g.dilate?.[axis] ?? 1;
    const next = new Int32Array(at.length * o * k);
    let q = 0;
    for (let w = 0; w < count; w++) {
      for (let ow = 0; ow < o; ow++) {
        const start = ow * g.stride[axis]! - g.pad[axis]!;
        for (let p = 0; p < places; p++) {
          const before = at[w * places + p]!;
          for (let kp = 0; kp < k; kp++) {
            const i = start + kp * dilate;
            next[q++] = before < 0 || i < 0 || i >= size ? -1 : before * size + i;
          }
        }
      }
    }
    at = next;
    count *= o;
    places *= k;
  }
  return { count, places, at };
}

/** The same table place by place: entry `[place][window]`. */
export function placesOf(image: readonly number[], out: readonly number[], g: WindowGeometry): Windows {
  const { count, places, at } = windowsOf(image, out, g);
  const turned = new Int32Array(at.length);
  for (let w = 0; w < count; w++)
    for (let p = 0; p < places; p++) turned[p * count + w] = at[w * places + p]!;
  return { count, places, at: turned };
}

/** Number of elements of the spatial axes. */
export function spatialSize(shape: readonly number[]): number {
  return sizeOf(shape.slice(2));
}
