import { type NdArray, ReductionKernel } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat, expectSameDtype, expectSameShape } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { neg } from '../math/neg.ts';

const mean = /*#__PURE__*/ new ReductionKernel('meanSquaredError', 2, {
  map: (a, b) => a.sub(b).square(),
  reduce: (a, b) => a.add(b),
  post: (a, n) => a.div(n),
  identity: 0,
});
const gradient = /*#__PURE__*/ elementwise('meanSquaredErrorGrad', (a, b, gy, share) =>
  a.sub(b).mul(gy).mul(share),
);

class MeanSquaredError extends FunctionNode {
  readonly label = 'MeanSquaredError';

  override checkTypes([x0, x1]: readonly [NdArray, NdArray]): void {
    expectFloat('meanSquaredError', 'x0', x0);
    expectSameDtype('meanSquaredError', 'x0', x0, 'x1', x1);
    expectSameShape('meanSquaredError', 'x0', x0, 'x1', x1);
  }

  forward([x0, x1]: readonly [NdArray, NdArray]): readonly NdArray[] {
    this.retainInputs([0, 1]);
    return [mean.call([x0, x1])];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const [x0, x1] = this.getRetainedInputs() as [Variable, Variable];
    const g = gradient(x0, x1, gy, 2 / x0.size);
    return targets.map((i) => (i === 0 ? g : neg(g)));
  }
}

/**
 * Mean squared error of two arrays of one shape.
 *
 * `y = Σ (x₀ - x₁)² / n`
 *
 * @returns a scalar
 * @throws {InvalidType} if shapes or dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.meanSquaredError(new Variable(xp.array([1, 5])), xp.array([3, 1])).itemSync(); // 10
 */
export function meanSquaredError(x0: VariableLike, x1: VariableLike): Variable {
  return new MeanSquaredError().apply1([x0, x1]);
}
