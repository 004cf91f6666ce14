import { hostScalar, NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { CanSerialize, Serializable, Serializer } from '../core/serializer.ts';
import { contentOf, type FileSource, nameOfFile, writeAtomically } from '../files.ts';
import { type DeserializerOptions, EntriesDeserializer } from './entries-deserializer.ts';
import { type Hdf5Group, readEntries, requireGroup, writeEntry } from './hdf5-format.ts';
import { expectSerializing, hostEntries, rowMajor, type SaveableObject } from './saveable.ts';

/** How arrays are compressed. */
export interface Hdf5Options {
  /** Level of gzip, 0 to 9 (4 unless given); null: none. */
  readonly compression?: number | null;
}

/**
 * Writes an object's values below a group of a file that the package `h5wasm` has open, in Chainer's layout: groups for links, datasets
 * for arrays. `saveHdf5` writes whole files; this is for several objects in one.
 *
 * @param group a file or a group of `h5wasm`
 * @throws {Error} for arrays on a device that is read asynchronously: save these by `saveHdf5`.
 */
export class HDF5Serializer implements Serializer {
  readonly writing = true;
  readonly group: Hdf5Group;
  private readonly compression: number | null;

  constructor(group: Hdf5Group, options: Hdf5Options = {}) {
    this.group = group;
    this.compression = checkCompression('HDF5Serializer', options);
  }

  child(name: string): HDF5Serializer {
    return new HDF5Serializer(requireGroup(this.group, name), { compression: this.compression });
  }

  value<T extends Serializable>(key: string, current: T): T {
    const name = key.startsWith('/') ? key.slice(1) : key;
    if (current instanceof NdArray) {
      const x = rowMajor(current);
      writeEntry(this.group, name, { dtype: x.dtype, shape: x.shape, data: x.dataSync() }, this.compression);
    } else if (typeof current === 'number') {
      const whole = Number.isSafeInteger(current);
      const scalar = hostScalar(whole ? BigInt(current) : current, whole ? 'int64' : 'float64');
      writeEntry(this.group, name, scalar, this.compression);
    } else if (typeof current === 'boolean') {
      writeEntry(this.group, name, hostScalar(current, 'bool'), this.compression);
    } else writeEntry(this.group, name, current as string | null, this.compression);
    return current;
  }

  has(_key: string): boolean {
    return false;
  }
}

/**
 * Reads an object's values from below a group of a file that the package `h5wasm` has open.
 *
 * @param group a file or a group of `h5wasm`
 * @throws {Error} for a missing key (unless `strict` is false), another shape, or a dtype that would lose its kind.
 */
export class HDF5Deserializer extends EntriesDeserializer {
  constructor(group: Hdf5Group, options: DeserializerOptions = {}) {
    super('loadHdf5', readEntries(group), options);
  }
}

function checkCompression(who: string, options: Hdf5Options): number | null {
  checkOptions(who, options, ['compression']);
  const { compression = 4 } = options;
  if (compression !== null && (!Number.isInteger(compression) || compression < 0 || compression > 9))
    throw new RangeError(`[${who}] compression must be an integer from 0 to 9, or null, got ${compression}`);
  return compression;
}

/** What we use of the package `h5wasm`. */
interface Library {
  readonly ready: Promise<unknown>;
  readonly FS: {
    writeFile(path: string, bytes: Uint8Array): void;
    readFile(path: string): Uint8Array<ArrayBuffer>;
    unlink(path: string): void;
  } | null;
  readonly File: new (path: string, mode: 'r' | 'w') => Hdf5Group & { close(): unknown };
}

let opened = 0;

/** Runs `body` with a file in the memory of `h5wasm`, the same in Node and in pages. */
async function withFile<T>(
  who: string,
  bytes: Uint8Array | null,
  body: (file: Hdf5Group) => T,
): Promise<{ result: T; bytes: Uint8Array<ArrayBuffer> }> {
  let library: Library;
  try {
    library = (await import('h5wasm')) as unknown as Library;
    await library.ready;
  } catch (cause) {
    throw new Error(
      `[${who}] HDF5 files are read and written by the npm package 'h5wasm', which is not installed or does not load: npm install h5wasm, or use .npz files`,
      { cause },
    );
  }
  const { FS: fs, File } = library;
  if (fs === null) throw new Error(`[${who}] h5wasm has no file system`);
  const path = `/chainer-${++opened}.h5`;
  if (bytes !== null) fs.writeFile(path, bytes);
  try {
    const file = new File(path, bytes === null ? 'w' : 'r');
    let result: T;
    try {
      result = body(file);
    } finally {
      file.close();
    }
    return { result, bytes: bytes === null ? fs.readFile(path) : new Uint8Array() };
  } finally {
    fs.unlink(path);
  }
}

/**
 * Saves an object (a link, an optimizer) or a record of arrays as an HDF5 file in Chainer's layout, which Chainer loads. Needs the
 * optional package `h5wasm`.
 *
 * Half types are written as float32; what is not initialised yet cannot be written (h5wasm has no empty datasets): `saveNpz` can.
 *
 * @param file its path; it is there whole or not at all.
 * @throws {Error} if `h5wasm` is not installed, or the file cannot be written.
 * @example
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { links as L } from 'chainer';
 * import { loadHdf5, saveHdf5 } from 'chainer/serializers';
 * const file = join(mkdtempSync(join(tmpdir(), 'example-')), 'model.h5');
 * await saveHdf5(file, new L.Linear(3, 2));
 * await loadHdf5(file, new L.Linear(3, 2));
 */
export async function saveHdf5(
  file: string,
  object: SaveableObject,
  options: Hdf5Options = {},
): Promise<void> {
  await writeAtomically('saveHdf5', file, await toHdf5(object, options));
}

/** The bytes of that file, where there are no files. */
export async function toHdf5(
  object: SaveableObject,
  options: Hdf5Options = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const compression = checkCompression('saveHdf5', options);
  const entries = await hostEntries(object);
  const { bytes } = await withFile('saveHdf5', null, (file) => {
    for (const [name, value] of entries) writeEntry(file, name, value, compression);
  });
  return bytes;
}

/**
 * Loads an HDF5 file, of ours or of Chainer's, into an object. Needs the optional package `h5wasm`. Arrays are loaded in place;
 * parameters that are not initialised yet take the stored shape.
 *
 * @param file its path, or its content: bytes, a `Blob`, or what `fetch` answered.
 * @throws {Error} if `h5wasm` is not installed, there is no such file, it is damaged, a key is missing (unless `strict` is false), or a
 * shape differs.
 * @example
 * import { links as L } from 'chainer';
 * import { loadHdf5, toHdf5 } from 'chainer/serializers';
 * const bytes = await toHdf5(new L.Linear(3, 2, { initialBias: 7 }));
 * const model = new L.Linear(3, 2);
 * await loadHdf5(bytes, model);
 * model.b?.array.toArraySync(); // [7, 7]
 */
export async function loadHdf5(
  file: FileSource,
  object: CanSerialize,
  options: DeserializerOptions = {},
): Promise<void> {
  checkOptions('loadHdf5', options, ['path', 'strict', 'ignoreNames']);
  expectSerializing('loadHdf5', object);
  const bytes = await contentOf('loadHdf5', file);
  const name = nameOfFile(file) ?? `${bytes.length} bytes`;
  // What every HDF5 file starts with; the library's own message would not name the file.
  const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  if (signature.some((byte, i) => bytes[i] !== byte))
    throw new Error(`[loadHdf5] ${name} is not an HDF5 file, or damaged, and was not loaded`);
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = (await withFile('loadHdf5', bytes, (group) => readEntries(group))).result;
  } catch (error) {
    if ((error as Error).message?.startsWith('[loadHdf5]')) throw error;
    throw new Error(
      `[loadHdf5] ${name} is incomplete or damaged and was not loaded: ${(error as Error).message ?? error}`,
      { cause: error },
    );
  }
  object.serialize(new EntriesDeserializer('loadHdf5', entries, options));
}
