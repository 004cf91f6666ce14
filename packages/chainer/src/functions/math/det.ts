import type { NdArray } from '@chainer/xp/functions';
import * as linalg from '@chainer/xp/linalg';
import { FunctionNode } from '../../core/function-node.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { transpose } from '../array/transpose.ts';
import { mul } from './arithmetic.ts';
import { batchInv } from './inv.ts';
import { expectSquare, throughFloat32 } from './square-matrices.ts';

/** Determinants of a batch. The gradient, `det(a) a⁻ᵀ`, exists where no matrix is singular. */
export class Determinant extends FunctionNode {
  readonly label = 'BatchDet';

  override checkTypes([x]: readonly [NdArray]): void {
    expectSquare('batchDet', x, 3);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    this.retainInputs([0]);
    this.retainOutputs([0]);
    return [throughFloat32(x, linalg.det)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const scale = reshape(mul(gy, this.getRetainedOutput(0)), [-1, 1, 1]);
    return [mul(transpose(batchInv(this.getRetainedInput(0)), { axes: [0, 2, 1] }), scale)];
  }
}

/**
 * Determinants of square matrices.
 *
 * @param a `[N, n, n]`
 * @returns `[N]`
 * @throws {InvalidType} if a is not floating, has not 3 axes or is not square. Gradients of singular matrices throw LinAlgError.
 * @example
 * import { functions as F, xp } from 'chainer';
 * F.batchDet(xp.array([[[2, 0], [0, 4]]])).array.toArraySync(); // [8]
 */
export function batchDet(a: VariableLike): Variable {
  return new Determinant().apply1([a]);
}

/**
 * Determinant of a square matrix.
 *
 * @param a `[n, n]`
 * @returns no axes
 * @throws {InvalidType} if a is not floating or not square. The gradient of a singular matrix throws LinAlgError.
 * @example
 * import { functions as F, xp } from 'chainer';
 * F.det(xp.array([[2, 0], [0, 4]])).array.itemSync(); // 8
 */
export function det(a: VariableLike): Variable {
  expectSquare('det', asArray(a), 2);
  return reshape(batchDet(reshape(a, [1, ...a.shape])), []);
}
