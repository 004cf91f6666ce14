/**
 * The graph, links and configuration without the methods of variables that calculate: `F.add(x, y)`, but not `x.add(y)`. A program that
 * imports from here, from `chainer/functions` and its like has no more than it uses. Variables can be walked back from and read.
 */
import './install-graph.ts';

export { type BackwardOptions, backward, grad, unchainBackward } from './backward.ts';
export { Chain } from './chain.ts';
export { ChainList } from './chain-list.ts';
export { composed } from './composed.ts';
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
} from './config.ts';
export { type ElementwiseOperand, type ElementwiseOptions, elementwise } from './elementwise.ts';
export { FunctionHook, usingHook } from './function-hook.ts';
export { FunctionNode } from './function-node.ts';
export type { Initializer, InitializerLike } from './initializer.ts';
export { type CopyMode, Link } from './link.ts';
export { type LinkCall, LinkHook, usingLinkHook } from './link-hook.ts';
export { Parameter } from './parameter.ts';
export { printRuntimeInfo } from './runtime-info.ts';
export { type Layer, repeat, Sequential } from './sequential.ts';
export type { CanSerialize, Serializable, Serializer } from './serializer.ts';
export { type StaticGraphOptions, staticCode, staticGraph } from './static-graph.ts';
export { InvalidType } from './type-check.ts';
export {
  asArray,
  asVariable,
  Variable,
  type VariableLike,
  VariableNode,
  type VariableOptions,
} from './variable.ts';
