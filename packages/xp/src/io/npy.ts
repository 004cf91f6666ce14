import { bfloat16, type DType, dtypes, type TypedArray } from '../core/dtype.ts';
import { sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';
import { type HostArray, hostArraySync } from './host-array.ts';
import { formatHeader, parseHeader } from './npy-header.ts';
import { isPickledNone, pickledNone } from './pickled-none.ts';

/** Text of an array of strings: a string where it has no axes, else nested lists. */
export type Strings = string | readonly Strings[];

/** What a `.npy` file may hold, on the host: an array, text, or Python's None. */
export type HostValue = HostArray | Strings | null;

/** What can be written as a `.npy` file. */
export type Saveable = NdArray | HostArray | string | null;

/**
 * The bytes of a `.npy` file (format 1.0), as NumPy writes it.
 *
 * An F-contiguous array is written in Fortran order; a string as a 0-d array of it, null as a pickled None (both as Chainer's
 * files have them); bfloat16 as `<V2`, as ml_dtypes writes it.
 *
 * @throws {NeedsHostSyncError} for an array on an asynchronous device: pass `await hostArray(x)`.
 * @example
 * import { array, fromNpy, toNpy } from '@chainer/xp';
 * fromNpy(toNpy(array([1, 2]))); // array([1., 2.], dtype=float32)
 */
export function toNpy(x: Saveable): Uint8Array {
  return encodeNpy(x, 'toNpy');
}

/** The body of `toNpy`, for whoever writes files. */
export function encodeNpy(x: Saveable, who: string): Uint8Array {
  if (x === null) return joined(formatHeader({ descr: '|O', fortranOrder: false, shape: [] }), pickledNone());
  if (typeof x === 'string') return encodeText(x);
  const host = x instanceof NdArray ? hostArraySync(x, who) : x;
  const { data, shape, dtype } = host;
  if (data.length !== sizeOf(shape) * dtype.lanes) {
    throw new ValueError(
      `[${who}] a host array of shape (${shape.join(', ')}) cannot hold ${data.length} raw elements`,
    );
  }
  const header = formatHeader({ descr: dtype.str, fortranOrder: host.fortranOrder ?? false, shape });
  return joined(header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** `<U…`: UTF-32, as many characters as the text has. */
function encodeText(text: string): Uint8Array {
  const points = Uint32Array.from(text, (c) => c.codePointAt(0) as number);
  // NumPy has no empty strings: they take one character, which is nul.
  const data = points.length > 0 ? points : new Uint32Array(1);
  return joined(
    formatHeader({ descr: `<U${data.length}`, fortranOrder: false, shape: [] }),
    new Uint8Array(data.buffer),
  );
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/**
 * What the bytes of a `.npy` file (format 1.0, 2.0 or 3.0) hold.
 *
 * @param where names the file in errors.
 * @throws {ValueError} for bytes that are no such file, are cut off, or hold a type that no array here has.
 */
export function decodeNpy(bytes: Uint8Array, where: string): HostValue {
  const fail = (what: string) => new ValueError(`${where} ${what}`);
  const { header, start } = parseHeader(bytes, fail);
  const { descr, fortranOrder, shape } = header;
  const count = sizeOf(shape);
  const body = (itemsize: number): Uint8Array => {
    const need = count * itemsize;
    const has = bytes.length - start;
    if (has < need) throw fail(`is cut off: ${need} bytes of data were announced, ${has} are there`);
    // Not `slice`: Node's Buffers do not copy there.
    return new Uint8Array(bytes.subarray(start, start + need));
  };
  if (descr === '|O') {
    if (count === 1 && isPickledNone(bytes.subarray(start))) return null;
    throw fail('holds pickled Python objects other than None, which are not loaded');
  }
  const text = /^([<>|=])([US])(\d+)$/.exec(descr);
  if (text) {
    const wide = text[2] === 'U';
    const length = Number(text[3]);
    const strings = decodeText(body(length * (wide ? 4 : 1)), count, length, wide, text[1] === '>');
    return nested(fortranOrder ? inCOrder(strings, shape) : strings, shape);
  }
  const [d, big] = dtypeOf(descr, fail);
  const raw = body(d.itemsize);
  if (big) swap(raw, d.itemsize / d.lanes);
  const data: TypedArray = new d.TypedArray(raw.buffer, 0, count * d.lanes);
  return { dtype: d, shape, data, fortranOrder: fortranOrder && shape.length > 1 };
}

const byCode: ReadonlyMap<string, DType> = /*#__PURE__*/ new Map(dtypes.map((d) => [d.str.slice(1), d]));

/** The dtype of a type string, and whether its bytes are big-endian. */
function dtypeOf(descr: string, fail: (what: string) => Error): [DType, boolean] {
  const d = descr.slice(1) === 'V2' ? bfloat16 : byCode.get(descr.slice(1));
  if (!d || !'<>|='.includes(descr[0] as string)) {
    throw fail(
      `holds elements of type ${descr}, which no dtype here has (${dtypes.map((t) => t.name).join(', ')})`,
    );
  }
  return [d, descr[0] === '>' && d.itemsize > 1];
}

function swap(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

function decodeText(bytes: Uint8Array, count: number, length: number, wide: boolean, big: boolean): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => {
    let text = '';
    for (let k = i * length; k < (i + 1) * length; k++) {
      text += String.fromCodePoint(wide ? view.getUint32(4 * k, !big) : view.getUint8(k));
    }
    return text.replace(/\0+$/, '');
  });
}

/** Elements of a Fortran-ordered array in C order. */
function inCOrder<T>(items: readonly T[], shape: readonly number[]): T[] {
  const out: T[] = [];
  const walk = (axis: number, at: number, step: number): void => {
    if (axis === shape.length) out.push(items[at] as T);
    else
      for (let i = 0; i < (shape[axis] as number); i++)
        walk(axis + 1, at + i * step, step * (shape[axis] as number));
  };
  walk(0, 0, 1);
  return out;
}

function nested(items: readonly string[], shape: readonly number[]): Strings {
  let next = 0;
  const build = (axis: number): Strings =>
    axis === shape.length
      ? (items[next++] as string)
      : Array.from({ length: shape[axis] as number }, () => build(axis + 1));
  return build(0);
}
