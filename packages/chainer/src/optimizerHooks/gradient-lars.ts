import { input } from '@chainer/xp/functions';
import { Kernel } from '@chainer/xp/internal';
import { checkOptions } from '../core/check-options.ts';
import type { Parameter } from '../core/parameter.ts';
import { OptimizerHook } from '../optimizers/hook.ts';
import { squaredNorm } from './norms.ts';
import { lossScaleOf, transformGradients } from './transform.ts';

const g = input(0);
const p = input(1);
const gNorm = input(2).sqrt();
const pNorm = input(3).sqrt();
/** Operands 4 to 7; the loss scale multiplies the gradient and its norm. */
const [lossScale, threshold, decay, eps] = [input(4), input(5), input(6), input(7)];
const trust = pNorm.div(gNorm.div(lossScale).add(pNorm.mul(decay)).add(eps));
const rate = pNorm.gt(threshold).where(trust, 1);
const kernel = /*#__PURE__*/ new Kernel('GradientLARS', [g.add(p.mul(decay).mul(lossScale)).mul(rate)]);

/** Options of GradientLARS. */
export interface GradientLARSOptions {
  /** Parameters whose norm is not above this keep their gradients; 0.01 unless given. */
  readonly threshold?: number;
  /** L2 regularisation, which belongs into this rule; 0 unless given. */
  readonly weightDecay?: number;
  /** Against division by zero; 1e-9 unless given. */
  readonly eps?: number;
}

/**
 * Layer-wise adaptive rate scaling (You et al., Scaling SGD batch size to 32K for ImageNet training, 2017).
 *
 * `g ← r (g + weightDecay p)`, where for each parameter by itself `r = ‖p‖ / (‖g‖ + weightDecay ‖p‖ + eps)` if `‖p‖ > threshold`,
 * and else 1. The trust coefficient of the paper is left to the learning rate.
 *
 * @example
 * import { links as L, optimizerHooks, optimizers } from 'chainer';
 * new optimizers.MomentumSGD().setup(new L.Linear(3, 2)).addHook(new optimizerHooks.GradientLARS({ weightDecay: 1e-4 }));
 */
export class GradientLARS extends OptimizerHook {
  readonly name = 'GradientLARS';
  readonly threshold: number;
  readonly weightDecay: number;
  readonly eps: number;

  constructor(options: GradientLARSOptions = {}) {
    super();
    checkOptions('GradientLARS', options, ['threshold', 'weightDecay', 'eps']);
    this.threshold = options.threshold ?? 0.01;
    this.weightDecay = options.weightDecay ?? 0;
    this.eps = options.eps ?? 1e-9;
  }

  apply(params: readonly Parameter[]): void {
    transformGradients(kernel, params, (param, grad) => [
      grad,
      param.array,
      squaredNorm(grad),
      squaredNorm(param.array),
      lossScaleOf(param),
      this.threshold,
      this.weightDecay,
      this.eps,
    ]);
  }
}
