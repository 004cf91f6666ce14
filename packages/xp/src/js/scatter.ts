import type { ScatterMode } from '../core/device.ts';
import type { TypedArray } from '../core/dtype.ts';
import { broadcastSteps, contiguousSteps } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { combineOf } from './combine.ts';
import { type CopyRow, copyPlaces, copyRow, placeOf } from './copy.ts';
import { walk } from './elementwise.ts';
import { positionsOf, slicesOf } from './indices.ts';

/**
 * `x[a, indices[j], b] (mode)= values[a, j, b]`, in order of `j`; `values` broadcasts.
 *
 * @throws {IndexError} if an index lies outside the axis; nothing is written then.
 */
export function scatter(
  x: NdArray,
  indices: NdArray,
  axis: number,
  values: NdArray,
  mode: ScatterMode,
): void {
  const positions = positionsOf(indices, axis, x.shape[axis]!, 'scatter');
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  if (positions.length === 0 || shape.includes(0)) return;
  const from = sameType(values, x);
  const steps = broadcastSteps(values.shape, from.steps, shape);
  const { loops, starts } = slicesOf(x, axis, indices.shape, steps, from.offset);
  const row = mode === 'set' ? copyRow(x.dtype, x.dtype) : combineRow(x, mode);
  const dst = x.storage.view(x.dtype);
  const step = x.steps[axis]!;
  const flat = loops.shape.length === 1;
  const n = loops.shape[0]!;
  const t = loops.steps[0]![0]!;
  const s = loops.steps[1]![0]!;
  for (let j = 0; j < positions.length; j++) {
    const p = starts[j]!;
    const q = x.offset + positions[j]! * step;
    if (flat) row(n, from.data, p, s, dst, q, t);
    else walk(loops, [q, p], (m, at, by) => row(m, from.data, at[1]!, by[1]!, dst, at[0]!, by[0]!));
  }
}

const modeOps = { add: 'add', max: 'maximum', min: 'minimum' } as const;

function combineRow(x: NdArray, mode: Exclude<ScatterMode, 'set'>): CopyRow {
  if (mode === 'add' && (x.dtype.name === 'float32' || x.dtype.name === 'float64'))
    return addFloats as CopyRow;
  const combine = combineOf(modeOps[mode], x.dtype);
  return (n, src, p, s, dst, q, t) => {
    for (let i = 0; i < n; i++) combine(dst, q + i * t, src, p + i * s);
  };
}

/** The gradient of an embedding comes through here. */
function addFloats(
  n: number,
  src: Float32Array,
  p: number,
  s: number,
  dst: Float32Array,
  q: number,
  t: number,
): void {
  for (let i = 0; i < n; i++) {
    dst[q] = dst[q]! + src[p]!;
    p += s;
    q += t;
  }
}

/** The values as elements of `x`'s dtype. */
function sameType(
  values: NdArray,
  x: NdArray,
): { data: TypedArray; offset: number; steps: readonly number[] } {
  if (values.dtype === x.dtype) return placeOf(values);
  const data = new x.dtype.TypedArray(values.size * x.dtype.lanes);
  const steps = contiguousSteps(values.shape);
  copyPlaces(values.shape, placeOf(values), { data, dtype: x.dtype, offset: 0, steps });
  return { data, offset: 0, steps };
}
