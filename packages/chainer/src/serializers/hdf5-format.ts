import { dtype, type HostArray } from '@chainer/xp/functions';
import type { StoredValue } from './entries-deserializer.ts';

/** What we use of a dataset of the package `h5wasm`. */
export interface Hdf5Dataset {
  readonly shape: number[] | null;
  readonly dtype: unknown;
  readonly value: unknown;
  readonly metadata: {
    readonly type: number;
    readonly enum_type?: { readonly members: Record<string, number> };
  };
}

/** What we use of a group (a file is one, too) of the package `h5wasm`. */
export interface Hdf5Group {
  readonly path: string;
  keys(): string[];
  get(name: string): unknown;
  create_group(name: string): Hdf5Group;
  create_dataset(options: {
    name: string;
    data: never;
    shape?: number[] | null;
    dtype?: string | null;
    chunks?: number[] | null;
    compression?: number;
  }): unknown;
}

/** dtypes by the codes of `h5wasm`, which are those of Python's module `struct`. */
const codes = {
  int8: '<b',
  uint8: '<B',
  int16: '<h',
  uint16: '<H',
  int32: '<i',
  uint32: '<I',
  int64: '<q',
  uint64: '<Q',
  float32: '<f',
  float64: '<d',
} as const;

const names = new Map(
  Object.entries(codes).map(([name, code]) => [code as string, name as keyof typeof codes]),
);

const isGroup = (x: unknown): x is Hdf5Group => typeof (x as { keys?: unknown } | null)?.keys === 'function';

/** The group of that name below a group, made if it is not there. */
export function requireGroup(parent: Hdf5Group, path: string): Hdf5Group {
  let group = parent;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const found = group.keys().includes(name) ? group.get(name) : group.create_group(name);
    if (!isGroup(found))
      throw new Error(`[saveHdf5] '${group.path}/${name}' is a dataset already, not a group`);
    group = found;
  }
  return group;
}

/** Chunks of about a mebibyte, whole rows. */
function chunksOf(shape: readonly number[], width: number): number[] {
  const row = shape.slice(1).reduce((a, d) => a * d, width);
  const rows = Math.max(1, Math.min(shape[0] as number, Math.floor(2 ** 20 / row)));
  return [rows, ...shape.slice(1)];
}

/**
 * Writes one value below a group, as Chainer does: arrays of more than one element compressed.
 *
 * @throws {TypeError} for what HDF5 (or `h5wasm`) has no form of.
 */
export function writeEntry(
  root: Hdf5Group,
  key: string,
  value: HostArray | string | null,
  compression: number | null,
): void {
  const at = key.lastIndexOf('/');
  const group = requireGroup(root, key.slice(0, Math.max(0, at)));
  const name = key.slice(at + 1);
  if (value === null)
    throw new TypeError(
      `[saveHdf5] '${key}' is not initialised yet, and the package h5wasm cannot write HDF5's empty datasets, which stand for that; run a forward pass first, or use saveNpz`,
    );
  if (typeof value === 'string') {
    group.create_dataset({ name, data: value as never, shape: [], dtype: 'S' });
    return;
  }
  const { data, kind } = stored(key, value);
  const shape = [...value.shape];
  const packed =
    compression !== null && data.length > 1
      ? { chunks: chunksOf(shape, data.BYTES_PER_ELEMENT), compression }
      : {};
  group.create_dataset({ name, data: data as never, shape, dtype: codes[kind], ...packed });
}

/** The elements in a form that HDF5 has: half types as float32, which holds their values exactly. */
function stored(
  key: string,
  { dtype: d, data }: HostArray,
): { data: HostArray['data']; kind: keyof typeof codes } {
  if (d.name in codes) return { data, kind: d.name as keyof typeof codes };
  if (d.name === 'bool') return { data: new Int8Array(data as ArrayLike<number>), kind: 'int8' };
  if (d.name === 'float16' || d.name === 'bfloat16')
    return { data: Float32Array.from(data as Uint16Array, halfReader(d.name)), kind: 'float32' };
  throw new TypeError(`[saveHdf5] '${key}' is ${d.name}, which cannot be written`);
}

/** Values of the bits of half types. */
function halfReader(name: 'float16' | 'bfloat16'): (bits: number) => number {
  if (name === 'bfloat16') {
    const word = new Uint32Array(1);
    const value = new Float32Array(word.buffer);
    return (bits) => {
      word[0] = bits << 16;
      return value[0] as number;
    };
  }
  return (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  };
}

/**
 * Everything below a group, by path.
 *
 * @throws {Error} for a dataset of a type that has no dtype here.
 */
export function readEntries(
  group: Hdf5Group,
  prefix = '',
  into = new Map<string, StoredValue>(),
): Map<string, StoredValue> {
  for (const name of group.keys()) {
    const item = group.get(name);
    const key = prefix + name;
    if (isGroup(item)) readEntries(item, `${key}/`, into);
    else into.set(key, readDataset(key, item as Hdf5Dataset));
  }
  return into;
}

function readDataset(key: string, dataset: Hdf5Dataset): StoredValue {
  // Without a shape: h5py's Empty, which stands for None.
  if (dataset.shape === null) return null;
  let value: unknown;
  try {
    value = dataset.value;
  } catch (cause) {
    throw new Error(
      `[loadHdf5] '${key}' (${JSON.stringify(dataset.dtype)}) cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (typeof value === 'string') return value;
  const code = String(dataset.dtype);
  const flags = dataset.metadata.enum_type?.members;
  const isBool = flags !== undefined && flags.FALSE === 0 && flags.TRUE === 1;
  const name = isBool ? 'bool' : names.get(code);
  if (name === undefined || (typeof value === 'object' && !ArrayBuffer.isView(value)))
    throw new Error(`[loadHdf5] '${key}' has a type that cannot be read (${JSON.stringify(dataset.dtype)})`);
  const d = dtype(name);
  const list = ArrayBuffer.isView(value) ? (value as HostArray['data']) : [value as number];
  const data = new d.TypedArray(list.length);
  data.set(list as never);
  return { dtype: d, shape: dataset.shape, data };
}
