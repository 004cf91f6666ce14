import { DTypeError } from '../errors.ts';

/** Names of all element types, in promotion-table order. */
export type DTypeName =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128';

/** NumPy's kind letter: boolean, signed, unsigned, floating, complex. */
export type Kind = 'b' | 'i' | 'u' | 'f' | 'c';

/** The typed arrays that hold raw elements. float16 and bfloat16 are held as bits, complex as interleaved pairs. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Constructor of a raw element buffer. */
export type TypedArrayConstructor = {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
};

/**
 * An element type. There is exactly one frozen object per type, so `===` compares them.
 *
 * @example
 * import { float32, zeros } from '@chainer/xp';
 * zeros([2]).dtype === float32; // true
 */
export class DType {
  readonly name: DTypeName;
  /** Position in the promotion tables. */
  readonly index: number;
  readonly kind: Kind;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Raw numbers of one element: 2 for complex, else 1. */
  readonly lanes: 1 | 2;
  /** Holder of raw elements. */
  readonly TypedArray: TypedArrayConstructor;
  /** NumPy's type string, as in `.npy` headers. */
  readonly str: string;

  constructor(
    name: DTypeName,
    index: number,
    kind: Kind,
    itemsize: number,
    TypedArray: TypedArrayConstructor,
    str: string,
  ) {
    this.name = name;
    this.index = index;
    this.kind = kind;
    this.itemsize = itemsize;
    this.lanes = kind === 'c' ? 2 : 1;
    this.TypedArray = TypedArray;
    this.str = str;
    Object.freeze(this);
  }

  toString(): string {
    return this.name;
  }
}

export const bool: DType = /*#__PURE__*/ new DType('bool', 0, 'b', 1, Uint8Array, '|b1');
export const int8: DType = /*#__PURE__*/ new DType('int8', 1, 'i', 1, Int8Array, '|i1');
export const int16: DType = /*#__PURE__*/ new DType('int16', 2, 'i', 2, Int16Array, '<i2');
export const int32: DType = /*#__PURE__*/ new DType('int32', 3, 'i', 4, Int32Array, '<i4');
export const int64: DType = /*#__PURE__*/ new DType('int64', 4, 'i', 8, BigInt64Array, '<i8');
export const uint8: DType = /*#__PURE__*/ new DType('uint8', 5, 'u', 1, Uint8Array, '|u1');
export const uint16: DType = /*#__PURE__*/ new DType('uint16', 6, 'u', 2, Uint16Array, '<u2');
export const uint32: DType = /*#__PURE__*/ new DType('uint32', 7, 'u', 4, Uint32Array, '<u4');
export const uint64: DType = /*#__PURE__*/ new DType('uint64', 8, 'u', 8, BigUint64Array, '<u8');
export const float16: DType = /*#__PURE__*/ new DType('float16', 9, 'f', 2, Uint16Array, '<f2');
export const bfloat16: DType = /*#__PURE__*/ new DType('bfloat16', 10, 'f', 2, Uint16Array, '<V2');
export const float32: DType = /*#__PURE__*/ new DType('float32', 11, 'f', 4, Float32Array, '<f4');
export const float64: DType = /*#__PURE__*/ new DType('float64', 12, 'f', 8, Float64Array, '<f8');
export const complex64: DType = /*#__PURE__*/ new DType('complex64', 13, 'c', 8, Float32Array, '<c8');
export const complex128: DType = /*#__PURE__*/ new DType('complex128', 14, 'c', 16, Float64Array, '<c16');

/** All element types; `dtypes[d.index] === d`. */
export const dtypes: readonly DType[] = /*#__PURE__*/ Object.freeze([
  bool,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float16,
  bfloat16,
  float32,
  float64,
  complex64,
  complex128,
]);

/** A dtype or its name. */
export type DTypeLike = DType | DTypeName;

const byName: ReadonlyMap<string, DType> = /*#__PURE__*/ new Map(dtypes.map((d) => [d.name as string, d]));

/**
 * The dtype of that name (or the dtype itself).
 *
 * @throws {DTypeError} if there is none of that name.
 */
export function dtype(like: DTypeLike): DType {
  if (like instanceof DType) return like;
  const found = byName.get(like);
  if (!found)
    throw new DTypeError(
      `[dtype] unknown dtype ${JSON.stringify(like)}; expected one of ${[...byName.keys()].join(', ')}`,
    );
  return found;
}

/** True for int64 and uint64, whose raw elements are BigInts. */
export function isBig(d: DType): boolean {
  return d === int64 || d === uint64;
}

/** True for float16 and bfloat16, whose raw elements are bits. */
export function isHalf(d: DType): boolean {
  return d === float16 || d === bfloat16;
}
