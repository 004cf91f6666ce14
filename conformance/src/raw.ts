/** Storage of a numeric array: bool in Uint8Array, 16-bit floats as bits, complex as interleaved pairs. */
export type Storage =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** A numeric array on the host, elements in C order. */
export interface RawArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Storage;
}

type StorageConstructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): Storage;
};

interface Kind {
  readonly kind: 'bool' | 'int' | 'float' | 'complex';
  readonly storage: StorageConstructor;
}

/** The dtypes and how each is stored. */
export const kinds: { readonly [dtype: string]: Kind } = {
  bool: { kind: 'bool', storage: Uint8Array },
  int8: { kind: 'int', storage: Int8Array },
  int16: { kind: 'int', storage: Int16Array },
  int32: { kind: 'int', storage: Int32Array },
  int64: { kind: 'int', storage: BigInt64Array },
  uint8: { kind: 'int', storage: Uint8Array },
  uint16: { kind: 'int', storage: Uint16Array },
  uint32: { kind: 'int', storage: Uint32Array },
  uint64: { kind: 'int', storage: BigUint64Array },
  float16: { kind: 'float', storage: Uint16Array },
  bfloat16: { kind: 'float', storage: Uint16Array },
  float32: { kind: 'float', storage: Float32Array },
  float64: { kind: 'float', storage: Float64Array },
  complex64: { kind: 'complex', storage: Float32Array },
  complex128: { kind: 'complex', storage: Float64Array },
};

export function kindOf(dtype: string): Kind {
  const kind = kinds[dtype];
  if (kind === undefined) throw new TypeError(`no such dtype: ${dtype}`);
  return kind;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** The number that 16 bits hold as an IEEE half. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** The number that 16 bits hold as a bfloat16. */
export function bfloatToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** The elements as they count: numbers, bigints for 64-bit integers, pairs for complex. */
export function elements({ dtype, data }: RawArray): ArrayLike<number | bigint> {
  if (dtype === 'float16') return Float64Array.from(data as Uint16Array, halfToNumber);
  if (dtype === 'bfloat16') return Float64Array.from(data as Uint16Array, bfloatToNumber);
  return data;
}

/** Real and imaginary parts as float64, whatever the dtype. */
export interface ComplexList {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function complexElements(array: RawArray): ComplexList {
  const values = elements(array);
  const pairs = kindOf(array.dtype).kind === 'complex';
  const size = pairs ? values.length / 2 : values.length;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    re[i] = Number(values[pairs ? 2 * i : i]);
    im[i] = pairs ? Number(values[2 * i + 1]) : 0;
  }
  return { re, im };
}

/** Row-major strides, in elements. */
export function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    result[axis] = (result[axis + 1] as number) * (shape[axis + 1] as number);
  return result;
}

/** The index along each axis of the `flat`-th element in C order. */
export function coordinates(flat: number, shape: readonly number[]): number[] {
  return strides(shape).map((stride, axis) => Math.floor(flat / stride) % (shape[axis] as number));
}
