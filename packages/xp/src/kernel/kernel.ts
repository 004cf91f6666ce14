import { bool, complex128, type DType, float64, int64 } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { promote, promoteWeak, type Scalar, type WeakKind, weakKind } from '../core/promotion.ts';
import type { Expr } from '../scalar/expr.ts';
import type { InputSpec, Program } from '../scalar/program.ts';
import { specialize } from '../scalar/specialize.ts';

const weakCode: Record<WeakKind, number> = { bool: 15, int: 16, float: 17, complex: 18 };
/** The dtype a weak scalar takes where no array stands beside it. */
export const weakAlone: Readonly<Record<WeakKind, DType>> = {
  bool,
  int: int64,
  float: float64,
  complex: complex128,
};

/** A small number for what an operand is to a kernel: its dtype, or the kind of weak scalar. */
export function operandCode(x: NdArray | Scalar): number {
  return x instanceof NdArray ? x.dtype.index : weakCode[weakKind(x)];
}

function isInexact(d: DType): boolean {
  return d.kind === 'f' || d.kind === 'c';
}

/**
 * Scalar expressions with their specialisations. Each combination of operand types is typed once and then found by a number.
 * Operands keep their own dtypes; the expressions promote where they meet.
 */
export class Kernel {
  readonly name: string;
  private known: readonly Expr[] | (() => readonly Expr[]);
  /** Which operands are raw: read at computed places instead of element by element. */
  readonly raw: readonly boolean[];
  private readonly outputs: readonly (DType | null)[];
  private readonly scalars: readonly (DType | null)[];
  private readonly programs = new Map<number | string, Program>();

  /**
   * @param exprs the results; a function is called when they are first needed, which most kernels of a library never are.
   * @param raw which operands are raw.
   * @param outputs dtypes in which results are stored; null for what follows from the operands.
   * @param scalars dtypes that scalar operands take; null for what they take beside the arrays.
   */
  constructor(
    name: string,
    exprs: readonly Expr[] | (() => readonly Expr[]),
    raw: readonly boolean[] = [],
    outputs: readonly (DType | null)[] = [],
    scalars: readonly (DType | null)[] = [],
  ) {
    this.name = name;
    this.known = exprs;
    this.raw = raw;
    this.outputs = outputs;
    this.scalars = scalars;
  }

  /** The expressions of the results in terms of `input(k)`. */
  get exprs(): readonly Expr[] {
    if (typeof this.known === 'function') this.known = this.known();
    return this.known;
  }

  /** The program for those operands; `outputs` overrides the dtypes in which results are stored. */
  program(inputs: readonly (NdArray | Scalar)[], outputs: readonly (DType | null)[] = this.outputs): Program {
    let key: number | string = 0;
    const n = inputs.length;
    if (n + outputs.length <= 8) {
      for (let k = 0; k < n; k++) key = key * 32 + operandCode(inputs[k] as NdArray | Scalar);
      for (let k = 0; k < outputs.length; k++) key = key * 32 + (outputs[k]?.index ?? 20);
      key = (key * 16 + n) * 16 + outputs.length;
      if (this.raw.length > 0)
        for (let k = 0; k < n; k++) if (this.raw[k]) key = `${key}:${(inputs[k] as NdArray).ndim}`;
    } else {
      key =
        inputs.map((x, k) => `${operandCode(x)}${this.raw[k] ? `r${(x as NdArray).ndim}` : ''}`).join() +
        ';' +
        outputs.map((o) => o?.index ?? '-').join();
    }
    let program = this.programs.get(key);
    if (program === undefined) {
      program = specialize(this.name, this.exprs, this.specs(inputs), outputs);
      this.programs.set(key, program);
    }
    return program;
  }

  private specs(inputs: readonly (NdArray | Scalar)[]): InputSpec[] {
    // A plain number goes with the floating operands, where there are any: indices and masks beside them do not widen it.
    let strong: DType | null = null;
    inputs.forEach((x, k) => {
      if (!(x instanceof NdArray) || this.raw[k]) return;
      if (strong === null || (isInexact(x.dtype) && !isInexact(strong))) strong = x.dtype;
      else if (isInexact(x.dtype) || !isInexact(strong)) strong = promote(strong, x.dtype);
    });
    if (strong === null) {
      const arrays = inputs.filter((x): x is NdArray => x instanceof NdArray);
      strong = (arrays.find((x) => isInexact(x.dtype)) ?? arrays[0])?.dtype ?? null;
    }
    return inputs.map((x, k) => {
      if (x instanceof NdArray)
        return { kind: this.raw[k] ? 'raw' : 'array', dtype: x.dtype, as: x.dtype, ndim: x.ndim };
      const weak = weakKind(x);
      const as = this.scalars[k] ?? (strong === null ? weakAlone[weak] : promoteWeak(strong, weak));
      return { kind: 'scalar', dtype: as, as, ndim: 0 };
    });
  }
}
