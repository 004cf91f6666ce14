import type { NdArray } from '@chainer/xp/functions';
import type { FunctionNode } from './function-node.ts';

/**
 * Watches functions as they run. Subclass it and override what you need; activate it with `using(hook, body)` for all
 * functions run in `body`, or add it to one function node.
 */
export abstract class FunctionHook {
  /** Name under which it is active; one hook of a name at a time. */
  abstract readonly name: string;
  added(_node: FunctionNode | null): void {}
  deleted(_node: FunctionNode | null): void {}
  forwardPreprocess(_node: FunctionNode, _inputs: readonly NdArray[]): void {}
  forwardPostprocess(_node: FunctionNode, _inputs: readonly NdArray[], _outputs: readonly NdArray[]): void {}
  backwardPreprocess(
    _node: FunctionNode,
    _inputs: readonly NdArray[],
    _gradOutputs: readonly (NdArray | null)[],
  ): void {}
  backwardPostprocess(
    _node: FunctionNode,
    _inputs: readonly NdArray[],
    _gradOutputs: readonly (NdArray | null)[],
  ): void {}
}

/** Hooks that are active for every function. */
export const activeHooks: FunctionHook[] = [];

/** Runs `body` with a hook active. @throws {Error} if one of that name is active already. */
export function usingHook<T>(hook: FunctionHook, body: () => T): T {
  if (activeHooks.some((h) => h.name === hook.name))
    throw new Error(`[usingHook] a function hook named '${hook.name}' is active already`);
  activeHooks.push(hook);
  hook.added(null);
  try {
    return body();
  } finally {
    activeHooks.splice(activeHooks.indexOf(hook), 1);
    hook.deleted(null);
  }
}
