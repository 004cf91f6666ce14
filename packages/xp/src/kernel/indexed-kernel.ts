import { type DType, type DTypeLike, dtype, int32 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type Expr, input, lift, type Operand } from '../scalar/expr.ts';
import type { InputSpec, Program } from '../scalar/program.ts';
import { specialize } from '../scalar/specialize.ts';
import { launch, operandShape } from './launch.ts';

/** What an operand is: read element by element, read at computed places, or an int32 passed by value (an extent, a count). */
export type Role = 'array' | 'raw' | 'int';

/**
 * An elementwise kernel that computes with places: besides arrays it takes raw operands and integers that stay int32 whatever
 * dtype stands beside them (a plain weak scalar would become a float next to floats, and lose large indices).
 */
export class IndexedKernel {
  readonly name: string;
  private readonly roles: readonly Role[];
  private readonly body: (...operands: Expr[]) => Operand;
  private readonly output: DType | null;
  private readonly programs = new Map<string, Program>();

  constructor(
    name: string,
    roles: readonly Role[],
    body: (...operands: Expr[]) => Operand,
    output: DTypeLike | null = null,
  ) {
    this.name = name;
    this.roles = roles;
    this.body = body;
    this.output = output === null ? null : dtype(output);
  }

  /** Runs at every element of `shape` (that of the array operands, if there are any). */
  run(
    operands: readonly (NdArray | number)[],
    shape?: readonly number[],
    out?: NdArray,
    output: DType | null = this.output,
  ): NdArray {
    let key = output === null ? '' : output.name;
    for (const x of operands) if (typeof x !== 'number') key += `:${x.dtype.index}/${x.shape.length}`;
    let program = this.programs.get(key);
    if (program === undefined) {
      program = specialize(
        this.name,
        [lift(this.body(...this.roles.map((_, k) => input(k))))],
        operands.map((x, k) => this.spec(x, k)),
        [output],
      );
      this.programs.set(key, program);
    }
    return launch(
      program,
      operands,
      out ? [out] : null,
      this.name,
      shape ?? operandShape(program, operands, this.name),
    )[0] as NdArray;
  }

  private spec(x: NdArray | number, k: number): InputSpec {
    if (typeof x === 'number') return { kind: 'scalar', dtype: int32, as: int32, ndim: 0 };
    return { kind: this.roles[k] === 'raw' ? 'raw' : 'array', dtype: x.dtype, as: x.dtype, ndim: x.ndim };
  }
}
