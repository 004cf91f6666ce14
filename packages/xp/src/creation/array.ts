import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { Complex } from '../core/complex.ts';
import { defaultDtype } from '../core/config.ts';
import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import {
  bool,
  complex128,
  type DType,
  type DTypeLike,
  dtype,
  float32,
  float64,
  int64,
  isBig,
  type TypedArray,
} from '../core/dtype.ts';
import { toBfloat16, toFloat16 } from '../core/half.ts';
import { contiguousSteps, sameShape, shapeText, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { promote, type Scalar } from '../core/promotion.ts';
import { copyAcross, flatScalars } from '../core/read.ts';
import { castTo } from '../core/views.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { scalarAs } from '../js/render.ts';
import { reshape } from '../manipulation/reshape.ts';

/** Nested lists of scalars (and arrays). */
export type Nested = Scalar | NdArray | readonly Nested[];

/** What arrays can be made of. */
export type ArrayLike = Nested | TypedArray;

/** Where and as what an array is created. */
export interface CreationOptions {
  /** Element type; the default float (booleans: bool, bigints: int64, complex numbers: complex) where left out. */
  readonly dtype?: DTypeLike | null;
  readonly device?: Device | string | null;
}

/** Options of `array`. */
export interface ArrayOptions extends CreationOptions {
  /** Shape of a typed array's elements. */
  readonly shape?: readonly number[];
  /** Order in which a typed array's elements are given, and in which the new array's elements stand in memory. */
  readonly order?: 'C' | 'F' | 'K' | 'A' | null;
  /** Prepend axes until there are that many. */
  readonly ndmin?: number;
  /** false: an array passes through where nothing has to change. */
  readonly copy?: boolean | null;
}

/** Their names. */
export const arrayKeys = ['shape', 'order', 'ndmin', 'copy', 'dtype', 'device'] as const;

const typedDtypes: ReadonlyMap<unknown, string> = /*#__PURE__*/ new Map<unknown, string>([
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int8Array, 'int8'],
  [Int16Array, 'int16'],
  [Int32Array, 'int32'],
  [BigInt64Array, 'int64'],
  [Uint8Array, 'uint8'],
  [Uint8ClampedArray, 'uint8'],
  [Uint16Array, 'uint16'],
  [Uint32Array, 'uint32'],
  [BigUint64Array, 'uint64'],
]);

/**
 * Makes an array of nested lists, scalars, typed arrays or arrays. Always copies (unless `copy: false`).
 *
 * A typed array gives its own dtype; with `{dtype}` of the same raw storage it is taken as raw elements (float16 bits in a
 * Uint16Array, complex pairs in a Float32Array, booleans in a Uint8Array), otherwise its values are cast.
 *
 * @throws {ValueError} for ragged lists, a shape that does not fit, or a whole number that an integer dtype cannot hold.
 * @example
 * import { array } from '@chainer/xp';
 * array([[1, 2], [3, 4]]).shape; // [2, 2]
 * array(new Int32Array([1, 2, 3, 4]), { shape: [2, 2] }).dtype.name; // 'int32'
 */
export function array(data: ArrayLike, options: ArrayOptions = {}): NdArray {
  checkOptions('array', options, arrayKeys);
  const wanted = options.dtype ? dtype(options.dtype) : null;
  let made: NdArray;
  if (data instanceof NdArray) made = fromArray(data, wanted, options);
  else if (ArrayBuffer.isView(data)) made = fromTyped(data as TypedArray, wanted, options);
  else made = fromNested(data as Nested, wanted, options);
  if (options.order === 'F' && made.ndim > 1 && !ArrayBuffer.isView(data)) made = inFortranOrder(made);
  const missing = (options.ndmin ?? 0) - made.ndim;
  if (missing > 0) {
    const ones = new Array<number>(missing).fill(1);
    made = new NdArray(
      made.storage,
      made.dtype,
      [...ones, ...made.shape],
      [...ones.map(() => 0), ...made.steps],
      made.offset,
    );
  }
  return made;
}

/** Like `array`, but an array of that dtype on that device passes through uncopied. */
export function asarray(data: ArrayLike, options: ArrayOptions = {}): NdArray {
  checkOptions('asarray', options, arrayKeys);
  return array(data, { ...options, copy: false });
}

/** A copy whose elements stand in Fortran order. */
export function inFortranOrder(x: NdArray): NdArray {
  const steps = contiguousSteps(x.shape.slice().reverse()).reverse();
  const y = new NdArray(x.device.allocate(x.size * x.device.elementBytes(x.dtype)), x.dtype, x.shape, steps);
  if (x.size > 0) x.device.kernels.copy(x, y);
  return y;
}

function fromArray(x: NdArray, wanted: DType | null, options: ArrayOptions): NdArray {
  const d = wanted ?? x.dtype;
  const device = options.device ? resolveDevice(options.device) : x.device;
  if (options.copy === false && d === x.dtype && device === x.device) return x;
  if (device !== x.device) return transfer(x, device, d);
  const y = emptyOn(device, x.shape, d);
  if (x.size > 0) device.kernels.copy(x, y);
  return y;
}

/** Cast here where the other device has not x's dtype, else there. */
function transfer(x: NdArray, device: Device, d: DType): NdArray {
  const from = device.supports(x.dtype) ? x : castTo(x, d);
  const y = emptyOn(device, from.shape, from.dtype);
  if (from.size > 0) copyAcross(from, y);
  return d === from.dtype ? y : fromArray(y, d, {});
}

function fromTyped(data: TypedArray, wanted: DType | null, options: ArrayOptions): NdArray {
  const name = typedDtypes.get(data.constructor);
  if (!name) throw new DTypeError(`[array] cannot make an array of a ${data.constructor.name}`);
  const own = dtype(name as DTypeLike);
  const raw =
    wanted !== null && wanted.TypedArray === own.TypedArray && (wanted.lanes === 1 || wanted.kind === 'c');
  const d = raw ? (wanted as DType) : own;
  const n = data.length / d.lanes;
  const shape = options.shape ?? [n];
  if (sizeOf(shape) !== n)
    throw new ValueError(`[array] shape ${shapeText(shape)} does not fit ${n} elements`);
  const device = resolveDevice(options.device);
  // What the device cannot hold is cast on the way.
  const home = wanted === null || d === wanted || device.supports(d) ? device : resolveDevice('js');
  const steps = options.order === 'F' ? contiguousSteps(shape.slice().reverse()).reverse() : undefined;
  const flat = emptyOn(home, [n], d);
  if (n > 0) home.write(flat, data);
  const made = new NdArray(flat.storage, d, shape, steps);
  return wanted === null || d === wanted ? made : fromArray(made, wanted, { device });
}

function shapeOf(data: Nested): number[] {
  if (data instanceof NdArray) return data.shape.slice();
  if (!Array.isArray(data)) return [];
  const first = data[0] as Nested | undefined;
  return [data.length, ...(first === undefined ? [] : shapeOf(first))];
}

/** Scalars of nested lists in C order, and the dtypes of arrays among them. @throws {ValueError} where a list has another shape than its sisters. */
function flatten(
  data: Nested,
  shape: readonly number[],
  depth: number,
  into: Scalar[],
  dtypes: Set<DType>,
): void {
  if (data instanceof NdArray) {
    if (!sameShape(data.shape, shape.slice(depth))) throw ragged(data.shape, shape.slice(depth));
    dtypes.add(data.dtype);
    for (const v of flatScalars(data)) into.push(v);
  } else if (Array.isArray(data)) {
    if (depth >= shape.length || data.length !== shape[depth])
      throw ragged([data.length], shape.slice(depth));
    for (const item of data as readonly Nested[]) flatten(item, shape, depth + 1, into, dtypes);
  } else {
    if (depth !== shape.length) throw ragged([], shape.slice(depth));
    if (!isScalar(data))
      throw new DTypeError(
        `[array] elements are numbers, bigints, booleans or complex numbers, got ${String(data)}`,
      );
    into.push(data);
  }
}

function ragged(got: readonly number[], expected: readonly number[]): ValueError {
  return new ValueError(
    `[array] lists are ragged: one has shape ${shapeText(got)} where ${shapeText(expected)} was expected`,
  );
}

/** The dtype of literals: the default float; booleans alone bool, bigints alone int64, any complex number complex. */
export function literalDtype(values: readonly Scalar[]): DType {
  let number = values.length === 0;
  let big = false;
  let boolean = false;
  for (const v of values) {
    if (typeof v === 'number') number = true;
    else if (typeof v === 'bigint') big = true;
    else if (v instanceof Complex) return defaultDtype() === float64 ? complex128 : dtype('complex64');
    else boolean = true;
  }
  return number ? defaultDtype() : big ? int64 : boolean ? bool : float32;
}

function fromNested(data: Nested, wanted: DType | null, options: ArrayOptions): NdArray {
  const shape = shapeOf(data);
  const values: Scalar[] = [];
  const dtypes = new Set<DType>();
  flatten(data, shape, 0, values, dtypes);
  const d = wanted ?? (dtypes.size > 0 ? [...dtypes].reduce(promote) : literalDtype(values));
  checkRange(values, d);
  const y = emptyOn(resolveDevice(options.device), shape, d);
  if (values.length > 0) y.device.write(y, encode(values, d));
  return options.shape && !sameShape(options.shape, shape) ? reshape(y, options.shape) : y;
}

/** Whole numbers must fit an integer dtype; fractions are cut off. @throws {ValueError} where one does not. */
function checkRange(values: readonly Scalar[], d: DType): void {
  if (d.kind !== 'i' && d.kind !== 'u') return;
  const bits = BigInt(d.itemsize * 8);
  const low = d.kind === 'u' ? 0n : -(1n << (bits - 1n));
  const high = (1n << (d.kind === 'u' ? bits : bits - 1n)) - 1n;
  const least = Number(low);
  const most = Number(high);
  for (const v of values) {
    const fits =
      typeof v === 'bigint'
        ? v >= low && v <= high
        : !Number.isInteger(v) || ((v as number) >= least && (v as number) <= most);
    if (!fits) {
      throw new ValueError(
        `[array] the integer ${String(v)} is out of bounds for ${d.name} (${low} to ${high}); choose a wider dtype, or wrap it with array(…).astype('${d.name}')`,
      );
    }
  }
}

/** Raw elements of scalars. */
export function encode(values: readonly Scalar[], d: DType): TypedArray {
  const raw = new d.TypedArray(values.length * d.lanes);
  values.forEach((v, i) => {
    const held = scalarAs(v, d);
    if (held instanceof Complex) {
      raw[2 * i] = held.re;
      raw[2 * i + 1] = held.im;
    } else if (d.name === 'float16') raw[i] = toFloat16(held as number);
    else if (d.name === 'bfloat16') raw[i] = toBfloat16(held as number);
    else if (isBig(d)) (raw as BigInt64Array)[i] = held as bigint;
    else raw[i] = held as number;
  });
  return raw;
}
