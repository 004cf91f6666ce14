import { astype, ElementwiseKernel, type NdArray, ReductionKernel } from '@chainer/xp/functions';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectInteger, expectSameShape } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const hits = /*#__PURE__*/ new ReductionKernel('binaryAccuracy', 2, {
  map: (y, t) => y.ge(0).eq(t.eq(1)).and(t.ne(-1)).where(1, 0).cast('float32'),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const counted = /*#__PURE__*/ new ReductionKernel('binaryAccuracy', 1, {
  map: (t) => t.ne(-1).where(1, 0).cast('float32'),
  reduce: (a, b) => a.add(b),
  identity: 0,
});
const ratio = /*#__PURE__*/ new ElementwiseKernel('binaryAccuracy', 2, (hit, n) => hit.div(n.max(1)));

export class BinaryAccuracy extends FunctionNode {
  readonly label = 'BinaryAccuracy';

  override checkTypes([y, t]: readonly [NdArray, NdArray]): void {
    expectFloat('binaryAccuracy', 'y', y);
    expectInteger('binaryAccuracy', 't', t);
    expectSameShape('binaryAccuracy', 'y', y, 't', t);
  }

  forward([y, t]: readonly [NdArray, NdArray]): readonly NdArray[] {
    return [astype(ratio.call([hits.call([y, t]), counted.call([t])]), y.dtype)];
  }
}

/**
 * Share of binary labels that their scores predict: 1 where the score is at least 0. Labels -1 do not count. It has no gradient.
 *
 * @param y scores
 * @param t integer labels of y's shape
 * @returns a scalar
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const t = xp.array([1, 1, -1], { dtype: 'int32' });
 * F.binaryAccuracy(xp.array([0.3, -2, 1]), t).itemSync(); // 0.5
 */
export function binaryAccuracy(y: VariableLike, t: VariableLike): Variable {
  return new BinaryAccuracy().apply1([y, t]);
}
