/** Checking gradients against differences. */
export {
  type Arrays,
  type CheckBackwardOptions,
  type CheckDoubleBackwardOptions,
  type CheckedFunction,
  checkBackward,
  checkDoubleBackward,
} from './check-backward.ts';
export { type DifferenceOptions, NondifferentiableError, numericalGrad } from './numerical-grad.ts';
