import { crc32, inflateRawSync } from 'node:zlib';
import { coordinates, kindOf, kinds, type RawArray, type Storage, sizeOf } from './raw.ts';

/** What one `.npy` holds. `data` of an array is in memory order: the order that `fortran` says. */
export type Npy =
  | {
      readonly type: 'array';
      readonly dtype: string;
      readonly shape: readonly number[];
      readonly fortran: boolean;
      readonly data: Storage;
    }
  | {
      readonly type: 'string';
      readonly dtype: string;
      readonly shape: readonly number[];
      readonly strings: string[];
    }
  | { readonly type: 'none'; readonly dtype: 'object'; readonly shape: readonly number[] };

/** A little reader of `.npz`, of its own, so that a bug in the library's reader cannot hide here. */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error('not a zip file: no end of central directory');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error(`zip: no central entry at ${at}`);
    const method = view.getUint16(at + 10, true);
    const sum = view.getUint32(at + 16, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const offset = view.getUint32(at + 42, true);
    if (packed === 0xffffffff || size === 0xffffffff || offset === 0xffffffff)
      throw new Error('zip: entries beyond 4 GiB are not read');
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (view.getUint32(offset, true) !== 0x04034b50) throw new Error(`zip: no local header for ${name}`);
    const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    const body = bytes.subarray(start, start + packed);
    if (method !== 0 && method !== 8) throw new Error(`zip: ${name} has compression method ${method}`);
    const content = method === 0 ? body : inflateRawSync(body);
    if (content.length !== size) throw new Error(`zip: ${name} has ${content.length} bytes, not ${size}`);
    if (crc32(content) !== sum) throw new Error(`zip: ${name} has a wrong checksum`);
    entries.set(name, content);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

const letters: { readonly [descr: string]: string } = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
};

/** Reads the bytes of a `.npy` of format 1, 2 or 3. */
export function readNpy(bytes: Uint8Array): Npy {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || view.getUint32(0) !== 0x934e554d || view.getUint16(4) !== 0x5059)
    throw new Error('not an .npy file');
  const wide = view.getUint8(6) > 1;
  const start = wide ? 12 : 10;
  const body = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder().decode(bytes.subarray(start, body));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const extents = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || fortran === undefined || extents === undefined)
    throw new Error(`.npy header not understood: ${header.trim()}`);
  const shape = extents
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  // A copy: a Buffer's own slice would share memory, and data must be aligned.
  const content = new Uint8Array(bytes.subarray(body));
  const order = descr[0] ?? '';
  const code = /^[<>|=]/.test(descr) ? descr.slice(1) : descr;
  if (code === 'O') return readNone(content, shape);
  if (code.startsWith('U')) return readStrings(content, descr, shape);
  const dtype = letters[code];
  if (dtype === undefined) throw new Error(`.npy dtype not understood: ${descr}`);
  const { kind, storage } = kindOf(dtype);
  const size = sizeOf(shape) * (kind === 'complex' ? 2 : 1);
  if (content.length !== size * storage.BYTES_PER_ELEMENT)
    throw new Error(`.npy holds ${content.length} bytes for ${dtype}[${shape}]`);
  if (order === '>') swapBytes(content, storage.BYTES_PER_ELEMENT);
  const data = new storage(content.buffer);
  return { type: 'array', dtype, shape, fortran: fortran === 'True', data };
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
}

/** An object array whose pickle is one that holds nothing but None: Chainer's value of what is not initialised. */
function readNone(content: Uint8Array, shape: readonly number[]): Npy {
  const text = new TextDecoder('latin1').decode(content);
  if (!/\](q.|r....|\x94)?Na.{0,3}t/s.test(text)) throw new Error('.npy: a pickled object that is not None');
  return { type: 'none', dtype: 'object', shape };
}

function readStrings(content: Uint8Array, descr: string, shape: readonly number[]): Npy {
  const width = Number(descr.slice(2));
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const strings = Array.from({ length: sizeOf(shape) }, (_, i) => {
    let text = '';
    for (let k = 0; k < width; k++) {
      const point = view.getUint32(4 * (i * width + k), descr[0] !== '>');
      if (point !== 0) text += String.fromCodePoint(point);
    }
    return text;
  });
  return { type: 'string', dtype: descr, shape, strings };
}

/** The arrays of one `.npz`, each decoded when it is first asked for. */
export class Npz {
  readonly #entries: Map<string, Uint8Array>;
  readonly #decoded = new Map<string, Npy>();

  constructor(bytes?: Uint8Array) {
    this.#entries = bytes === undefined ? new Map() : readZip(bytes);
  }

  keys(): string[] {
    return [...this.#entries.keys()].map((name) => name.replace(/\.npy$/, ''));
  }

  has(key: string): boolean {
    return this.#entries.has(`${key}.npy`);
  }

  get(key: string): Npy {
    const known = this.#decoded.get(key);
    if (known !== undefined) return known;
    const bytes = this.#entries.get(`${key}.npy`);
    if (bytes === undefined) throw new Error(`the .npz has no ${key}`);
    const npy = readNpy(bytes);
    this.#decoded.set(key, npy);
    return npy;
  }
}

/** The same array with its elements in C order. */
export function inCOrder(npy: Npy): RawArray {
  if (npy.type !== 'array' || kinds[npy.dtype] === undefined)
    throw new Error(`${npy.dtype} is not a numeric dtype`);
  const { dtype, shape, fortran, data } = npy;
  if (!fortran || shape.length < 2) return { dtype, shape, data };
  const width = kindOf(dtype).kind === 'complex' ? 2 : 1;
  const sorted = data.slice();
  const size = sizeOf(shape);
  for (let flat = 0; flat < size; flat++) {
    let from = 0;
    let step = 1;
    for (const [axis, index] of coordinates(flat, shape).entries()) {
      from += index * step;
      step *= shape[axis] as number;
    }
    for (let k = 0; k < width; k++) sorted[width * flat + k] = data[width * from + k] as never;
  }
  return { dtype, shape, data: sorted };
}
