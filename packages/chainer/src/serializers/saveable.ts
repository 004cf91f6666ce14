import { ascontiguousarray, type HostArray, hostArray, hostScalar, NdArray } from '@chainer/xp/functions';
import type { CanSerialize, Serializable } from '../core/serializer.ts';
import { DictionarySerializer } from './dictionary-serializer.ts';

/** What is saved: an object that serializes itself, or arrays and scalars by name. */
export type SaveableObject =
  | CanSerialize
  | ReadonlyMap<string, Serializable>
  | Readonly<Record<string, Serializable>>;

/** The same elements in C order; scalars stay scalars. */
export const rowMajor = (x: NdArray): NdArray => (x.ndim === 0 ? x : ascontiguousarray(x));

/** Numbers and booleans as Python's scalars are stored: int64, float64, bool. */
async function saveable(value: Serializable, order: 'C' | 'K'): Promise<HostArray | string | null> {
  if (value instanceof NdArray) return hostArray(order === 'C' ? rowMajor(value) : value);
  if (typeof value === 'number')
    return hostScalar(
      Number.isSafeInteger(value) ? BigInt(value) : value,
      Number.isSafeInteger(value) ? 'int64' : 'float64',
    );
  return typeof value === 'boolean' ? hostScalar(value, 'bool') : value;
}

function valuesOf(object: SaveableObject): Iterable<readonly [string, Serializable]> {
  if (!isSerializing(object)) return object instanceof Map ? object : Object.entries(object);
  const serializer = new DictionarySerializer();
  object.serialize(serializer);
  return serializer.target;
}

const isSerializing = (object: SaveableObject): object is CanSerialize =>
  typeof (object as { serialize?: unknown }).serialize === 'function';

/** @throws {TypeError} for what cannot be loaded into. */
export function expectSerializing(who: string, object: CanSerialize): void {
  if (typeof object?.serialize !== 'function')
    throw new TypeError(`[${who}] the object must have a serialize method: a link, an optimizer, a trainer`);
}

/**
 * Everything that is to be saved, read from its device: arrays, texts, and null for what is not there yet.
 *
 * @param order `C`, or as elements stand (`K`) for formats that have Fortran's order, too.
 */
export async function hostEntries(
  object: SaveableObject,
  order: 'C' | 'K' = 'C',
): Promise<Map<string, HostArray | string | null>> {
  const entries = new Map<string, HostArray | string | null>();
  for (const [name, value] of valuesOf(object)) entries.set(name, await saveable(value, order));
  return entries;
}
