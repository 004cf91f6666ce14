import { checkOptions } from '../core/check-options.ts';
import type { CanSerialize } from '../core/serializer.ts';
import { contentOf, type FileSource } from '../files.ts';
import { type DeserializerOptions, EntriesDeserializer } from '../serializers/entries-deserializer.ts';
import { expectSerializing } from '../serializers/saveable.ts';
import { dataBeside, type ExternalData, readModel, readTensor } from './read.ts';

/** Options of loadOnnx. */
export interface LoadOnnxOptions extends DeserializerOptions {
  /** Files in which elements of tensors lie, by the names that the model has for them; unless given, they are read from beside it. */
  readonly externalData?: ExternalData;
}

/**
 * Loads the weights of an ONNX file into an object, by name: initializers are called as the entries of `.npz` files, as `onnx.export`
 * names them. Arrays are loaded in place.
 *
 * @param file its path, or its content: bytes, a `Blob`, or what `fetch` answered.
 * @throws {Error} if there is no such file, it is damaged, a name is missing (unless `strict` is false), or a shape differs.
 * @example
 * import { links as L, xp } from 'chainer';
 * import * as onnx from 'chainer/onnx';
 * const bytes = await onnx.export(new L.Linear(3, 2, { initialBias: 7 }), xp.zeros([1, 3]));
 * const model = new L.Linear(3, 2);
 * await onnx.loadOnnx(bytes, model);
 * model.b?.array.toArraySync(); // [7, 7]
 */
export async function loadOnnx(
  file: FileSource,
  object: CanSerialize,
  { externalData, ...options }: LoadOnnxOptions = {},
): Promise<void> {
  checkOptions('loadOnnx', options, ['path', 'strict', 'ignoreNames']);
  expectSerializing('loadOnnx', object);
  const find = dataBeside('loadOnnx', file, externalData);
  const { graph } = readModel('loadOnnx', await contentOf('loadOnnx', file));
  const entries = new Map(
    (graph?.initializer ?? []).map((t) => [t.name ?? '', readTensor('loadOnnx', t, find)]),
  );
  object.serialize(new EntriesDeserializer('loadOnnx', entries, options));
}
