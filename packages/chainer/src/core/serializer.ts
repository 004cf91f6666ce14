import type { NdArray } from '@chainer/xp/functions';

/** What serializers carry: arrays, numbers, booleans, texts, and null for what is not there yet. */
export type Serializable = NdArray | number | boolean | string | null;

/**
 * Walks an object's values under slash-separated keys; the same `serialize(s)` method writes and reads. `s.value(key, x)` returns
 * what the object should hold from now on: `x` itself when writing, the stored value when reading. Arrays are read in place.
 */
export interface Serializer {
  /** Whether values are written (false: read). */
  readonly writing: boolean;
  /** A serializer for everything below a name. */
  child(name: string): Serializer;
  /** Carries one value. */
  value<T extends Serializable>(key: string, current: T): T;
  /** Reading only: whether a value is stored under that key. */
  has(key: string): boolean;
}

/** An object that can be saved and restored. */
export interface CanSerialize {
  serialize(serializer: Serializer): void;
}
