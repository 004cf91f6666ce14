import { array, type HostArray, type NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import type { CanSerialize } from '../core/serializer.ts';
import { contentOf, type FileSource, nameOfFile, writeAtomically } from '../files.ts';
import { type DeserializerOptions, EntriesDeserializer } from './entries-deserializer.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from './safetensors-format.ts';
import { expectSerializing, hostEntries, type SaveableObject } from './saveable.ts';

/** Options of `saveSafetensors`. */
export interface SafetensorsOptions {
  /** Texts that go into the file's header. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Saves a link or a record of arrays as a `.safetensors` file, which many other frameworks read. Names are those of `.npz` files:
 * `predictor/l1/W`.
 *
 * @param file its path; it is there whole or not at all.
 * @throws {TypeError} for texts and for parameters that are not initialised, which the format lacks.
 * @example
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { links as L } from 'chainer';
 * import { loadSafetensors, saveSafetensors } from 'chainer/serializers';
 * const file = join(mkdtempSync(join(tmpdir(), 'example-')), 'model.safetensors');
 * await saveSafetensors(file, new L.Linear(3, 2), { metadata: { format: 'chainer' } });
 * await loadSafetensors(file, new L.Linear(3, 2));
 */
export async function saveSafetensors(
  file: string,
  object: SaveableObject,
  options: SafetensorsOptions = {},
): Promise<void> {
  await writeAtomically('saveSafetensors', file, await toSafetensors(object, options));
}

/** The bytes of that file, where there are no files. */
export async function toSafetensors(
  object: SaveableObject,
  options: SafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('saveSafetensors', options, ['metadata']);
  const tensors = new Map<string, HostArray>();
  for (const [name, value] of await hostEntries(object)) {
    if (value === null || typeof value === 'string')
      throw new TypeError(
        `[saveSafetensors] '${name}' is ${value === null ? 'not initialised yet: run a forward pass first' : 'a text: the format has arrays only'}, or use saveNpz`,
      );
    tensors.set(name, value);
  }
  return encodeSafetensors({ tensors, metadata: options.metadata ?? {} });
}

async function read(who: string, file: FileSource): Promise<SafetensorsContent> {
  const bytes = await contentOf(who, file);
  return decodeSafetensors(who, bytes, nameOfFile(file) ?? `the file of ${bytes.length} bytes`);
}

/**
 * Loads a `.safetensors` file into an object. Arrays are loaded in place; parameters that are not initialised yet take the stored shape.
 *
 * @param file its path, or its content: bytes, a `Blob`, or what `fetch` answered.
 * @throws {Error} if there is no such file, it is damaged, a key is missing (unless `strict` is false), or a shape differs.
 * @example
 * import { links as L } from 'chainer';
 * import { loadSafetensors, toSafetensors } from 'chainer/serializers';
 * const bytes = await toSafetensors(new L.Linear(3, 2, { initialBias: 7 }));
 * const model = new L.Linear(3, 2);
 * await loadSafetensors(bytes, model);
 * model.b?.array.toArraySync(); // [7, 7]
 */
export async function loadSafetensors(
  file: FileSource,
  object: CanSerialize,
  options: DeserializerOptions = {},
): Promise<void> {
  checkOptions('loadSafetensors', options, ['path', 'strict', 'ignoreNames']);
  expectSerializing('loadSafetensors', object);
  const { tensors } = await read('loadSafetensors', file);
  object.serialize(new EntriesDeserializer('loadSafetensors', tensors, options));
}

/**
 * The arrays and texts of a `.safetensors` file, for files of other frameworks, whose names are not a link's.
 *
 * @example
 * import { xp } from 'chainer';
 * import { readSafetensors, toSafetensors } from 'chainer/serializers';
 * const bytes = await toSafetensors({ 'layer.weight': xp.ones([2, 3], { dtype: 'bfloat16' }) });
 * const { tensors } = await readSafetensors(bytes);
 * tensors.get('layer.weight')?.dtype.name; // 'bfloat16'
 */
export async function readSafetensors(file: FileSource): Promise<{
  readonly tensors: Map<string, NdArray>;
  readonly metadata: Readonly<Record<string, string>>;
}> {
  const { tensors, metadata } = await read('readSafetensors', file);
  const arrays = [...tensors].map(([name, { data, dtype, shape }]): [string, NdArray] => [
    name,
    array(data, { dtype, shape }),
  ]);
  return { tensors: new Map(arrays), metadata };
}
