import { eye, multiply, type NdArray, subtract, tri } from '@chainer/xp/functions';
import * as linalg from '@chainer/xp/linalg';
import { FunctionNode } from '../../core/function-node.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { transpose } from '../array/transpose.ts';
import { add } from './add.ts';
import { mul } from './arithmetic.ts';
import { inv } from './inv.ts';
import { matmul } from './matmul.ts';
import { expectSquare, throughFloat32 } from './square-matrices.ts';

export class Cholesky extends FunctionNode {
  readonly label = 'Cholesky';

  override checkTypes([a]: readonly [NdArray]): void {
    expectSquare('cholesky', a, 2);
  }

  forward([a]: readonly [NdArray]): readonly NdArray[] {
    this.retainOutputs([0]);
    return [throughFloat32(a, (x) => linalg.cholesky(x))];
  }

  /** `L⁻ᵀ Φ(Lᵀ gL) L⁻¹`, made symmetric; Φ keeps the lower triangle and halves the diagonal. */
  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const l = this.getRetainedOutput(0);
    const { device } = l.array;
    const n = l.shape[0] as number;
    const o = { dtype: l.dtype, device };
    const half = subtract(tri(n, o), multiply(eye(n, o), 0.5));
    const inverse = inv(l);
    const phi = mul(matmul(l, gy, { transa: true }), half);
    const s = matmul(matmul(inverse, phi, { transa: true }), inverse);
    return [mul(add(s, transpose(s)), 0.5)];
  }
}

/**
 * Cholesky's factor of a symmetric positive definite matrix: lower triangular L with `a = L Lᵀ`.
 *
 * @param a `[n, n]`, of which the lower triangle is read; its gradient is symmetric.
 * @throws {InvalidType} if a is not floating or not square; {LinAlgError} if it is not positive definite.
 * @example
 * import { functions as F, xp } from 'chainer';
 * F.cholesky(xp.array([[4, 2], [2, 5]])).array.toArraySync(); // [[2, 0], [1, 2]]
 */
export function cholesky(a: VariableLike): Variable {
  return new Cholesky().apply1([a]);
}
