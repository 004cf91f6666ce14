import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { RowRule, Rows } from '../../core/collector.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectSameDtype, invalid } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { sumTo } from './sum-to.ts';

/** Whether an operand is transposed before the product. */
export interface MatmulOptions {
  readonly transa?: boolean;
  readonly transb?: boolean;
}

/** The last two axes exchanged, where there are two. */
function swap(x: NdArray, transposed: boolean): NdArray {
  return transposed && x.ndim > 1 ? xp.swapaxes(x, -1, -2) : x;
}

/** From all gradients towards y and all a, one under another: the gradient of a matrix on the right. */
const straight: RowRule = {
  gradient(_i, [gy, a]) {
    return xp.matmul(xp.swapaxes(a as NdArray, 0, 1), gy as NdArray);
  },
};
const transposed: RowRule = {
  gradient(_i, [gy, a]) {
    return xp.matmul(xp.swapaxes(gy as NdArray, 0, 1), a as NdArray);
  },
};

export class MatMul extends FunctionNode {
  readonly label = 'MatMul';
  readonly transa: boolean;
  readonly transb: boolean;

  constructor(transa: boolean, transb: boolean) {
    super();
    this.transa = transa;
    this.transb = transb;
  }

  override checkTypes([a, b]: readonly [NdArray, NdArray]): void {
    expectFloat('matmul', 'a', a);
    expectSameDtype('matmul', 'a', a, 'b', b);
    if (a.ndim === 0 || b.ndim === 0) invalid('matmul', 'a and b must have at least one axis', { a, b });
    const x = swap(a, this.transa);
    const y = swap(b, this.transb);
    const k = x.shape[x.ndim - 1] as number;
    const other = y.shape[Math.max(0, y.ndim - 2)] as number;
    if (k !== other) invalid('matmul', `a has ${k} columns but b has ${other} rows`, { a, b });
    for (let i = 3; i <= Math.min(x.ndim, y.ndim); i++) {
      const p = x.shape[x.ndim - i] as number;
      const q = y.shape[y.ndim - i] as number;
      if (p !== q && p !== 1 && q !== 1)
        invalid('matmul', 'batch axes of a and b do not broadcast', { a, b });
    }
  }

  forward([a, b]: readonly [NdArray, NdArray]): readonly NdArray[] {
    this.retainInputs([0, 1]);
    return [xp.matmul(swap(a, this.transa), swap(b, this.transb))];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const [a, b] = this.getRetainedInputs() as [Variable, Variable];
    return targets.map((i) => (i === 0 ? this.gradA(a, b, gy) : this.gradB(a, b, gy)));
  }

  override get collects(): number {
    return 1;
  }

  override collect(targets: readonly number[], [gy]: readonly (Variable | null)[]): Rows | null {
    if (!gy || this.transa || this.inputs.some((x) => x.shape.length !== 2)) return null;
    return {
      rule: this.transb ? transposed : straight,
      inputs: targets.filter((i) => i === 1),
      rows: [gy.array, this.getRetainedInput(0).array],
    };
  }

  /** gA = gY Bᵀ (transposed: B gYᵀ), vectors standing as a row or a column. */
  private gradA(a: Variable, b: Variable, gy: Variable): Variable {
    const [A, B, G] = this.matrices(a, b, gy);
    const g =
      this.transa && a.ndim > 1
        ? matmul(B, G, { transa: this.transb && b.ndim > 1, transb: true })
        : matmul(G, B, { transb: !(this.transb && b.ndim > 1) });
    return reshape(sumTo(g, a.ndim > 1 ? a.shape : [...A.shape]), a.shape);
  }

  private gradB(a: Variable, b: Variable, gy: Variable): Variable {
    const [A, B, G] = this.matrices(a, b, gy);
    const g =
      this.transb && b.ndim > 1
        ? matmul(G, A, { transa: true, transb: this.transa && a.ndim > 1 })
        : matmul(A, G, { transa: !(this.transa && a.ndim > 1) });
    return reshape(sumTo(g, b.ndim > 1 ? b.shape : [...B.shape]), b.shape);
  }

  /** Operands with two axes at least: a vector on the left is a row, on the right a column. */
  private matrices(a: Variable, b: Variable, gy: Variable): [Variable, Variable, Variable] {
    const A = a.ndim > 1 ? a : reshape(a, [1, a.shape[0] as number]);
    const B = b.ndim > 1 ? b : reshape(b, [b.shape[0] as number, 1]);
    const shape = gy.shape.slice();
    if (b.ndim === 1) shape.push(1);
    if (a.ndim === 1) shape.splice(shape.length - 1, 0, 1);
    return [A, B, reshape(gy, shape)];
  }
}

/**
 * Matrix product, by NumPy's rule for vectors and stacks of matrices.
 *
 * @param a `[…, M, K]`, or `[…, K, M]` with `transa`
 * @param b `[…, K, N]`, or `[…, N, K]` with `transb`
 * @returns `[…, M, N]`
 * @throws {InvalidType} if sizes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.matmul(new Variable(xp.ones([2, 3])), xp.ones([3, 4])).shape; // [2, 4]
 */
export function matmul(a: VariableLike, b: VariableLike, options: MatmulOptions = {}): Variable {
  checkOptions('matmul', options, ['transa', 'transb']);
  return new MatMul(options.transa ?? false, options.transb ?? false).apply1([a, b]);
}
