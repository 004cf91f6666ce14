import type { NdArray } from '@chainer/xp/functions';
import { FunctionNode } from './function-node.ts';
import type { Variable, VariableLike } from './variable.ts';

/** A linear function of one array as two computations on arrays, each the transpose of the other. */
export interface LinearOperator {
  readonly label: string;
  /** `y = A x` */
  apply(x: NdArray): NdArray;
  /** `x = Aᵀ y` */
  transposed(y: NdArray): NdArray;
}

export class LinearMap extends FunctionNode {
  readonly label: string;
  readonly operator: LinearOperator;
  readonly adjoint: boolean;
  private value: NdArray | null;

  constructor(operator: LinearOperator, adjoint: boolean, value: NdArray | null) {
    super();
    this.operator = operator;
    this.adjoint = adjoint;
    this.label = adjoint ? `${operator.label}Grad` : operator.label;
    this.value = value;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const y = this.value ?? (this.adjoint ? this.operator.transposed(x) : this.operator.apply(x));
    this.value = null;
    return [y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? new LinearMap(this.operator, !this.adjoint, null).apply1([gy]) : null];
  }
}

/**
 * Applies a linear operator. Its gradient is the transposed operator, whose gradient is the operator again: gradients of every
 * order cost nothing to write.
 *
 * @param value the result where the caller has it already (or one that differs from it by a constant).
 */
export function linearMap(operator: LinearOperator, x: VariableLike, value: NdArray | null = null): Variable {
  return new LinearMap(operator, false, value).apply1([x]);
}
