import { type DeserializerOptions, EntriesDeserializer, type StoredValue } from './entries-deserializer.ts';

/**
 * Reads an object's values from the entries of an `.npz` file. Arrays are read in place, in the dtype that they have.
 *
 * @throws {Error} for a missing key (unless `strict` is false), another shape, or a dtype that would lose its kind.
 * @throws {TypeError} for `ignoreNames` that are neither texts nor functions.
 */
export class NpzDeserializer extends EntriesDeserializer {
  constructor(entries: ReadonlyMap<string, StoredValue>, options: DeserializerOptions = {}) {
    super('loadNpz', entries, options);
  }
}
