import type { NdArray } from '@chainer/xp/functions';
import { inverse } from '@chainer/xp/internal';
import { FunctionNode } from '../../core/function-node.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { matmul } from './matmul.ts';
import { neg } from './neg.ts';
import { expectSquare, throughFloat32 } from './square-matrices.ts';

export class Inverse extends FunctionNode {
  readonly label: string;
  private readonly who: string;
  private readonly ndim: number;

  constructor(label: string, who: string, ndim: number) {
    super();
    this.label = label;
    this.who = who;
    this.ndim = ndim;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectSquare(this.who, x, this.ndim);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    this.retainOutputs([0]);
    return [throughFloat32(x, (a) => inverse(a, this.who))];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const y = this.getRetainedOutput(0);
    return [neg(matmul(matmul(y, gy, { transa: true }), y, { transb: true }))];
  }
}

/**
 * Inverse of a square matrix.
 *
 * @param a `[n, n]`
 * @throws {InvalidType} if a is not floating or not square; {LinAlgError} if it is singular.
 * @example
 * import { functions as F, xp } from 'chainer';
 * F.inv(xp.array([[2, 0], [0, 4]])).array.toArraySync(); // [[0.5, 0], [0, 0.25]]
 */
export function inv(a: VariableLike): Variable {
  return new Inverse('Inv', 'inv', 2).apply1([a]);
}

/**
 * Inverses of square matrices.
 *
 * @param a `[N, n, n]`
 * @throws {InvalidType} if a is not floating, has not 3 axes or is not square; {LinAlgError} if one is singular.
 * @example
 * import { functions as F, xp } from 'chainer';
 * F.batchInv(xp.array([[[2, 0], [0, 4]]])).array.toArraySync(); // [[[0.5, 0], [0, 0.25]]]
 */
export function batchInv(a: VariableLike): Variable {
  return new Inverse('BatchInv', 'batchInv', 3).apply1([a]);
}
