import { isScalar } from '../core/arguments.ts';
import type { ScatterMode } from '../core/device.ts';
import { sameShape, shapeText } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { array, type Nested } from '../creation/array.ts';
import { astype } from '../creation/copy.ts';
import { DeviceError, ValueError } from '../errors.ts';
import { scatterOn } from '../js/families.ts';
import { broadcastView } from '../manipulation/broadcast.ts';
import { reshapeTo } from '../manipulation/reshape.ts';
import { allBasic, basicView } from './basic.ts';
import type { Index } from './grammar.ts';
import { type Places, placesOf } from './places.ts';
import { type Atom, resolve, type Selection, withoutTexts } from './selection.ts';
import { assign, setWhere } from './setwhere.ts';

/** What can be assigned. */
export type Assignable = Scalar | NdArray | Nested;

/** A value on the device of what it is assigned to; scalars stay scalars. */
export function valueFor(x: NdArray, value: Assignable, who: string): NdArray | Scalar {
  if (value instanceof NdArray) {
    if (value.device !== x.device) {
      throw new DeviceError(
        `[${who}] the array is on ${x.device.name} but the value is on ${value.device.name}; move it with .to('${x.device.name}')`,
      );
    }
    return value;
  }
  if (isScalar(value)) return value;
  return array(value, { dtype: x.dtype, device: x.device });
}

/** A value read at the shape of what it is assigned to. Leading axes of extent 1 that are too many are dropped, as in NumPy. */
export function valueAt(value: NdArray, shape: readonly number[], who: string): NdArray {
  if (sameShape(value.shape, shape)) return value;
  let v = value;
  const extra = v.ndim - shape.length;
  if (extra > 0 && v.shape.slice(0, extra).every((d) => d === 1)) {
    v = new NdArray(v.storage, v.dtype, v.shape.slice(extra), v.steps.slice(extra), v.offset);
  }
  try {
    return broadcastView(v, shape, who);
  } catch {
    throw new ValueError(
      `[${who}] a value of shape ${shapeText(value.shape)} cannot be assigned to a selection of shape ${shapeText(shape)}`,
    );
  }
}

/** Combines values into the elements at those places. */
export function scatterPlaces(places: Places, value: NdArray | Scalar, mode: ScatterMode, who: string): void {
  const { target, axis, indices, shape, flat, run } = places;
  let v = value instanceof NdArray ? value : array(value, { dtype: target.dtype, device: target.device });
  v = valueAt(v, shape, who);
  if (indices.size === 0) return;
  if (v.dtype !== target.dtype || v.storage === target.storage) v = astype(v, target.dtype);
  const listed = reshapeTo(v, flat);
  run(() => scatterOn(target.device).scatter(target, indices, axis, listed, mode));
}

/** `view[mask] = value` as one kernel, where the value does not tell the masked elements apart; false where it does. */
function setMasked({ view, atoms, together }: Selection, value: NdArray | Scalar, who: string): boolean {
  const { mask, axis, span } = atoms[0] as Atom;
  if (atoms.length !== 1 || mask === null) return false;
  const after = view.ndim - axis - span;
  let v = value;
  if (v instanceof NdArray) {
    const place = v.ndim - 1 - after;
    if ((!together && axis > 0) || place > axis || (place >= 0 && v.shape[place] !== 1)) return false;
    if (place >= 0) {
      const ones = new Array<number>(span).fill(1);
      const zeros = new Array<number>(span).fill(0);
      v = new NdArray(
        v.storage,
        v.dtype,
        [...v.shape.slice(0, place), ...ones, ...v.shape.slice(place + 1)],
        [...v.steps.slice(0, place), ...zeros, ...v.steps.slice(place + 1)],
        v.offset,
      );
    }
  }
  const ones = new Array<number>(after).fill(1);
  const zeros = new Array<number>(after).fill(0);
  const wide = new NdArray(
    mask.storage,
    mask.dtype,
    [...mask.shape, ...ones],
    [...mask.steps, ...zeros],
    mask.offset,
  );
  setWhere(view, wide, v, who);
  return true;
}

/** `view[...] = value`. */
function setView(view: NdArray, value: NdArray | Scalar, who: string): void {
  if (value instanceof NdArray) assign(view, valueAt(value, view.shape, who));
  else if (view.size > 0) view.device.kernels.fill(view, value);
}

/** `x[...indices] = value`: see the method `setAt` of arrays. */
export function setAt(x: NdArray, value: Assignable, indices: readonly Index[], who = 'setAt'): void {
  const v = valueFor(x, value, who);
  const items = withoutTexts(indices, who);
  if (allBasic(items)) return setView(basicView(x, items, who), v, who);
  const selection = resolve(x, items, who);
  if (setMasked(selection, v, who)) return;
  scatterPlaces(placesOf(selection, who), v, 'set', who);
}
