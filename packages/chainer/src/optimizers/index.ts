/** Optimizers, and what new ones are built from. */
export { AdaBound, Adam, AdamW, AMSBound, AMSGrad } from './adam.ts';
export type { AdamHyperparameters } from './adam-formula.ts';
export { type FormulaSpec, type RuleState, type UpdateFormula, updateFormula } from './formula.ts';
export { FormulaRule } from './formula-rule.ts';
export { GradientMethod, type LossFunction } from './gradient-method.ts';
export { type HookTiming, OptimizerHook } from './hook.ts';
export type { LossScalingOptions } from './loss-scaler.ts';
export { type MomentumHyperparameters, MomentumSGD } from './momentum-sgd.ts';
export { type AddHookOptions, Optimizer, type OptimizerFunctionHook } from './optimizer.ts';
export { SGD, type SGDHyperparameters } from './sgd.ts';
export { type RuleHook, UpdateRule } from './update-rule.ts';
