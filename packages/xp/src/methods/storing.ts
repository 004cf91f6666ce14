import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { DTypeLike } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Casting, Scalar } from '../core/promotion.ts';
import { itemSync, tobytes } from '../core/read.ts';
import { astype, copy, partOf, viewAs } from '../creation/copy.ts';
import { zerosLike } from '../creation/zeros.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { rows } from '../indexing/basic.ts';
import { setWhere } from '../indexing/setwhere.ts';
import { broadcastView } from '../manipulation/broadcast.ts';
import { fortran } from '../manipulation/order.ts';
import type { Order } from '../manipulation/reshape.ts';
import { reversed } from '../manipulation/reshape.ts';
import { arrayToString, inspectArray } from '../text/inspect.ts';

/** Node's hook for `console.log`. */
const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom') as typeof inspect;
/** The hook of notebooks that run JavaScript. */
const display: unique symbol = Symbol.for('Jupyter.display') as typeof display;

/** Options of `astype`. */
export interface AstypeOptions {
  /** false: an array that already has the dtype passes through. */
  readonly copy?: boolean;
  readonly casting?: Casting;
  readonly order?: Order | 'K';
}

/** Dtypes, filling, texts. */
export interface StoringMethods {
  /** Real part: a view of complex arrays, the array itself otherwise. */
  readonly real: NdArray;
  /** Imaginary part: a view of complex arrays, zeros otherwise. */
  readonly imag: NdArray;

  /** Elements cast to another dtype; a copy unless `copy: false` and nothing has to change. */
  astype(dtype: DTypeLike, options?: AstypeOptions): NdArray;
  /** The same bytes as another dtype; the last axis grows or shrinks by the ratio of the sizes. */
  view(dtype?: DTypeLike): NdArray;
  copy(options?: { readonly order?: Order | 'K' }): NdArray;
  /** Sets every element. */
  fill(value: Scalar | NdArray): this;
  /** An array of the same shape, dtype and device full of zeros. */
  zerosLike(): NdArray;
  /** `x[mask] = value[mask]` by one kernel; `mask` and `value` broadcast to `x`. */
  setWhere(mask: NdArray | boolean, value: NdArray | Scalar): this;
  /** Bytes of the elements in C or Fortran order. */
  tobytes(options?: { readonly order?: Order }): Uint8Array;

  /** NumPy's `str`. */
  toString(): string;
  /** What `console.log` shows in Node: NumPy's `repr`. */
  [inspect](): string;
  /** What notebooks show. */
  [display](): Record<string, string>;
  /** A one-element array as a number or bigint; text where text is wanted. */
  [Symbol.toPrimitive](hint: string): string | number | bigint;
  /** Views along the first axis. */
  [Symbol.iterator](): IterableIterator<NdArray>;
}

export const storingMethods: StoringMethods & ThisType<NdArray> = {
  get real(): NdArray {
    return partOf(this as unknown as NdArray, 0);
  },
  get imag(): NdArray {
    const x = this as unknown as NdArray;
    return x.dtype.kind === 'c' ? partOf(x, 1) : zerosLike(x);
  },
  astype(dtype, options) {
    return astype(this, dtype, options);
  },
  view(dtype) {
    return viewAs(this, dtype);
  },
  copy(options) {
    return copy(this, options);
  },
  fill(value) {
    if (value instanceof NdArray) {
      if (value.size !== 1)
        throw new ValueError(`[fill] the value is one element, got an array of ${value.size}`);
      if (this.size > 0) this.device.kernels.copy(broadcastView(value.reshape([]), this.shape, 'fill'), this);
    } else if (!isScalar(value)) throw new DTypeError(`[fill] the value is a scalar, got ${String(value)}`);
    else if (this.size > 0) this.device.kernels.fill(this, value);
    return this;
  },
  zerosLike() {
    return zerosLike(this);
  },
  setWhere(mask, value) {
    setWhere(this, mask, value);
    return this;
  },
  tobytes(options) {
    checkOptions('tobytes', options, ['order']);
    return tobytes(fortran(this, options?.order ?? 'C') ? reversed(this) : this);
  },
  toString() {
    return arrayToString(this);
  },
  [inspect]() {
    return inspectArray(this);
  },
  [display]() {
    return { 'text/plain': inspectArray(this) };
  },
  [Symbol.toPrimitive](hint) {
    if (hint === 'string') return this.toString();
    if (this.size !== 1) {
      throw new DTypeError(
        `[NdArray] JavaScript's operators do not work on arrays of ${this.size} elements; use methods: x.add(y), x.lt(y)`,
      );
    }
    const v = itemSync(this);
    if (typeof v === 'object')
      throw new DTypeError(
        '[NdArray] a complex array has no order and is no JavaScript number; take x.real or x.abs()',
      );
    return typeof v === 'bigint' ? v : Number(v);
  },
  *[Symbol.iterator]() {
    if (this.ndim === 0)
      throw new DTypeError('[NdArray] a 0-d array cannot be iterated over; read it with itemSync()');
    yield* rows(this);
  },
};
