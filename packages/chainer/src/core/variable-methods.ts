import type { NdArray, NestedScalars, Scalar } from '@chainer/xp/functions';
import type { BackwardOptions } from './backward.ts';
import type { Variable, VariableLike } from './variable.ts';

/** An operand beside a variable: another one, an array, or a number. */
export type VariableOperand = VariableLike | number;

/** What variables can do in every program: be walked back from, and read. */
export interface GraphMethods {
  /** Walks the graph back from here and adds the gradients to the leaves' `grad`. */
  backward(options?: BackwardOptions): void;
  /** Cuts the whole graph above, for truncated backpropagation through time. */
  unchainBackward(): void;
  /** Adds another variable's gradient to its own. */
  addgrad(other: Variable): void;
  /** Copies another variable's values into its array. */
  copydata(other: Variable): void;
  /** Its single element; waits for the device. */
  item(): Promise<Scalar>;
  /** Its single element, where the device can be read synchronously. */
  itemSync(): Scalar;
  /** Its elements as nested lists; waits for the device. */
  toArray(): Promise<NestedScalars>;
  toArraySync(): NestedScalars;
  /** Releases its array's memory at once. */
  release(): void;
  readonly storage: NdArray['storage'];
}

/** The methods of Variable that calculate, each a thin skin over the function of that name. */
export interface VariableMethods {
  add(y: VariableOperand): Variable;
  sub(y: VariableOperand): Variable;
  mul(y: VariableOperand): Variable;
  div(y: VariableOperand): Variable;
  floordiv(y: VariableOperand): Variable;
  pow(y: VariableOperand): Variable;
  neg(): Variable;
  abs(): Variable;
  matmul(y: VariableLike): Variable;
  reshape(...shape: (number | readonly number[])[]): Variable;
  transpose(...axes: (number | readonly number[])[]): Variable;
  readonly T: Variable;
  sum(options?: { readonly axis?: number | readonly number[] | null; readonly keepdims?: boolean }): Variable;
  mean(options?: {
    readonly axis?: number | readonly number[] | null;
    readonly keepdims?: boolean;
    readonly weights?: VariableLike | null;
  }): Variable;
  max(options?: { readonly axis?: number | readonly number[] | null; readonly keepdims?: boolean }): Variable;
  min(options?: { readonly axis?: number | readonly number[] | null; readonly keepdims?: boolean }): Variable;
  argmax(axis?: number | null): Variable;
  /** Indexing with NumPy's grammar, see `NdArray.at`. */
  at(...index: readonly unknown[]): Variable;
  toString(): string;
}
