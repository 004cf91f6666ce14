import { type DTypeName, dtype, type HostArray } from '@chainer/xp/functions';
import { decode } from '../protobuf/message.ts';
import { elementTypes, modelFields, type OnnxModel, type OnnxTensor } from './fields.ts';

const names = new Map(Object.entries(elementTypes).map(([name, type]) => [type, name as DTypeName]));

/** The model in a file. @throws {Error} if it is damaged or has no graph. */
export function readModel(who: string, bytes: Uint8Array): OnnxModel {
  const model = decode(who, modelFields, bytes);
  if (model.graph === undefined) throw new Error(`[${who}] the file holds no graph: it is not an ONNX model`);
  return model;
}

/** The elements of a tensor. @throws {Error} if they do not fit its shape, or lie in another file. */
export function readTensor(who: string, t: OnnxTensor): HostArray {
  const { name = '', dims: shape = [], dataType = 0 } = t;
  const found = names.get(dataType);
  if (found === undefined)
    throw new Error(`[${who}] '${name}' has the element type ${dataType}, which is not known here`);
  if (t.dataLocation === 1)
    throw new Error(`[${who}] the elements of '${name}' lie in another file, which is not read`);
  const kind = dtype(found);
  const size = shape.reduce((a, d) => a * d, 1);
  const data = new kind.TypedArray(size * kind.lanes);
  const list = t.floatData ?? t.doubleData ?? t.int32Data ?? t.int64Data ?? t.uint64Data ?? [];
  const given = t.rawData === undefined ? list.length : t.rawData.byteLength / data.BYTES_PER_ELEMENT;
  if (given !== data.length)
    throw new Error(
      `[${who}] '${name}' has ${given} elements, but ${found}[${shape.join(', ')}] has ${data.length}`,
    );
  if (t.rawData !== undefined) new Uint8Array(data.buffer).set(t.rawData);
  else {
    const big = found === 'int64' || found === 'uint64';
    for (let i = 0; i < data.length; i++) data[i] = (big ? BigInt(list[i] as number) : list[i]) as never;
  }
  return { dtype: kind, shape, data };
}
