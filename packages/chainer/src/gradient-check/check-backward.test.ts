import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { FunctionNode } from '../core/function-node.ts';
import { Variable } from '../core/install.ts';
import { Parameter } from '../core/parameter.ts';
import { relu } from '../functions/activation/relu.ts';
import { linear } from '../functions/connection/linear.ts';
import { add } from '../functions/math/add.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { exp } from '../functions/math/exponential.ts';
import { sum } from '../functions/math/sum.ts';
import { checkBackward, checkDoubleBackward } from './check-backward.ts';
import { NondifferentiableError, numericalGrad } from './numerical-grad.ts';

const float64 = { dtype: 'float64' } as const;

/** `a b`, whose gradient towards b is off by a factor; with `cut`, its gradients forget that they depend on a and b. */
class Product extends FunctionNode {
  readonly label = 'product';
  private readonly factor: number;
  private readonly cut: boolean;
  constructor(factor: number, cut = false) {
    super();
    this.factor = factor;
    this.cut = cut;
  }
  forward([a, b]: readonly xp.NdArray[]) {
    this.retainInputs([0, 1]);
    return [xp.multiply(a as xp.NdArray, b as xp.NdArray)];
  }
  override backward(_targets: readonly number[], [gy]: readonly (Variable | null)[]) {
    const retained = this.getRetainedInputs();
    const [a, b] = (
      this.cut ? retained.map((x) => new Variable(x.array, { requiresGrad: false })) : retained
    ) as [Variable, Variable];
    return [mul(gy as Variable, b), mul(mul(gy as Variable, a), this.factor)];
  }
}

describe('numericalGrad', () => {
  it('gives the gradient of each input element', () => {
    const x = xp.array([1, 2, 3], float64);
    const a = xp.array([10, 20, 30], float64);
    const [gx, ga] = numericalGrad(
      () => [xp.multiply(xp.square(x), a)],
      [x, a],
      [xp.array([1, 1, 2], float64)],
    ) as [xp.NdArray, xp.NdArray];
    for (const [g, expected] of [
      [gx, [20, 80, 360]],
      [ga, [1, 4, 18]],
    ] as const) {
      (g.toArraySync() as number[]).forEach((v, i) => {
        expect(v).toBeCloseTo(expected[i] as number, 6);
      });
    }
    expect(x.toArraySync()).toEqual([1, 2, 3]);
  });

  it('refuses a kink when asked to look for one', () => {
    const x = xp.array([0.0001], float64);
    const f = () => [xp.absolute(x)];
    const gy = [xp.ones([1], float64)];
    expect(() => numericalGrad(f, [x], gy, { detectNondifferentiable: true })).toThrow(
      NondifferentiableError,
    );
    expect(() => numericalGrad(() => [xp.exp(x)], [x], gy, { detectNondifferentiable: true })).not.toThrow();
  });
});

describe('checkBackward', () => {
  const a = xp.array([0.5, -1.5, 2], float64);
  const b = xp.array([1, 0.25, -1], float64);
  const gy = xp.array([1, -1, 0.5], float64);

  it('accepts right gradients', () => {
    expect(() => checkBackward((x, y) => new Product(1).apply([x, y]), [a, b], gy)).not.toThrow();
  });

  it('refuses a gradient that is slightly off, and gives both derivatives', () => {
    expect(() => checkBackward((x, y) => new Product(1.01).apply([x, y]), [a, b], gy)).toThrow(
      /by backward but -?[\d.]+ by differences/,
    );
  });

  it('checks parameters, and leaves them as they were', () => {
    const W = new Parameter(
      xp.array(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        float64,
      ),
    );
    const x = xp.array([[0.5, -1]], float64);
    checkBackward((v) => linear(v, W), x, xp.ones([1, 3], float64), { params: W });
    expect(W.array.toArraySync()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const wrong = (v: Variable) => add(linear(v, W), sum(mul(new Variable(W.array), 1)));
    expect(() => checkBackward(wrong, x, xp.ones([1, 3], float64), { params: W })).toThrow('by differences');
  });

  it('checks half precision by differences in float64', () => {
    const x = xp.array([0.5, -1.25], { dtype: 'float16' });
    checkBackward((v) => exp(v), x, xp.ones([2], { dtype: 'float16' }), {
      dtype: 'float64',
      atol: 1e-2,
      rtol: 1e-2,
    });
  });

  it('wants a gradient for every floating argument', () => {
    expect(() => checkBackward((x) => sum(x), [a, b], xp.ones([], float64))).toThrow(
      'argument 1 has no gradient',
    );
  });

  it('wants gradients that fit the outputs', () => {
    expect(() => checkBackward((x) => exp(x), a, xp.ones([2], float64))).toThrow(
      'output 0 has shape [3] but its gradient [2]',
    );
    expect(() => checkBackward((x) => exp(x), a, null)).toThrow('yGrad is needed');
  });

  it('tells a kink when asked to', () => {
    const x = xp.array([0.0001, 1], float64);
    expect(() =>
      checkBackward((v) => relu(v), x, xp.ones([2], float64), { detectNondifferentiable: true }),
    ).toThrow(NondifferentiableError);
  });
});

describe('checkDoubleBackward', () => {
  const x = xp.array([0.5, -1.5, 2], float64);
  const ones = xp.ones([3], float64);

  it('accepts right second gradients, also of linear functions', () => {
    checkDoubleBackward((v) => exp(v), x, ones, ones);
    checkDoubleBackward((v) => mul(v, 3), x, ones, ones);
  });

  it('checks second gradients of parameters', () => {
    const W = new Parameter(xp.array([[1, 2, 3]], float64));
    const twice = (v: Variable) => linear(mul(v, v), W);
    checkDoubleBackward(
      twice,
      xp.array([[0.5, -1, 2]], float64),
      xp.ones([1, 1], float64),
      xp.ones([1, 3], float64),
      {
        params: W,
        paramsGradGrad: xp.ones([1, 3], float64),
      },
    );
  });

  it('refuses second gradients that are lost', () => {
    expect(() =>
      checkDoubleBackward((u, v) => new Product(1, true).apply([u, v]), [x, ones], ones, [ones, ones]),
    ).toThrow('[checkDoubleBackward]');
    expect(() =>
      checkDoubleBackward((u, v) => new Product(1).apply([u, v]), [x, ones], ones, [ones, ones]),
    ).not.toThrow();
  });
});
