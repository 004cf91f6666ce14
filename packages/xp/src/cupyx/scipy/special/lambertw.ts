import { checkOptions } from '../../../core/check-options.ts';
import { Complex } from '../../../core/complex.ts';
import { complex128 } from '../../../core/dtype.ts';
import { NdArray } from '../../../core/ndarray.ts';
import type { Scalar } from '../../../core/promotion.ts';
import { type ArrayLike, asarray } from '../../../creation/array.ts';
import { ElementwiseKernel } from '../../../kernel/elementwise-kernel.ts';
import { type Expr, fold, lift } from '../../../scalar/expr.ts';
import { complexOf } from './gamma-core.ts';
import { both, choose, either } from './tools.ts';

/** Options of `lambertw`. */
export interface LambertwOptions {
  /** The branch, an integer; 0 is the principal one. */
  readonly k?: number;
  /** Relative change at which the iteration ends. */
  readonly tol?: number;
}

const i = /*#__PURE__*/ new Complex(0, 1);

/** Halley's iteration from a start near the branch point, or from the asymptotic form `ln z - ln ln z`. */
function branch(z: Expr, k: Expr, tol: Expr): Expr {
  const principal = k.eq(0);
  const turn = k.mul(2 * Math.PI);
  const log = z.log().add(turn.mul(i));
  const asymptotic = log.sub(log.log());
  const distance = z.add(Math.exp(-1)).abs();
  const p = z.mul(Math.E).add(1).mul(2).sqrt();
  const series = p.mul(p.mul(-1 / 3).add(1)).sub(1);
  const l = z.add(1).log();
  const near = l.mul(lift(1).sub(l.add(1).log().div(l.add(2))));
  const [re, im] = [z.real(), z.imag().abs()];
  const middle = both(both(re.gt(-1), re.lt(1.5)), both(im.lt(1), im.mul(-2.5).sub(0.2).lt(re)));
  const onCut = both(both(z.imag().eq(0), re.lt(0)), z.abs().le(Math.exp(-1)));
  const start = choose(
    [
      [both(principal, distance.lt(0.3)), series],
      [both(principal, middle), small(near, z)],
      [both(k.eq(-1), onCut), complexOf(re.neg().log(), re.mul(0))],
    ],
    asymptotic,
  );
  const [w] = fold(
    100,
    [start, lift(1)],
    ([w]) => {
      const at = w as Expr;
      const right = at.real().ge(0);
      // The equation in the form that does not overflow on this side.
      const e = right.where(at.neg(), at).exp();
      const f = right.where(at.sub(z.mul(e)), at.mul(e).sub(z));
      const slope = right.where(at.add(1), at.mul(e).add(e));
      const next = at.sub(f.div(slope.sub(at.add(2).mul(f).div(at.mul(2).add(2)))));
      return [next, next.sub(at).abs().sub(tol.mul(next.abs()))];
    },
    ([, change]) => (change as Expr).le(0),
  ) as [Expr];
  return choose(
    [
      [z.isnan(), z],
      [re.eq(Number.POSITIVE_INFINITY), z.add(turn.mul(i))],
      [re.eq(Number.NEGATIVE_INFINITY), z.neg().add(turn.add(Math.PI).mul(i))],
      [both(z.eq(0), principal), z],
      [z.eq(0), new Complex(Number.NEGATIVE_INFINITY, 0)],
    ],
    w,
  );
}

/** The start in the middle, which is z itself where that is tiny. */
function small(start: Expr, z: Expr): Expr {
  return either(z.abs().lt(1e-8), start.isnan()).where(z, start);
}

const kernel = /*#__PURE__*/ new ElementwiseKernel(
  'lambertw',
  3,
  (z, k, tol) => branch(z.cast(complex128), k.cast('float64'), tol.cast('float64')),
  { outputs: [complex128], scalars: [null, 'float64', 'float64'] },
);

/**
 * Lambert's W function: the solutions of `w exp(w) = z`, one on each branch k. The result is complex128.
 *
 * @throws {TypeError} if k is not an integer.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.special.lambertw(array([1])).real.toArraySync(); // [0.567]
 */
export function lambertw(z: ArrayLike | Scalar, options: LambertwOptions = {}): NdArray {
  checkOptions('lambertw', options, ['k', 'tol']);
  const { k = 0, tol = 1e-8 } = options;
  if (!Number.isInteger(k)) throw new TypeError(`[lambertw] k must be an integer, got ${k}`);
  const x = z instanceof NdArray ? z : asarray(z as ArrayLike);
  return kernel.call([x, k, tol]);
}
