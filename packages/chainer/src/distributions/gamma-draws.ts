import {
  astype,
  broadcastTo,
  coord,
  ElementwiseKernel,
  type Expr,
  fold,
  lift,
  type NdArray,
  reshape,
} from '@chainer/xp/functions';
import { lgammaOf } from '@chainer/xp/internal';
import { normals, uniforms } from './scalar-distribution.ts';

/** Random numbers of gamma and Poisson distributions: rejection and inversion as kernels, on every device. */

/** Tries of one number. One fails with a probability below 5 %, so that all of them do once in 10¹⁵ numbers. */
const tries = 12;

/** Marsaglia and Tsang (2000): the cube of a normal number, accepted by a uniform one; shapes below 1 by a power of a third. */
const gamma = /*#__PURE__*/ new ElementwiseKernel(
  'gamma',
  4,
  (k, normal, uniform, power) => {
    const small = k.lt(1);
    const d = small.where(k.add(1), k).sub(1 / 3);
    const c = d.mul(9).rsqrt();
    const [value] = fold(
      tries,
      [d, lift(false)],
      (_, i) => {
        const x = normal.at(i, coord(0));
        const v = x.mul(c).add(1);
        const cube = v.mul(v).mul(v);
        const positive = v.gt(0);
        const log = positive.where(cube, 1).log();
        const bound = x.square().mul(0.5).add(d).sub(d.mul(cube)).add(d.mul(log));
        const accepted = positive.and(uniform.at(i, coord(0)).log().lt(bound));
        return [accepted.where(d.mul(cube), d), accepted];
      },
      ([, done]) => done as Expr,
    ) as [Expr];
    return small.where(value.mul(power.log().div(k).exp()), value);
  },
  { raw: [1, 2] },
);

/** Gamma-distributed numbers of shape k and scale 1: `[...size, ...k's shape]`. */
export function standardGamma(k: NdArray, size: readonly number[]): NdArray {
  const shape = [...size, ...k.shape];
  const flat = reshape(broadcastTo(k, shape), [-1]);
  const m = flat.size;
  if (m === 0) return reshape(flat, shape);
  const [z, u] = [normals(k, [tries, m]), uniforms(k, [tries, m])];
  return reshape(astype(gamma.call([flat, z, u, uniforms(k, [m])]), k.dtype), shape);
}

/** Inversion from the mode outwards: the number of steps is about the standard deviation. */
const poisson = /*#__PURE__*/ new ElementwiseKernel('poisson', 2, (lam, u) => {
  const mode = lam.floor();
  const first = mode
    .mul(lam.max(1e-30).log())
    .sub(lam)
    .sub(lgammaOf(mode.add(1)))
    .exp();
  const steps = lam.sqrt().mul(10).add(40).cast('int32');
  // Above and below in turn; `left` is what of u is not used up, the place where it ends the result.
  const [found] = fold(
    steps,
    [mode, first, first, u.sub(first), mode.add(0)],
    (state, i) => {
      const [found, up, down, left, low] = state as [Expr, Expr, Expr, Expr, Expr];
      const high = mode.add(i).add(1);
      const above = up.mul(lam).div(high);
      const below = down.mul(low).div(lam.max(1e-30));
      const rest = left.sub(above);
      const here = rest.lt(0);
      return [
        here.where(high, low.gt(0).where(low.sub(1), found)),
        above,
        below,
        here.where(rest, rest.sub(below)),
        low.sub(1).max(0),
      ];
    },
    ([, , , left]) => (left as Expr).lt(0),
  ) as [Expr];
  return found;
});

/** Poisson-distributed numbers of mean lam, in lam's dtype: `[...size, ...lam's shape]`. */
export function poissonDraws(lam: NdArray, size: readonly number[]): NdArray {
  const shape = [...size, ...lam.shape];
  return astype(poisson.call([broadcastTo(lam, shape), uniforms(lam, shape)]), lam.dtype);
}
