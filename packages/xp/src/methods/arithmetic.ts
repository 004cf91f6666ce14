import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import type { UfuncOptions } from '../ufunc/types.ts';

/** The other operand of an arithmetic method. */
export type Operand = NdArray | Scalar;

/** Operators as methods. Each is the ufunc of the long name; in-place forms write into the array and return it. */
export interface ArithmeticMethods {
  /** `x + y` */
  add(y: Operand, options?: UfuncOptions): NdArray;
  /** `x - y` */
  sub(y: Operand, options?: UfuncOptions): NdArray;
  /** `x * y` */
  mul(y: Operand, options?: UfuncOptions): NdArray;
  /** `x / y`, true division. */
  div(y: Operand, options?: UfuncOptions): NdArray;
  /** `x // y`, rounded down. */
  floordiv(y: Operand, options?: UfuncOptions): NdArray;
  /** `x % y` with the sign of `y`. */
  mod(y: Operand, options?: UfuncOptions): NdArray;
  /** `[x // y, x % y]` */
  divmod(y: Operand): [NdArray, NdArray];
  /** `x ** y` */
  pow(y: Operand, options?: UfuncOptions): NdArray;
  /** `x @ y`, the matrix product. */
  matmul(y: NdArray): NdArray;
  /** `-x` */
  neg(options?: UfuncOptions): NdArray;
  /** `|x|` */
  abs(options?: UfuncOptions): NdArray;
  /** `x == y`, element by element. */
  eq(y: Operand, options?: UfuncOptions): NdArray;
  /** `x != y` */
  ne(y: Operand, options?: UfuncOptions): NdArray;
  /** `x < y` */
  lt(y: Operand, options?: UfuncOptions): NdArray;
  /** `x <= y` */
  le(y: Operand, options?: UfuncOptions): NdArray;
  /** `x > y` */
  gt(y: Operand, options?: UfuncOptions): NdArray;
  /** `x >= y` */
  ge(y: Operand, options?: UfuncOptions): NdArray;
  /** `x & y`: bits of integers, truth of booleans. */
  and(y: Operand, options?: UfuncOptions): NdArray;
  /** `x | y` */
  or(y: Operand, options?: UfuncOptions): NdArray;
  /** `x ^ y` */
  xor(y: Operand, options?: UfuncOptions): NdArray;
  /** `~x` */
  not(options?: UfuncOptions): NdArray;
  /** `x << y` */
  shl(y: Operand, options?: UfuncOptions): NdArray;
  /** `x >> y` */
  shr(y: Operand, options?: UfuncOptions): NdArray;

  /** `x += y` */
  iadd(y: Operand): this;
  /** `x -= y` */
  isub(y: Operand): this;
  /** `x *= y` */
  imul(y: Operand): this;
  /** `x /= y` */
  idiv(y: Operand): this;
  /** `x //= y` */
  ifloordiv(y: Operand): this;
  /** `x %= y` */
  imod(y: Operand): this;
  /** `x **= y` */
  ipow(y: Operand): this;
  /** `x &= y` */
  iand(y: Operand): this;
  /** `x |= y` */
  ior(y: Operand): this;
  /** `x ^= y` */
  ixor(y: Operand): this;
  /** `x <<= y` */
  ishl(y: Operand): this;
  /** `x >>= y` */
  ishr(y: Operand): this;

  /** Complex conjugate. */
  conj(): NdArray;
  conjugate(): NdArray;
  /** Values limited to `[low, high]`; null for no limit. */
  clip(low?: Operand | null, high?: Operand | null, options?: UfuncOptions): NdArray;
  /** Rounded to `decimals` places, half to even. */
  round(options?: number | { readonly decimals?: number; readonly out?: NdArray | null }): NdArray;
}
