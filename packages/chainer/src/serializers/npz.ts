import { readNpzHost, writeNpz } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { CanSerialize } from '../core/serializer.ts';
import { contentOf, DamagedFileError, type FileSource, nameOfFile, writeAtomically } from '../files.ts';
import type { DeserializerOptions, StoredValue } from './entries-deserializer.ts';
import { NpzDeserializer } from './npz-deserializer.ts';
import { expectSerializing, hostEntries, type SaveableObject } from './saveable.ts';

/**
 * Saves an object (a link, an optimizer, a trainer) or a record of arrays as an `.npz` file in Chainer's layout, which Chainer loads.
 *
 * The file is there whole or not at all: it is written beside its place and renamed.
 *
 * @param file its path, to which no ending is added.
 * @throws {Error} if it cannot be written.
 * @example
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { links as L } from 'chainer';
 * import { loadNpz, saveNpz } from 'chainer/serializers';
 * const file = join(mkdtempSync(join(tmpdir(), 'example-')), 'model.npz');
 * await saveNpz(file, new L.Linear(3, 2));
 * await loadNpz(file, new L.Linear(3, 2));
 */
export async function saveNpz(
  file: string,
  object: SaveableObject,
  options: { readonly compression?: boolean } = {},
): Promise<void> {
  checkOptions('saveNpz', options, ['compression']);
  await writeAtomically('saveNpz', file, await toNpz(object, options));
}

/**
 * The bytes of that file, where there are no files: `new Blob([await toNpz(model)])` is what a page lets its user download.
 */
export async function toNpz(
  object: SaveableObject,
  options: { readonly compression?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('toNpz', options, ['compression']);
  return writeNpz(await hostEntries(object, 'K'), { compressed: options.compression ?? true });
}

/**
 * Loads an `.npz` file, of ours or of Chainer's, into an object. Arrays are loaded in place; parameters that are not initialised yet
 * take the stored shape.
 *
 * @param file its path, or its content: bytes, a `Blob` (a `File` that a page's user chose), or what `fetch` answered.
 * @throws {Error} if there is no such file, the server has none, it is incomplete, a key is missing (unless `strict` is false), or a shape differs.
 * @example
 * import { links as L } from 'chainer';
 * import { loadNpz, toNpz } from 'chainer/serializers';
 * const bytes = await toNpz(new L.Linear(3, 2, { initialBias: 7 }));
 * const model = new L.Linear(3, 2);
 * await loadNpz(bytes, model);
 * model.b?.array.toArraySync(); // [7, 7]
 * // In a page: await loadNpz(await fetch('model.npz'), model), or a File of <input type="file">.
 * // A model out of a snapshot of its trainer:
 * // await loadNpz('result/snapshot_iter_1200', model, { path: 'updater/model:main/' });
 */
export async function loadNpz(
  file: FileSource,
  object: CanSerialize,
  options: DeserializerOptions = {},
): Promise<void> {
  checkOptions('loadNpz', options, ['path', 'strict', 'ignoreNames']);
  expectSerializing('loadNpz', object);
  const bytes = await contentOf('loadNpz', file);
  let entries: ReadonlyMap<string, StoredValue>;
  try {
    entries = readNpzHost(bytes, nameOfFile(file));
  } catch (error) {
    const cause = (error as Error).message.replace(/^\[\w+\] /, '');
    throw new DamagedFileError(
      `[loadNpz] ${cause}. The file is incomplete or damaged and was not loaded; use an earlier snapshot or a backup`,
      { cause: error },
    );
  }
  object.serialize(new NpzDeserializer(entries, options));
}
