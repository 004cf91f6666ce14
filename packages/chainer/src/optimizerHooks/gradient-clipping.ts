import { ElementwiseKernel, input, type NdArray } from '@chainer/xp/functions';
import { Kernel } from '@chainer/xp/internal';
import type { Parameter } from '../core/parameter.ts';
import { OptimizerHook } from '../optimizers/hook.ts';
import { totalSquaredNorm } from './norms.ts';
import { lossScaleOf, transformGradients, unscaleGradients } from './transform.ts';

/** 1, or what brings the norm down to the threshold. Operands: squared norm, threshold. A NaN changes nothing. */
const rate = /*#__PURE__*/ new ElementwiseKernel('GradientClipping', 2, (square, threshold) => {
  const norm = square.sqrt();
  return norm.gt(threshold).where(threshold.div(norm), 1);
});
const scaled = /*#__PURE__*/ new Kernel('GradientClipping', [input(0).mul(input(1))]);

/**
 * Scales all gradients down where their joint L2 norm exceeds a threshold: `g ← g min(1, threshold / ‖g‖)`. Everything stays on
 * the device. Under loss scaling the threshold is scaled with the loss.
 *
 * @example
 * import { links as L, optimizerHooks, optimizers } from 'chainer';
 * new optimizers.SGD().setup(new L.Linear(3, 2)).addHook(new optimizerHooks.GradientClipping(5));
 */
export class GradientClipping extends OptimizerHook {
  readonly name = 'GradientClipping';
  readonly threshold: number;

  constructor(threshold: number) {
    super();
    this.threshold = threshold;
  }

  apply(params: readonly Parameter[]): void {
    const first = params[0];
    if (first === undefined) return;
    if (params.some((p) => lossScaleOf(p) !== lossScaleOf(first))) unscaleGradients(params);
    const home = first.array.device;
    const square = totalSquaredNorm(params.map((p) => onDevice(p.grad as NdArray, home)));
    const factor = rate.call([square, this.threshold * lossScaleOf(first)]);
    transformGradients(scaled, params, (_, g) => [g, factor.to(g.device)]);
  }
}

/** A gradient that lives elsewhere (a model on two devices) is brought to where the norm is taken. */
function onDevice(g: NdArray, device: NdArray['device']): NdArray {
  return g.device === device ? g : g.to(device);
}
