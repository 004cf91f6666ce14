/** Hooks of optimizers: what changes gradients before the parameters are updated. */
export { GradientClipping } from './gradient-clipping.ts';
export { GradientHardClipping } from './gradient-hard-clipping.ts';
export { GradientLARS, type GradientLARSOptions } from './gradient-lars.ts';
export { exponentialDecayNoise, GradientNoise, type NoiseFunction } from './gradient-noise.ts';
export { Lasso } from './lasso.ts';
export { WeightDecay } from './weight-decay.ts';
