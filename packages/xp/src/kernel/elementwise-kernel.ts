import { checkOptions } from '../core/check-options.ts';
import { type DTypeLike, dtype } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { ValueError } from '../errors.ts';
import { type Expr, input, lift, type Operand } from '../scalar/expr.ts';
import { Kernel } from './kernel.ts';
import { launch } from './launch.ts';

/** How an elementwise kernel treats its operands. */
export interface ElementwiseKernelOptions {
  /** Positions of raw operands, which the body reads with `.at(...)` instead of element by element. */
  readonly raw?: readonly number[];
  /** dtypes of the results; null (or left out) for the one that follows from the operands. */
  readonly outputs?: readonly (DTypeLike | null)[];
  /** dtypes that scalar operands take; null (or left out) for the one they take beside the arrays. */
  readonly scalars?: readonly (DTypeLike | null)[];
}

/** Options of one call. */
export interface ElementwiseCallOptions {
  /** Shape of the result; needed only where every array operand is raw. */
  readonly shape?: readonly number[];
  /** Where to leave the results. */
  readonly out?: readonly (NdArray | null)[];
}

/**
 * A user-defined elementwise kernel: a scalar expression that runs at every element, on every device, operands broadcast.
 *
 * @example
 * import { array, ElementwiseKernel } from '@chainer/xp';
 * const squaredDifference = new ElementwiseKernel('squaredDifference', 2, (x, y) => x.sub(y).square());
 * squaredDifference.call([array([1, 2, 3]), 2]).toArraySync(); // [1, 0, 1]
 */
export class ElementwiseKernel {
  readonly name: string;
  readonly arity: number;
  private readonly kernel: Kernel;
  private returnsList = false;

  /**
   * @param arity number of operands that `body` takes.
   * @param body from the operands' symbols to the expression of the result, or to several. It runs once, when the kernel is first needed.
   */
  constructor(
    name: string,
    arity: number,
    body: (...operands: Expr[]) => Operand | readonly Operand[],
    options: ElementwiseKernelOptions = {},
  ) {
    checkOptions(name, options, ['raw', 'outputs', 'scalars']);
    this.name = name;
    this.arity = arity;
    const raw = options.raw
      ? Array.from({ length: arity }, (_, k) => (options.raw as readonly number[]).includes(k))
      : [];
    this.kernel = new Kernel(
      name,
      () => {
        const results = body(...Array.from({ length: arity }, (_, k) => input(k)));
        this.returnsList = Array.isArray(results);
        return (Array.isArray(results) ? (results as readonly Operand[]) : [results as Operand]).map(lift);
      },
      raw,
      (options.outputs ?? []).map((o) => (o === null ? null : dtype(o))),
      (options.scalars ?? []).map((o) => (o === null ? null : dtype(o))),
    );
  }

  /** The expressions of the results in terms of `input(k)`. */
  get exprs(): readonly Expr[] {
    return this.kernel.exprs;
  }

  /** Whether the body returns a list of results. */
  get many(): boolean {
    return this.kernel.exprs.length > 1 || this.returnsList;
  }

  /** Runs it and returns the first (usually the only) result. */
  call(operands: readonly (NdArray | Scalar)[], options?: ElementwiseCallOptions): NdArray {
    return this.callAll(operands, options)[0] as NdArray;
  }

  /** Runs it and returns all results. */
  callAll(operands: readonly (NdArray | Scalar)[], options?: ElementwiseCallOptions): NdArray[] {
    checkOptions(this.name, options, ['shape', 'out']);
    if (operands.length !== this.arity) {
      throw new ValueError(`[${this.name}] the kernel takes ${this.arity} operands, got ${operands.length}`);
    }
    const program = this.kernel.program(operands);
    return options?.shape
      ? launch(program, operands, options.out ?? null, this.name, options.shape)
      : launch(program, operands, options?.out ?? null, this.name);
  }
}
