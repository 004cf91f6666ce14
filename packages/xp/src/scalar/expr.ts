import { Complex } from '../core/complex.ts';
import { type DType, type DTypeLike, dtype } from '../core/dtype.ts';
import type { Scalar } from '../core/promotion.ts';
import { DTypeError, ValueError } from '../errors.ts';
import type { OpName } from './op-name.ts';

/** Leaves and structure of the language, besides the operations of the op table. */
export type StructuralOp = 'input' | 'const' | 'cast' | 'coord' | 'at' | 'fold' | 'foldItem' | 'bound';

/** What a leaf needs besides its arguments: an index, a constant, a dtype, a fold. */
export type Attribute = Scalar | DType | FoldSpec | null;

/** A counted loop: `count` steps, accumulators and step number bound in `results` and `until`. */
export interface FoldSpec {
  readonly accumulators: readonly Expr[];
  readonly step: Expr;
  readonly results: readonly Expr[];
  /** Ends the loop before a step for which it holds; null for a loop that runs to its count. */
  readonly until: Expr | null;
}

/** All that a step of a loop computes. */
export function stepsOf(f: FoldSpec): readonly Expr[] {
  return f.until === null ? f.results : [...f.results, f.until];
}

/** An operand of the language: an expression or a JavaScript scalar. */
export type Operand = Expr | Scalar;

/**
 * A scalar expression: what a kernel computes for one element. Expressions are built by calling functions with symbols and
 * are immutable; they know nothing of dtypes until a kernel is specialised for its arguments.
 *
 * @example
 * import { array, ElementwiseKernel } from '@chainer/xp';
 * const swish = new ElementwiseKernel('swish', 1, (x) => x.div(x.neg().exp().add(1)));
 * swish.call([array([0])]).toArraySync(); // [0]
 */
export class Expr {
  readonly op: OpName | StructuralOp;
  readonly args: readonly Expr[];
  readonly attr: Attribute;

  constructor(op: OpName | StructuralOp, args: readonly Expr[], attr: Attribute = null) {
    this.op = op;
    this.args = args;
    this.attr = attr;
  }

  add(y: Operand): Expr {
    const b = lift(y);
    if (isConst(b, 0)) return this;
    if (isConst(this, 0)) return b;
    return new Expr('add', [this, b]);
  }
  sub(y: Operand): Expr {
    const b = lift(y);
    return isConst(b, 0) ? this : isConst(this, 0) ? b.neg() : new Expr('sub', [this, b]);
  }
  mul(y: Operand): Expr {
    const b = lift(y);
    if (isConst(b, 1)) return this;
    if (isConst(this, 1)) return b;
    if (isConst(b, -1)) return this.neg();
    if (isConst(this, -1)) return b.neg();
    return new Expr('mul', [this, b]);
  }
  div(y: Operand): Expr {
    return new Expr('div', [this, lift(y)]);
  }
  floordiv(y: Operand): Expr {
    return new Expr('floordiv', [this, lift(y)]);
  }
  mod(y: Operand): Expr {
    return new Expr('mod', [this, lift(y)]);
  }
  pow(y: Operand): Expr {
    const b = lift(y);
    if (isConst(b, 1)) return this;
    if (isConst(b, 2)) return this.square();
    if (isConst(b, -1)) return this.reciprocal();
    if (isConst(b, 0.5)) return this.sqrt();
    return new Expr('pow', [this, b]);
  }
  neg(): Expr {
    return this.op === 'neg' ? (this.args[0] as Expr) : new Expr('neg', [this]);
  }
  abs(): Expr {
    return new Expr('abs', [this]);
  }
  sign(): Expr {
    return new Expr('sign', [this]);
  }
  square(): Expr {
    return new Expr('square', [this]);
  }
  reciprocal(): Expr {
    return new Expr('reciprocal', [this]);
  }
  sqrt(): Expr {
    return new Expr('sqrt', [this]);
  }
  rsqrt(): Expr {
    return new Expr('rsqrt', [this]);
  }
  cbrt(): Expr {
    return new Expr('cbrt', [this]);
  }
  exp(): Expr {
    return new Expr('exp', [this]);
  }
  exp2(): Expr {
    return new Expr('exp2', [this]);
  }
  expm1(): Expr {
    return new Expr('expm1', [this]);
  }
  log(): Expr {
    return new Expr('log', [this]);
  }
  log2(): Expr {
    return new Expr('log2', [this]);
  }
  log10(): Expr {
    return new Expr('log10', [this]);
  }
  log1p(): Expr {
    return new Expr('log1p', [this]);
  }
  sin(): Expr {
    return new Expr('sin', [this]);
  }
  cos(): Expr {
    return new Expr('cos', [this]);
  }
  tan(): Expr {
    return new Expr('tan', [this]);
  }
  arcsin(): Expr {
    return new Expr('asin', [this]);
  }
  arccos(): Expr {
    return new Expr('acos', [this]);
  }
  arctan(): Expr {
    return new Expr('atan', [this]);
  }
  sinh(): Expr {
    return new Expr('sinh', [this]);
  }
  cosh(): Expr {
    return new Expr('cosh', [this]);
  }
  tanh(): Expr {
    return new Expr('tanh', [this]);
  }
  arcsinh(): Expr {
    return new Expr('asinh', [this]);
  }
  arccosh(): Expr {
    return new Expr('acosh', [this]);
  }
  arctanh(): Expr {
    return new Expr('atanh', [this]);
  }
  sigmoid(): Expr {
    return new Expr('sigmoid', [this]);
  }
  erf(): Expr {
    return new Expr('erf', [this]);
  }
  erfc(): Expr {
    return new Expr('erfc', [this]);
  }
  floor(): Expr {
    return new Expr('floor', [this]);
  }
  ceil(): Expr {
    return new Expr('ceil', [this]);
  }
  trunc(): Expr {
    return new Expr('trunc', [this]);
  }
  rint(): Expr {
    return new Expr('rint', [this]);
  }
  conj(): Expr {
    return new Expr('conj', [this]);
  }
  real(): Expr {
    return new Expr('real', [this]);
  }
  imag(): Expr {
    return new Expr('imag', [this]);
  }
  isnan(): Expr {
    return new Expr('isnan', [this]);
  }
  isinf(): Expr {
    return new Expr('isinf', [this]);
  }
  isfinite(): Expr {
    return new Expr('isfinite', [this]);
  }
  max(y: Operand): Expr {
    return new Expr('maximum', [this, lift(y)]);
  }
  min(y: Operand): Expr {
    return new Expr('minimum', [this, lift(y)]);
  }
  maximum(y: Operand): Expr {
    return new Expr('maximum', [this, lift(y)]);
  }
  minimum(y: Operand): Expr {
    return new Expr('minimum', [this, lift(y)]);
  }
  /** The value held between two bounds. */
  clip(low: Operand, high: Operand): Expr {
    return this.max(low).min(high);
  }
  eq(y: Operand): Expr {
    return new Expr('eq', [this, lift(y)]);
  }
  ne(y: Operand): Expr {
    return new Expr('ne', [this, lift(y)]);
  }
  lt(y: Operand): Expr {
    return new Expr('lt', [this, lift(y)]);
  }
  le(y: Operand): Expr {
    return new Expr('le', [this, lift(y)]);
  }
  gt(y: Operand): Expr {
    return new Expr('gt', [this, lift(y)]);
  }
  ge(y: Operand): Expr {
    return new Expr('ge', [this, lift(y)]);
  }
  /** Bitwise of integers, logical of booleans; likewise `or`, `xor` and `not`. */
  and(y: Operand): Expr {
    return new Expr('bitAnd', [this, lift(y)]);
  }
  or(y: Operand): Expr {
    return new Expr('bitOr', [this, lift(y)]);
  }
  xor(y: Operand): Expr {
    return new Expr('bitXor', [this, lift(y)]);
  }
  not(): Expr {
    return new Expr('invert', [this]);
  }
  shl(y: Operand): Expr {
    return new Expr('leftShift', [this, lift(y)]);
  }
  shr(y: Operand): Expr {
    return new Expr('rightShift', [this, lift(y)]);
  }
  /** `this ? x : y`. */
  where(x: Operand, y: Operand): Expr {
    return select(this, x, y);
  }
  /** The value in another dtype. */
  cast(to: DTypeLike): Expr {
    return new Expr('cast', [this], dtype(to));
  }
  /**
   * Of a raw operand: its element at those indices (one per axis, or one flat C-order index). No bounds are checked: where an
   * index may lie outside, choose it first (`x.at(select(inside, i, 0))`), since both sides of a selection are computed.
   */
  at(...indices: Operand[]): Expr {
    if (this.op !== 'input')
      throw new ValueError(`[Expr.at] only a raw operand can be indexed, got an expression '${this.op}'`);
    return new Expr('at', [this, ...indices.map(lift)]);
  }
}

/** Applies an operation of the op table by name. */
export function apply(op: OpName, ...args: Operand[]): Expr {
  return new Expr(op, args.map(lift));
}

/** The expression of a constant; expressions pass through. */
export function lift(x: Operand): Expr {
  if (x instanceof Expr) return x;
  if (typeof x === 'number' || typeof x === 'boolean' || typeof x === 'bigint' || x instanceof Complex)
    return new Expr('const', [], x);
  throw new DTypeError(
    `[lift] a scalar expression takes expressions, numbers, bigints, booleans and complex numbers, got ${String(x)}`,
  );
}

/** Whether an expression is that very constant. */
export function isConst(x: Expr, value: Scalar): boolean {
  return x.op === 'const' && x.attr === value;
}

/** `condition ? x : y`, both sides of one dtype. */
export function select(condition: Operand, x: Operand, y: Operand): Expr {
  return new Expr('where', [lift(condition), lift(x), lift(y)]);
}

/** The coordinate (int32) of the element being computed along `axis` of the result. */
export function coord(axis: number): Expr {
  return new Expr('coord', [], axis);
}

const inputs: Expr[] = [];

/** The k-th operand of a kernel: always the same symbol, so that it can be a target of `derive`. */
export function input(k: number): Expr {
  let symbol = inputs[k];
  if (symbol === undefined) {
    symbol = new Expr('input', [], k);
    inputs[k] = symbol;
  }
  return symbol;
}

/**
 * A loop inside one element: starts from `init`, and for each `i` in `0 … count-1` replaces the accumulators by what `body` returns.
 *
 * @example
 * import { array, coord, ElementwiseKernel, type Expr, fold } from '@chainer/xp';
 * // element j: the sum of the first j + 1 elements of a raw operand
 * const sum = (x: Expr) => fold(coord(0).add(1), [0], ([total], i) => [total!.add(x.at(i))]);
 * const prefix = new ElementwiseKernel('prefix', 1, sum, { raw: [0] });
 * prefix.call([array([1, 2, 3])], { shape: [3] }).toArraySync(); // [1, 3, 6]
 *
 * @param until a condition on the accumulators and the step number: the loop ends before the first step for which it holds, as
 * a series does whose terms no longer count. All values of the loop are computed for that step once more, and dropped.
 */
export function fold(
  count: Operand,
  init: readonly Operand[],
  body: (acc: readonly Expr[], i: Expr) => readonly Operand[],
  until?: (acc: readonly Expr[], i: Expr) => Operand,
): Expr[] {
  const accumulators = init.map((_, k) => new Expr('bound', [], k));
  const step = new Expr('bound', [], -1);
  const results = body(accumulators, step).map(lift);
  if (results.length !== init.length) {
    throw new ValueError(`[fold] body returned ${results.length} values for ${init.length} accumulators`);
  }
  const end = until === undefined ? null : lift(until(accumulators, step));
  const loop = new Expr('fold', [lift(count), ...init.map(lift)], {
    accumulators,
    step,
    results,
    until: end,
  });
  return init.map((_, k) => new Expr('foldItem', [loop], k));
}
