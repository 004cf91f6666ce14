import type { Device } from '../core/device.ts';
import { bool, int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { DeviceError, IndexError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launchFresh } from '../kernel/launch.ts';
import { input } from '../scalar/expr.ts';
import type { Index, IndexList } from './grammar.ts';

const saturate = /*#__PURE__*/ new Kernel('index', [input(0).min(2147483647).max(-2147483648).cast(int32)]);

/** Integer indices as int32; those that do not fit stay out of range. @throws {IndexError} for other dtypes. */
export function asInt32(x: NdArray, who: string): NdArray {
  if (x.dtype === int32) return x;
  if (x.dtype.kind !== 'i' && x.dtype.kind !== 'u') {
    throw new IndexError(`[${who}] index arrays are integer or boolean, got ${x.dtype.name}`);
  }
  if (x.dtype.itemsize >= 4) {
    // Unsigned 32-bit indices are raised, so that they can be compared with a signed bound.
    const wide = x.dtype.name === 'uint32' ? cast(x, 'int64') : x;
    return launchFresh(
      (wide.dtype.name === 'uint64' ? saturateUnsigned : saturate).program([wide]),
      [wide],
      who,
    );
  }
  return cast(x, 'int32');
}

const saturateUnsigned = /*#__PURE__*/ new Kernel('index', [input(0).min(2147483647).cast(int32)]);

function cast(x: NdArray, to: 'int32' | 'int64'): NdArray {
  return launchFresh(casts[to].program([x]), [x], 'index');
}

const casts = {
  int32: new Kernel('index', [input(0).cast('int32')]),
  int64: new Kernel('index', [input(0).cast('int64')]),
};

type TypedIndices = Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

/** Lists and typed arrays of indices as an int32 array, or as a bool array where they are booleans. */
export function indexArray(list: IndexList | TypedIndices, device: Device, who: string): NdArray {
  const shape: number[] = [];
  const flat: number[] = [];
  let booleans = 0;
  const visit = (item: number | boolean | IndexList, depth: number): void => {
    if (Array.isArray(item)) {
      if (shape.length === depth && flat.length === 0) shape.push(item.length);
      if (shape[depth] !== item.length) throw new IndexError(`[${who}] index lists are ragged`);
      for (const inner of item as IndexList) visit(inner, depth + 1);
      return;
    }
    if (depth !== shape.length) throw new IndexError(`[${who}] index lists are ragged`);
    if (typeof item === 'boolean') booleans++;
    else if (typeof item !== 'number' || !Number.isInteger(item)) {
      throw new IndexError(
        `[${who}] index lists hold integers or booleans, got ${String(item)}; join indices of several axes as arguments, not in a list`,
      );
    }
    flat.push(Number(item));
  };
  visit(ArrayBuffer.isView(list) ? Array.from(list as Int32Array) : list, 0);
  if (booleans > 0 && booleans !== flat.length)
    throw new IndexError(`[${who}] an index list mixes booleans and integers`);
  const d = booleans > 0 ? bool : int32;
  const out = emptyOn(device, shape, d);
  if (flat.length > 0) {
    // Out-of-range numbers must stay out of range in 32 bits.
    const held = d === bool ? flat : flat.map((i) => Math.max(-2147483648, Math.min(2147483647, i)));
    device.write(out, d === bool ? Uint8Array.from(held) : Int32Array.from(held));
  }
  return out;
}

/** An index that is an array (or list), on the device of what is indexed. @throws {DeviceError} if it lives elsewhere. */
export function arrayIndex(index: Index, device: Device, who: string): NdArray {
  if (!(index instanceof NdArray)) return indexArray(index as IndexList, device, who);
  if (index.device !== device) {
    throw new DeviceError(
      `[${who}] the array is on ${device.name} but an index is on ${index.device.name}; move it with .to('${device.name}')`,
    );
  }
  return index;
}
