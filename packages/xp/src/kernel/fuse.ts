import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { type DType, float32, float64, int64, uint64 } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { ValueError } from '../errors.ts';
import { Expr, input, lift, type Operand } from '../scalar/expr.ts';
import { highest, lowest } from '../ufunc/identities.ts';
import { ElementwiseKernel } from './elementwise-kernel.ts';
import { type ReductionCallOptions, ReductionKernel, type ReductionSpec } from './reduction-kernel.ts';

/** What a fused function takes: arrays and scalars, or symbols where it is used inside another one. */
export type FusedOperand = NdArray | Scalar | Expr;

/** How the values of a fused function are combined at the end. */
export type FusedReduction = 'sum' | 'prod' | 'mean' | 'max' | 'min';

/** Options of `fuse`. */
export interface FuseOptions {
  /** Name for error messages; the function's own if it has one. */
  readonly name?: string;
  /** Combine the values in the same pass. */
  readonly reduce?: FusedReduction;
}

/** A function of arrays that runs as one kernel. Options may follow the operands. */
export interface Fused {
  (...operands: readonly (NdArray | Scalar)[]): NdArray;
  /** `out` leaves the result there; `axis` and `keepdims` go with a reduction. */
  (...args: readonly [...(NdArray | Scalar)[], ReductionCallOptions]): NdArray;
  (...operands: readonly FusedOperand[]): Expr;
}

/** A function of arrays with several results that runs as one kernel. */
export interface FusedMany {
  (...operands: readonly (NdArray | Scalar)[]): NdArray[];
  (...operands: readonly FusedOperand[]): Expr[];
}

const small = (d: DType) => d.itemsize < 8;
const total = (d: DType) =>
  small(d) && (d.kind === 'i' || d.kind === 'b') ? int64 : small(d) && d.kind === 'u' ? uint64 : d;

const reductions: Readonly<Record<FusedReduction, Omit<ReductionSpec, 'map'>>> = {
  sum: { reduce: (a, b) => a.add(b), identity: 0, accumulator: total },
  prod: { reduce: (a, b) => a.mul(b), identity: 1, accumulator: total },
  mean: {
    reduce: (a, b) => a.add(b),
    post: (a, n) => a.div(n),
    identity: 0,
    accumulator: (d) => (d.kind === 'f' || d.kind === 'c' ? d : d.itemsize < 4 ? float32 : float64),
  },
  max: { reduce: (a, b) => a.maximum(b), identity: lowest },
  min: { reduce: (a, b) => a.minimum(b), identity: highest },
};

/**
 * Turns a function of arrays into one that runs as a single kernel: one pass over memory, no temporaries, on every device.
 *
 * The function is called once, with symbols. They have the names of the array methods (`add`, `mul`, `exp`, `where` …), and
 * ufuncs take them as they take arrays, so that the same body serves arrays and symbols. It cannot branch on values: use
 * `condition.where(x, y)`. With `reduce` the values are combined in the same pass, over all axes or those of `{axis}`.
 * A function that returns a list gives a list of arrays.
 *
 * @throws {ValueError} for another number of operands than the function has, or a list together with `reduce`.
 * @example
 * import { array, exp, fuse } from '@chainer/xp';
 * const silu = fuse((x) => x.div(exp(x.neg()).add(1)));
 * silu(array([0])).toArraySync(); // [0]
 * const squaredError = fuse((x, y) => x.sub(y).square(), { reduce: 'sum' });
 * squaredError(array([1, 2]), array([0, 0])).itemSync(); // 5
 */
export function fuse(body: (...operands: Expr[]) => Operand, options?: FuseOptions): Fused;
export function fuse(body: (...operands: Expr[]) => readonly Operand[], options?: FuseOptions): FusedMany;
export function fuse(
  body: (...operands: Expr[]) => Operand | readonly Operand[],
  options: FuseOptions = {},
): Fused | FusedMany {
  checkOptions('fuse', options, ['name', 'reduce']);
  const arity = body.length;
  const name = options.name ?? (body.name || 'fuse');
  const many = (x: Operand | readonly Operand[]): x is readonly Operand[] => Array.isArray(x);
  const { reduce } = options;
  const single = (...operands: Expr[]): Operand => {
    const result = body(...operands);
    if (many(result))
      throw new ValueError(`[${name}] '${reduce}' combines one result, the function has ${result.length}`);
    return result;
  };
  // The body is called here, so that who declares what cannot be is told at once.
  if (reduce) single(...Array.from({ length: arity }, (_, k) => input(k)));
  const reduction = reduce ? new ReductionKernel(name, arity, { ...reductions[reduce], map: single }) : null;
  const elementwise = reduction ? null : new ElementwiseKernel(name, arity, body);
  const list = elementwise?.many ?? false;

  const fused = (...args: readonly (FusedOperand | ReductionCallOptions)[]): unknown => {
    const last = args.at(-1);
    const settings = isOptions(last) ? last : {};
    const operands = (isOptions(last) ? args.slice(0, -1) : args) as readonly FusedOperand[];
    if (operands.some((x) => x instanceof Expr)) {
      if (reduction) throw new ValueError(`[${name}] a reduction cannot be part of another fused function`);
      const result = body(...operands.map((x) => lift(x as Operand)));
      return many(result) ? result.map(lift) : lift(result);
    }
    const arrays = operands as readonly (NdArray | Scalar)[];
    if (reduction) return reduction.call(arrays, settings);
    checkOptions(name, settings as { out?: NdArray }, ['out']);
    const kernel = elementwise as ElementwiseKernel;
    if (list) return kernel.callAll(arrays);
    return kernel.call(arrays, settings.out ? { out: [settings.out] } : {});
  };
  Object.defineProperty(fused, 'name', { value: name });
  return fused as Fused | FusedMany;
}

function isOptions(x: unknown): x is ReductionCallOptions {
  return (
    typeof x === 'object' && x !== null && !(x instanceof NdArray) && !(x instanceof Expr) && !isScalar(x)
  );
}
