/** Optimizers, and what new ones are built from. */
export { AdaDelta, type AdaDeltaHyperparameters } from './ada-delta.ts';
export { AdaGrad, type AdaGradHyperparameters } from './ada-grad.ts';
export { AdaBound, Adam, AdamW, AMSBound, AMSGrad } from './adam.ts';
export type { AdamHyperparameters } from './adam-formula.ts';
export { CorrectedMomentumSGD } from './corrected-momentum-sgd.ts';
export { type FormulaSpec, type RuleState, type UpdateFormula, updateFormula } from './formula.ts';
export { FormulaRule } from './formula-rule.ts';
export { GradientMethod, type LossFunction } from './gradient-method.ts';
export { type HookTiming, OptimizerHook } from './hook.ts';
export type { LossScalingOptions } from './loss-scaler.ts';
export {
  type MomentumHyperparameters,
  MomentumSGD,
  type MomentumSGDHyperparameters,
} from './momentum-sgd.ts';
export { MSVAG, type MSVAGHyperparameters } from './msvag.ts';
export { NesterovAG } from './nesterov-ag.ts';
export { type AddHookOptions, Optimizer, type OptimizerFunctionHook } from './optimizer.ts';
export { RMSprop, type RMSpropHyperparameters } from './rmsprop.ts';
export { RMSpropGraves, type RMSpropGravesHyperparameters } from './rmsprop-graves.ts';
export { SGD, type SGDHyperparameters } from './sgd.ts';
export { SMORMS3, type SMORMS3Hyperparameters } from './smorms3.ts';
export { type RuleHook, UpdateRule } from './update-rule.ts';
