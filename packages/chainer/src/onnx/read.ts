import { type DTypeName, dtype, type HostArray } from '@chainer/xp/functions';
import { builtin, contentOfSync, hasFiles } from '../files.ts';
import { decode } from '../protobuf/message.ts';
import { elementTypes, modelFields, type OnnxModel, type OnnxTensor } from './fields.ts';

const names = new Map(Object.entries(elementTypes).map(([name, type]) => [type, name as DTypeName]));

/** The model in a file. @throws {Error} if it is damaged or has no graph. */
export function readModel(who: string, bytes: Uint8Array): OnnxModel {
  const model = decode(who, modelFields, bytes);
  if (model.graph === undefined) throw new Error(`[${who}] the file holds no graph: it is not an ONNX model`);
  return model;
}

/** Where tensors are whose elements lie in files of their own: by the name that the model has for each. */
export type ExternalData = Readonly<Record<string, Uint8Array>>;

/** Finds the file of a name: among what was given, or beside the model's own file. */
export type FindData = (location: string) => Uint8Array;

/**
 * Finds files beside the model's.
 *
 * @throws {Error} if there is no such file, or it lies outside of the model's folder.
 */
export function dataBeside(who: string, model: unknown, given: ExternalData = {}): FindData {
  const read = new Map(Object.entries(given));
  return (location) => {
    let bytes = read.get(location);
    if (bytes === undefined) {
      if (typeof model !== 'string' || !hasFiles())
        throw new Error(
          `[${who}] elements of tensors lie in the file '${location}': pass the path of the model, or {externalData: {'${location}': bytes}}`,
        );
      const path = builtin<typeof import('node:path')>('node:path');
      const folder = path.resolve(path.dirname(model));
      const file = path.resolve(folder, location);
      if (!file.startsWith(folder + path.sep))
        throw new Error(`[${who}] the model asks for '${location}', which lies outside of its folder`);
      bytes = contentOfSync(who, file);
      read.set(location, bytes);
    }
    return bytes;
  };
}

/** The bytes of a tensor that lie in another file. */
function externalBytes(
  who: string,
  { name = '', externalData = [] }: OnnxTensor,
  find: FindData | null,
): Uint8Array {
  const entries = new Map(externalData.map(({ key = '', value = '' }) => [key, value]));
  const location = entries.get('location');
  if (location === undefined)
    throw new Error(`[${who}] '${name}' does not say in which file its elements lie`);
  if (find === null)
    throw new Error(`[${who}] the elements of '${name}' lie in another file, which is not read`);
  const bytes = find(location);
  const start = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? bytes.byteLength - start);
  if (!(start >= 0 && length >= 0 && start + length <= bytes.byteLength))
    throw new Error(
      `[${who}] '${name}' lies at ${start} to ${start + length} of '${location}', which has ${bytes.byteLength} bytes`,
    );
  return bytes.subarray(start, start + length);
}

/** The elements of a tensor. @throws {Error} if they do not fit its shape, or lie in a file that is not found. */
export function readTensor(who: string, t: OnnxTensor, find: FindData | null = null): HostArray {
  const { name = '', dims: shape = [], dataType = 0 } = t;
  const found = names.get(dataType);
  if (found === undefined)
    throw new Error(`[${who}] '${name}' has the element type ${dataType}, which is not known here`);
  const kind = dtype(found);
  const size = shape.reduce((a, d) => a * d, 1);
  const data = new kind.TypedArray(size * kind.lanes);
  const list = t.floatData ?? t.doubleData ?? t.int32Data ?? t.int64Data ?? t.uint64Data ?? [];
  const raw = t.dataLocation === 1 ? externalBytes(who, t, find) : t.rawData;
  const given = raw === undefined ? list.length : raw.byteLength / data.BYTES_PER_ELEMENT;
  if (given !== data.length)
    throw new Error(
      `[${who}] '${name}' has ${given} elements, but ${found}[${shape.join(', ')}] has ${data.length}`,
    );
  if (raw !== undefined) new Uint8Array(data.buffer).set(raw);
  else {
    const big = found === 'int64' || found === 'uint64';
    for (let i = 0; i < data.length; i++) data[i] = (big ? BigInt(list[i] as number) : list[i]) as never;
  }
  return { dtype: kind, shape, data };
}
