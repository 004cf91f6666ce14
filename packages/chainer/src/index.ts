/** Chainer for TypeScript: define-by-run deep learning. */
import './core/install.ts';

export * as xp from '@chainer/xp';
export * as computationalGraph from './computational-graph/index.ts';
export * from './core/index.ts';
export * as dataset from './dataset/index.ts';
export * as datasets from './datasets/index.ts';
export * as distributions from './distributions/index.ts';
export * as functionHooks from './functionHooks/index.ts';
export * as functions from './functions/index.ts';
export * as gradientCheck from './gradient-check/index.ts';
export * as initializers from './initializers/index.ts';
export * as iterators from './iterators/index.ts';
export * as linkHooks from './linkHooks/index.ts';
export * as links from './links/index.ts';
export * as optimizerHooks from './optimizerHooks/index.ts';
export * as optimizers from './optimizers/index.ts';
export { GradientMethod, Optimizer, OptimizerHook, UpdateRule } from './optimizers/index.ts';
export {
  DictSummary,
  getCurrentReporter,
  type Observation,
  Reporter,
  report,
  reportScope,
  Summary,
} from './reporter/index.ts';
export * as serializers from './serializers/index.ts';
export * as training from './training/index.ts';
export * as utils from './utils/index.ts';
