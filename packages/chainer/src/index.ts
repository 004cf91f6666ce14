/** Chainer for TypeScript: define-by-run deep learning. */
export * as xp from '@chainer/xp';
export * as computationalGraph from './computational-graph/index.ts';
export { type BackwardOptions, backward, grad, unchainBackward } from './core/backward.ts';
export { Chain } from './core/chain.ts';
export { ChainList } from './core/chain-list.ts';
export { composed } from './core/composed.ts';
export {
  type Config,
  config,
  forceBackpropMode,
  getDtype,
  isDebug,
  mixed16,
  noBackpropMode,
  setDebug,
  usingConfig,
} from './core/config.ts';
export { type ElementwiseOperand, type ElementwiseOptions, elementwise } from './core/elementwise.ts';
export { FunctionHook, usingHook } from './core/function-hook.ts';
export { FunctionNode } from './core/function-node.ts';
export type { Initializer, InitializerLike } from './core/initializer.ts';
export { Variable } from './core/install.ts';
export { type CopyMode, Link } from './core/link.ts';
export { type LinkCall, LinkHook, usingLinkHook } from './core/link-hook.ts';
export { Parameter } from './core/parameter.ts';
export { printRuntimeInfo } from './core/runtime-info.ts';
export { type Layer, repeat, Sequential } from './core/sequential.ts';
export type { CanSerialize, Serializable, Serializer } from './core/serializer.ts';
export { type StaticGraphOptions, staticCode, staticGraph } from './core/static-graph.ts';
export { InvalidType } from './core/type-check.ts';
export {
  asArray,
  asVariable,
  type VariableLike,
  VariableNode,
  type VariableOptions,
} from './core/variable.ts';
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
