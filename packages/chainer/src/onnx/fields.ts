import type { DTypeName } from '@chainer/xp/functions';
import type { Message } from '../protobuf/message.ts';

/** The message types of ONNX (onnx.proto), as far as they are read or written. */

export const tensor = {
  dims: [1, 'ints'],
  dataType: [2, 'int'],
  floatData: [4, 'floats'],
  int32Data: [5, 'ints'],
  int64Data: [7, 'ints'],
  name: [8, 'string'],
  rawData: [9, 'bytes'],
  doubleData: [10, 'doubles'],
  uint64Data: [11, 'ints'],
  externalData: [13, { key: [1, 'string'], value: [2, 'string'] }, 'list'],
  dataLocation: [14, 'int'],
} as const;

export const attribute = {
  name: [1, 'string'],
  f: [2, 'float'],
  i: [3, 'int'],
  s: [4, 'bytes'],
  t: [5, tensor],
  floats: [7, 'floats'],
  ints: [8, 'ints'],
  strings: [9, 'bytes', 'list'],
  type: [20, 'int'],
} as const;

export const node = {
  input: [1, 'string', 'list'],
  output: [2, 'string', 'list'],
  name: [3, 'string'],
  opType: [4, 'string'],
  attribute: [5, attribute, 'list'],
  domain: [7, 'string'],
} as const;

const dimension = { dimValue: [1, 'int'], dimParam: [2, 'string'] } as const;

export const valueInfo = {
  name: [1, 'string'],
  type: [2, { tensorType: [1, { elemType: [1, 'int'], shape: [2, { dim: [1, dimension, 'list'] }] }] }],
} as const;

const graph = {
  node: [1, node, 'list'],
  name: [2, 'string'],
  initializer: [5, tensor, 'list'],
  input: [11, valueInfo, 'list'],
  output: [12, valueInfo, 'list'],
} as const;

export const modelFields = {
  irVersion: [1, 'int'],
  producerName: [2, 'string'],
  producerVersion: [3, 'string'],
  graph: [7, graph],
  opsetImport: [8, { domain: [1, 'string'], version: [2, 'int'] }, 'list'],
} as const;

export type OnnxTensor = Message<typeof tensor>;
export type OnnxAttribute = Message<typeof attribute>;
export type OnnxNode = Message<typeof node>;
export type OnnxValueInfo = Message<typeof valueInfo>;
export type OnnxModel = Message<typeof modelFields>;

/** Types of attributes by number. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** dtypes by the numbers of ONNX. */
export const elementTypes: { readonly [K in DTypeName]?: number } = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
};
