import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import type { ArrayLike } from '../creation/array.ts';
import { type ClipOptions, clip } from '../math/clip.ts';
import { type RoundOptions, round } from '../math/round.ts';
import { matmul } from '../products/matmul.ts';
import {
  abs,
  add,
  divide,
  divmod,
  floorDivide,
  multiply,
  negative,
  power,
  remainder,
  subtract,
} from '../ufunc/arithmetic.ts';
import { bitwiseAnd, bitwiseOr, bitwiseXor, invert, leftShift, rightShift } from '../ufunc/bitwise.ts';
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from '../ufunc/comparison.ts';
import { conj } from '../ufunc/complex.ts';
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
  clip(low?: ArrayLike | null, high?: ArrayLike | null, options?: ClipOptions): NdArray;
  /** Rounded to `decimals` places, half to even. */
  round(decimals?: number | RoundOptions): NdArray;
}

export const arithmeticMethods: ArithmeticMethods & ThisType<NdArray> = {
  add(y, options) {
    return add(this, y, options);
  },
  sub(y, options) {
    return subtract(this, y, options);
  },
  mul(y, options) {
    return multiply(this, y, options);
  },
  div(y, options) {
    return divide(this, y, options);
  },
  floordiv(y, options) {
    return floorDivide(this, y, options);
  },
  mod(y, options) {
    return remainder(this, y, options);
  },
  pow(y, options) {
    return power(this, y, options);
  },
  eq(y, options) {
    return equal(this, y, options);
  },
  ne(y, options) {
    return notEqual(this, y, options);
  },
  lt(y, options) {
    return less(this, y, options);
  },
  le(y, options) {
    return lessEqual(this, y, options);
  },
  gt(y, options) {
    return greater(this, y, options);
  },
  ge(y, options) {
    return greaterEqual(this, y, options);
  },
  and(y, options) {
    return bitwiseAnd(this, y, options);
  },
  or(y, options) {
    return bitwiseOr(this, y, options);
  },
  xor(y, options) {
    return bitwiseXor(this, y, options);
  },
  shl(y, options) {
    return leftShift(this, y, options);
  },
  shr(y, options) {
    return rightShift(this, y, options);
  },
  divmod(y) {
    return divmod(this, y);
  },
  matmul(y) {
    return matmul(this, y);
  },
  neg(options) {
    return negative(this, options);
  },
  abs(options) {
    return abs(this, options);
  },
  not(options) {
    return invert(this, options);
  },
  iadd(y) {
    return add(this, y, { out: this });
  },
  isub(y) {
    return subtract(this, y, { out: this });
  },
  imul(y) {
    return multiply(this, y, { out: this });
  },
  idiv(y) {
    return divide(this, y, { out: this });
  },
  ifloordiv(y) {
    return floorDivide(this, y, { out: this });
  },
  imod(y) {
    return remainder(this, y, { out: this });
  },
  ipow(y) {
    return power(this, y, { out: this });
  },
  iand(y) {
    return bitwiseAnd(this, y, { out: this });
  },
  ior(y) {
    return bitwiseOr(this, y, { out: this });
  },
  ixor(y) {
    return bitwiseXor(this, y, { out: this });
  },
  ishl(y) {
    return leftShift(this, y, { out: this });
  },
  ishr(y) {
    return rightShift(this, y, { out: this });
  },
  conj() {
    return conj(this);
  },
  conjugate() {
    return conj(this);
  },
  clip(low, high, options) {
    return clip(this, low, high, options);
  },
  round(decimals) {
    return round(this, decimals);
  },
};
