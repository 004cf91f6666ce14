import type { DType, DTypeLike } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Casting, Scalar } from '../core/promotion.ts';
import type { Index } from '../indexing/grammar.ts';
import type { Expr, Operand } from '../scalar/expr.ts';
import type { UfuncCore } from './ufunc.ts';

/** What a ufunc takes as an operand. */
export type UfuncOperand = NdArray | Scalar;

/** Options of a ufunc call. */
export interface UfuncOptions {
  /** Where to leave the result (an array, or one per result); it must have the result's shape. */
  readonly out?: NdArray | readonly (NdArray | null)[] | null;
  /** dtype in which to compute, and of the result. */
  readonly dtype?: DTypeLike | null;
  /** Compute only where true; elsewhere `out` keeps its value (a fresh result holds 0). */
  readonly where?: NdArray | boolean | null;
  /** What casts are allowed, of operands to the loop's types and of the result to `out`; `same_kind` unless given. */
  readonly casting?: Casting;
}

/** One resolved loop of a ufunc: the types operands are cast to, and the types of the results. */
export interface Loop {
  readonly inputs: readonly DType[];
  readonly outputs: readonly DType[];
}

/** From operand types (weak scalars already made strong) to the loop that takes them, or null where there is none. */
export type Resolve = (types: readonly DType[]) => Loop | null;

/** The declaration of a ufunc: everything else about it follows. */
export interface UfuncSpec {
  /** Its public name. */
  readonly name: string;
  readonly nin: 1 | 2 | 3 | 4;
  readonly resolve: Resolve;
  /** The scalar expression, or several. `loop` is null where the ufunc is called with symbols. */
  readonly body: (
    operands: readonly [Expr, Expr, Expr, Expr],
    loop: Loop | null,
  ) => Operand | readonly Operand[];
  /** For `reduce`: the value that changes nothing, possibly depending on the dtype. */
  readonly identity?: Scalar | ((d: DType) => Scalar);
  /** Whether a reduction of no elements is an error although there is a value to start from. */
  readonly emptyRaises?: boolean;
  /** Whether operands may be combined in any grouping. */
  readonly associative?: boolean;
  /** Whether `reduce` and `accumulate` of small integers compute in 64 bits, as sums and products do. */
  readonly widens?: boolean;
  /** Whether the result is right for a weak integer that its partner's dtype cannot hold (comparisons). */
  readonly anyInteger?: boolean;
  /** Whether a weak second operand keeps its own type beside the first (`ldexp`). */
  readonly separate?: boolean;
  /** What to do instead, for the error where there is no loop. */
  readonly advice?: string;
}

/** Names of the options of a call. */
export const ufuncKeys = ['out', 'dtype', 'where', 'casting'] as const;

/** What every universal function tells about itself. */
export interface UfuncInfo {
  /** Numbers of operands, of results, and of both. */
  readonly nin: number;
  readonly nout: number;
  readonly nargs: number;
  /** Its loops, as `'int8,int8->int8'`. */
  readonly types: readonly string[];
  /** Type resolution and dispatch. */
  readonly ufunc: UfuncCore;
}

/** A universal function of one operand. Called with a symbol of the scalar language it gives an expression. */
export interface Ufunc1 extends UfuncInfo {
  (x: UfuncOperand, options?: UfuncOptions): NdArray;
  (x: Expr): Expr;
}

/** A universal function of one operand with two results. */
export interface Ufunc1x2 extends UfuncInfo {
  (x: UfuncOperand, options?: UfuncOptions): [NdArray, NdArray];
  (x: Expr): [Expr, Expr];
}

/** Where `at` works: one index of the first axis (a list of numbers is an index array), or a list of indices, one an axis. */
export type AtIndices = Index | readonly Index[];

/** Options of `reduce`. */
export interface UfuncReduceOptions {
  /** One axis (0 unless given), several, or null for all. */
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
  readonly dtype?: DTypeLike | null;
  readonly out?: NdArray | null;
}

/** Options of `accumulate` and `reduceat`. */
export interface UfuncAxisOptions {
  /** 0 unless given. */
  readonly axis?: number;
  readonly dtype?: DTypeLike | null;
  readonly out?: NdArray | null;
}

/** Methods that universal functions of two operands have besides the call. */
export interface BinaryMethods {
  /** `f(x[i], y[j])` for every pair: the result has the axes of x, then those of y. */
  outer(x: UfuncOperand, y: UfuncOperand, options?: UfuncOptions): NdArray;
  /** Combines elements along an axis, first to last. */
  reduce(x: NdArray, options?: UfuncReduceOptions): NdArray;
  /** Running combination along an axis. */
  accumulate(x: NdArray, options?: UfuncAxisOptions): NdArray;
  /** Combines over slices: slice k goes from `indices[k]` up to `indices[k + 1]`, or is one element if that is not greater. */
  reduceat(x: NdArray, indices: NdArray | readonly number[], options?: UfuncAxisOptions): NdArray;
  /** `x[indices] = f(x[indices], values)` in place, repeated indices one after another. */
  at(x: NdArray, indices: AtIndices, values: UfuncOperand): void;
}

/** A universal function of two operands. Called with a symbol of the scalar language it gives an expression. */
export interface Ufunc2 extends BinaryMethods, UfuncInfo {
  (x: UfuncOperand, y: UfuncOperand, options?: UfuncOptions): NdArray;
  (x: Expr, y: Operand): Expr;
  (x: Operand, y: Expr): Expr;
}

/** A universal function of two operands with four results. */
export interface Ufunc2x4 extends UfuncInfo {
  (x: UfuncOperand, y: UfuncOperand, options?: UfuncOptions): [NdArray, NdArray, NdArray, NdArray];
  (x: Expr, y: Operand): [Expr, Expr, Expr, Expr];
  (x: Operand, y: Expr): [Expr, Expr, Expr, Expr];
}

/** A universal function of three operands. */
export interface Ufunc3 extends UfuncInfo {
  (x: UfuncOperand, y: UfuncOperand, z: UfuncOperand, options?: UfuncOptions): NdArray;
  (x: Expr, y: Operand, z: Operand): Expr;
  (x: Operand, y: Expr, z: Operand): Expr;
  (x: Operand, y: Operand, z: Expr): Expr;
}

/** A universal function of four operands. */
export interface Ufunc4 extends UfuncInfo {
  (x: UfuncOperand, y: UfuncOperand, z: UfuncOperand, u: UfuncOperand, options?: UfuncOptions): NdArray;
  (x: Expr, y: Operand, z: Operand, u: Operand): Expr;
}

/** A universal function of two operands with two results. */
export interface Ufunc2x2 extends UfuncInfo {
  (x: UfuncOperand, y: UfuncOperand, options?: UfuncOptions): [NdArray, NdArray];
  (x: Expr, y: Operand): [Expr, Expr];
  (x: Operand, y: Expr): [Expr, Expr];
}
