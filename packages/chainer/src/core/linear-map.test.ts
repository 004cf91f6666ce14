import { array, type NdArray } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from './backward.ts';
import { Variable } from './install.ts';
import { type LinearOperator, linearMap } from './linear-map.ts';

/** A matrix, and what was asked of it. */
class Matrix implements LinearOperator {
  readonly label = 'Matrix';
  readonly calls: string[] = [];
  private readonly A = array([
    [1, 2, 3],
    [0, 1, 0],
  ]);

  apply(x: NdArray): NdArray {
    this.calls.push('apply');
    return this.A.matmul(x);
  }

  transposed(y: NdArray): NdArray {
    this.calls.push('transposed');
    return this.A.transpose().matmul(y);
  }
}

describe('linearMap', () => {
  it('has the transpose for gradient, and itself for the gradient of that', () => {
    const A = new Matrix();
    const x = new Variable(array([1, 1, 2]));
    const y = linearMap(A, x);
    expect(y.array.toArraySync()).toEqual([9, 1]);
    const gy = new Variable(array([1, 10]));
    const [gx] = grad([y], [x], { gradOutputs: [gy], enableDoubleBackprop: true });
    expect(gx?.array.toArraySync()).toEqual([1, 12, 3]);
    const [ggy] = grad([gx as Variable], [gy], { gradOutputs: [new Variable(array([1, 0, 0]))] });
    expect(ggy?.array.toArraySync()).toEqual([1, 0]);
    expect(A.calls).toEqual(['apply', 'transposed', 'apply']);
  });

  it('takes a value that is known already', () => {
    const A = new Matrix();
    const x = new Variable(array([1, 1, 2]));
    const y = linearMap(A, x, array([7, 7]));
    y.sum().backward();
    expect([y.array.toArraySync(), x.grad?.toArraySync()]).toEqual([
      [7, 7],
      [1, 3, 3],
    ]);
    expect(A.calls).toEqual(['transposed']);
  });
});
