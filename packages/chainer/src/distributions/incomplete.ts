import {
  add,
  astype,
  ceil,
  ElementwiseKernel,
  type Expr,
  floor,
  fold,
  greater,
  greaterEqual,
  less,
  lessEqual,
  lift,
  logicalAnd,
  maximum,
  multiply,
  type NdArray,
  sqrt,
  subtract,
  where,
} from '@chainer/xp/functions';
import { betainc, betaincinv, digammaOf, gammainc, gammaincinv, lgammaOf, pdtr } from '@chainer/xp/internal';
import { elementwise } from '../core/elementwise.ts';
import { FunctionNode } from '../core/function-node.ts';
import type { Variable, VariableLike } from '../core/variable.ts';
import { div, mul } from '../functions/math/arithmetic.ts';
import { neg } from '../functions/math/neg.ts';
import { sumTo } from '../functions/math/sum-to.ts';
import { within } from './scalar-distribution.ts';

/**
 * Incomplete gamma and beta functions and their inverses, with gradients towards all operands: distribution functions and quantiles of
 * the gamma family. Gradients towards x have gradients; those towards the shapes are series, and have none.
 */

/** A special function: the shapes, and last the number, whose density is that of its derivative. */
interface Special {
  readonly name: string;
  readonly compute: (...operands: NdArray[]) => NdArray;
  readonly inverse: ((...operands: NdArray[]) => NdArray) | null;
  /** Derivative towards the number. */
  readonly density: (...operands: VariableLike[]) => Variable;
  /** Derivatives towards the shapes; null: they have none. */
  readonly slopes: ElementwiseKernel | null;
}

const like = (y: NdArray, x: NdArray): NdArray => astype(y, x.dtype, { copy: false });

/** The derivative of a special function towards its shape `index`. */
class Slope extends FunctionNode {
  readonly label: string;
  private readonly kernel: ElementwiseKernel;
  private readonly index: number;

  constructor(kernel: ElementwiseKernel, index: number) {
    super();
    this.label = `${kernel.name}, its gradient towards a shape`;
    this.kernel = kernel;
    this.index = index;
  }

  forward(operands: readonly NdArray[]): readonly NdArray[] {
    const slopes = this.kernel.callAll(operands);
    return [like(slopes[this.index] as NdArray, operands[operands.length - 1] as NdArray)];
  }
}

class SpecialFunction extends FunctionNode {
  readonly label: string;
  private readonly special: Special;
  private readonly inverse: boolean;

  constructor(special: Special, inverse: boolean) {
    super();
    this.label = inverse ? `${special.name}inv` : special.name;
    this.special = special;
    this.inverse = inverse;
  }

  forward(operands: readonly NdArray[]): readonly NdArray[] {
    this.retainInputs(operands.map((_, i) => i));
    if (this.inverse) this.retainOutputs([0]);
    const { compute, inverse } = this.special;
    const y = (this.inverse && inverse !== null ? inverse : compute)(...operands);
    return [like(y, operands[operands.length - 1] as NdArray)];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const given = this.getRetainedInputs();
    const last = given.length - 1;
    // y of the inverse is where the function itself is looked at.
    const at = this.inverse ? [...given.slice(0, last), this.getRetainedOutput(0)] : given;
    const density = this.special.density(...at);
    const { slopes } = this.special;
    return targets.map((i) => {
      if (i < last && slopes === null) return null;
      const slope = i === last ? null : new Slope(slopes as ElementwiseKernel, i).apply1(at);
      let g: Variable;
      if (!this.inverse) g = mul(gy, slope ?? density);
      else g = slope === null ? div(gy, density) : neg(div(mul(gy, slope), density));
      return sumTo(g, (given[i] as Variable).shape);
    });
  }
}

const digits = 1e-18;
const most = 1e5;

/** Zero where the density is. */
const densityOf = (inside: Expr, x: Expr, safe: number, log: (t: Expr) => Expr): Expr =>
  within(inside, x, safe, log).exp();

const gamma: Special = {
  name: 'gammainc',
  compute: (a, x) => gammainc(a as NdArray, x as NdArray),
  inverse: (a, p) => gammaincinv(a as NdArray, p as NdArray),
  density: /*#__PURE__*/ elementwise('gammainc', (a, x) =>
    densityOf(x.gt(0), x, 1, (t) => a.sub(1).mul(t.log()).sub(t).sub(lgammaOf(a))),
  ) as Special['density'],
  // P = Σ xᵃ⁺ᵏ e⁻ˣ / Γ(a + k + 1), term by term.
  slopes: /*#__PURE__*/ new ElementwiseKernel('gammainc', 2, (shape, number) => {
    const [a, x] = [shape.cast('float64'), number.cast('float64')];
    const inside = x.gt(0).and(x.lt(Number.POSITIVE_INFINITY));
    const at = inside.where(x, 1);
    const log = at.log();
    const term = a
      .mul(log)
      .sub(at)
      .sub(lgammaOf(a.add(1)))
      .exp();
    const psi = digammaOf(a.add(1));
    const [sum] = fold(
      inside.where(most, 0),
      [term.mul(log.sub(psi)), term, psi],
      ([s, t, p], k) => {
        const n = a.add(k).add(1);
        const next = (t as Expr).mul(at).div(n);
        const after = (p as Expr).add(n.reciprocal());
        return [(s as Expr).add(next.mul(log.sub(after))), next, after];
      },
      ([, t]) => (t as Expr).lt(digits),
    ) as [Expr, Expr, Expr];
    return [inside.where(sum, 0)];
  }),
};

const beta: Special = {
  name: 'betainc',
  compute: (a, b, x) => betainc(a as NdArray, b as NdArray, x as NdArray),
  inverse: (a, b, p) => betaincinv(a as NdArray, b as NdArray, p as NdArray),
  density: /*#__PURE__*/ elementwise('betainc', (a, b, x) =>
    densityOf(x.gt(0).and(x.lt(1)), x, 0.5, (t) =>
      a
        .sub(1)
        .mul(t.log())
        .add(b.sub(1).mul(t.neg().log1p()))
        .add(lgammaOf(a.add(b)))
        .sub(lgammaOf(a))
        .sub(lgammaOf(b)),
    ),
  ) as Special['density'],
  // I = Σ xᵃ (1 - x)ᵇ / (a B(a, b)) · Π (a + b + k) x / (a + 1 + k), term by term; right of the mean the function is turned round.
  slopes: /*#__PURE__*/ new ElementwiseKernel('betainc', 3, (left, right, number) => {
    const [a, b, x] = [left.cast('float64'), right.cast('float64'), number.cast('float64')];
    const inside = x.gt(0).and(x.lt(1));
    const at = inside.where(x, 0.5);
    const turned = at.gt(a.add(1).div(a.add(b).add(2)));
    const [s, t] = [turned.where(b, a), turned.where(a, b)];
    const z = turned.where(at.neg().add(1), at);
    const c = s.add(t);
    const [log, log1] = [z.log(), z.neg().log1p()];
    const term = s
      .mul(log)
      .add(t.mul(log1))
      .add(lgammaOf(c))
      .sub(lgammaOf(s.add(1)))
      .sub(lgammaOf(t))
      .exp();
    const ds = log.add(digammaOf(c)).sub(digammaOf(s.add(1)));
    const dt = log1.add(digammaOf(c)).sub(digammaOf(t));
    const [toS, toT] = fold(
      inside.where(most, 0),
      [term.mul(ds), term.mul(dt), term, ds, dt],
      ([sumS, sumT, u, ls, lt], k) => {
        const [n, m] = [c.add(k), s.add(1).add(k)];
        const next = (u as Expr).mul(z).mul(n).div(m);
        const [more, less] = [n.reciprocal(), m.reciprocal()];
        const [ps, pt] = [(ls as Expr).add(more).sub(less), (lt as Expr).add(more)];
        return [(sumS as Expr).add(next.mul(ps)), (sumT as Expr).add(next.mul(pt)), next, ps, pt];
      },
      ([, , u]) => (u as Expr).lt(digits),
    ) as [Expr, Expr, Expr, Expr, Expr];
    return [
      inside.where(turned.where(toT.neg(), toS), lift(0)),
      inside.where(turned.where(toS.neg(), toT), lift(0)),
    ];
  }),
};

/** Regularised lower incomplete gamma function of shape a. */
export const incompleteGamma = (a: VariableLike, x: VariableLike): Variable =>
  new SpecialFunction(gamma, false).apply1([a, x]);
/** Its inverse. */
export const incompleteGammaInverse = (a: VariableLike, p: VariableLike): Variable =>
  new SpecialFunction(gamma, true).apply1([a, p]);
/** Regularised incomplete beta function of shapes a and b. */
export const incompleteBeta = (a: VariableLike, b: VariableLike, x: VariableLike): Variable =>
  new SpecialFunction(beta, false).apply1([a, b, x]);
/** Its inverse. */
export const incompleteBetaInverse = (a: VariableLike, b: VariableLike, p: VariableLike): Variable =>
  new SpecialFunction(beta, true).apply1([a, b, p]);

/** Distribution function of the Poisson distribution, by count and mean. */
const poisson: Special = {
  name: 'pdtr',
  compute: (count, mean) => {
    const k = floor(count as NdArray);
    return where(less(k, 0), 0, pdtr(maximum(k, 0), mean as NdArray));
  },
  inverse: null,
  density: /*#__PURE__*/ elementwise('pdtr', (count, mean) => {
    const k = count.floor();
    return densityOf(k.ge(0), k, 0, (n) => {
      const power = n.eq(0).where(0, n.mul(mean.log()));
      return power.sub(mean).sub(lgammaOf(n.add(1)));
    }).neg();
  }) as Special['density'],
  slopes: null,
};

/** The probability of at most that many. */
export const poissonCdf = (count: VariableLike, mean: VariableLike): Variable =>
  new SpecialFunction(poisson, false).apply1([count, mean]);

/** The smallest count that at least `p` of the draws do not exceed, found by halving; -1 for p = 0, as in SciPy. */
export function poissonQuantile(p: NdArray, mean: NdArray): NdArray {
  const spread = ceil(add(add(mean, multiply(sqrt(mean), 40)), 60));
  let low = subtract(multiply(spread, multiply(p, 0)), 1);
  let high = add(low, add(spread, 1));
  // As many halvings as the widest range of float64 that is still made of integers needs.
  for (let i = 0; i < 54; i++) {
    const middle = floor(multiply(add(low, high), 0.5));
    const enough = greaterEqual(poisson.compute(middle, mean), p);
    high = where(enough, middle, high);
    low = where(enough, low, middle);
  }
  const found = where(less(p, 1), where(greater(p, 0), high, -1), Number.POSITIVE_INFINITY);
  return like(where(logicalAnd(greaterEqual(p, 0), lessEqual(p, 1)), found, Number.NaN), mean);
}
