import { type DType, ValueError } from '@chainer/xp/functions';
import { float16 } from '@chainer/xp/internal';
import { type UpdateFormula, updateFormula } from './formula.ts';
import { GradientMethod } from './gradient-method.ts';

/** Hyperparameters of RMSprop. */
export interface RMSpropHyperparameters {
  /** Learning rate; 0.01 unless given. */
  lr: number;
  /** How much of the mean square stays; 0.99 unless given. */
  alpha: number;
  /** Against division by zero; 1e-8 unless given. */
  eps: number;
  /** Whether `eps` is added to the mean square instead of to its root. */
  epsInsideSqrt: boolean;
}

function variant(inside: boolean): UpdateFormula<RMSpropHyperparameters> {
  return updateFormula({
    name: 'RMSprop',
    state: { ms: 0 },
    scalars: {
      lr: (hp: RMSpropHyperparameters) => hp.lr,
      alpha: (hp: RMSpropHyperparameters) => hp.alpha,
      fresh: (hp: RMSpropHyperparameters) => 1 - hp.alpha,
      eps: (hp: RMSpropHyperparameters) => hp.eps,
    },
    step: ({ p, grad, ms, lr, alpha, fresh, eps }) => {
      const square = ms.mul(alpha).add(grad.square().mul(fresh));
      const root = inside ? square.add(eps).sqrt() : square.sqrt().add(eps);
      return { p: p.sub(grad.mul(lr).div(root)), ms: square };
    },
    check: checkEps,
  });
}

/** float16 has no number between 0 and 2⁻²⁴: half of that rounds to 0. */
function checkEps(hp: RMSpropHyperparameters, d: DType): void {
  if (d === float16 && hp.eps !== 0 && Math.abs(hp.eps) <= 2 ** -25) {
    throw new ValueError(
      `[RMSprop] eps ${hp.eps} is too small for float16 parameters, where it would be 0; give a larger one, as {eps: 1e-4}, or call optimizer.useFp32Update()`,
    );
  }
}

const outside = variant(false);
const inside = variant(true);

export interface RMSprop extends RMSpropHyperparameters {}

/**
 * RMSprop (Tieleman and Hinton, 2012): `ms ← alpha ms + (1 - alpha) g²`, `p ← p - lr g / (√ms + eps)`, or with `epsInsideSqrt`
 * `p ← p - lr g / √(ms + eps)`.
 *
 * @throws {ValueError} at the update of a float16 parameter for which `eps` is 0 by rounding.
 * @example
 * import { links as L, optimizers } from 'chainer';
 * new optimizers.RMSprop({ lr: 0.001 }).setup(new L.Linear(3, 2));
 */
export class RMSprop extends GradientMethod<RMSpropHyperparameters> {
  constructor(options: Partial<RMSpropHyperparameters> = {}) {
    super({ lr: 0.01, alpha: 0.99, eps: 1e-8, epsInsideSqrt: false }, options);
  }

  protected override formulaFor(hp: RMSpropHyperparameters): UpdateFormula<RMSpropHyperparameters> {
    return hp.epsInsideSqrt ? inside : outside;
  }
}
