import { array, NdArray } from '@chainer/xp/functions';
import { emptyOn, gatherOn } from '@chainer/xp/internal';

/**
 * Stacks arrays that are rows of one array by a single gather, as examples of a dataset in memory are; null where they are
 * not rows of one array.
 */
export function rowsOfOneArray(arrays: readonly NdArray[]): NdArray | null {
  const first = arrays[0] as NdArray;
  const { storage, dtype, shape, size } = first;
  if (size === 0 || arrays.length < 2) return null;
  let low = first.offset;
  let high = first.offset;
  for (const x of arrays) {
    if (x.storage !== storage || x.dtype !== dtype || !x.contiguous || x.shape.length !== shape.length)
      return null;
    for (let a = 0; a < shape.length; a++) if (x.shape[a] !== shape[a]) return null;
    if ((x.offset - first.offset) % size !== 0) return null;
    if (x.offset < low) low = x.offset;
    if (x.offset > high) high = x.offset;
  }
  const rows = (high - low) / size + 1;
  const whole = new NdArray(storage, dtype, [rows, size], [size, 1], low);
  const indices = array(
    Int32Array.from(arrays, (x) => (x.offset - low) / size),
    { device: first.device },
  );
  const batch = emptyOn(first.device, [arrays.length, size], dtype);
  gatherOn(first.device).gather(whole, indices, 0, batch);
  return new NdArray(batch.storage, dtype, [arrays.length, ...shape]);
}
