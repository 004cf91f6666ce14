import type { NdArray } from '@chainer/xp/functions';
import { FunctionHook, usingHook } from '../core/function-hook.ts';
import type { FunctionNode } from '../core/function-node.ts';

/** One function that ran, with the arrays it took and gave. */
export interface Call<N extends FunctionNode = FunctionNode> {
  readonly node: N;
  readonly inputs: readonly NdArray[];
  readonly outputs: readonly NdArray[];
}

/** Writes down every function that runs, whether it has gradients or not. */
class Tracer extends FunctionHook {
  readonly name = 'Tracer';
  readonly calls: Call[] = [];

  override forwardPostprocess(
    node: FunctionNode,
    inputs: readonly NdArray[],
    outputs: readonly NdArray[],
  ): void {
    this.calls.push({ node, inputs, outputs });
  }
}

/** Runs a body. @returns its result, and the functions that ran, in order. */
export function traced<T>(body: () => T): { readonly result: T; readonly calls: readonly Call[] } {
  const tracer = new Tracer();
  const result = usingHook(tracer, body);
  return { result, calls: tracer.calls };
}

/** The calls on which some arrays depend, in order. What gives out what it was given (the same array) computes nothing. */
export function needed(calls: readonly Call[], outputs: readonly NdArray[]): Call[] {
  const wanted = new Set(outputs);
  const kept: Call[] = [];
  for (const call of calls.toReversed()) {
    const made = call.outputs.some((y) => wanted.has(y) && !call.inputs.includes(y));
    if (!made) continue;
    kept.push(call);
    for (const y of call.outputs) wanted.delete(y);
    for (const x of call.inputs) wanted.add(x);
  }
  return kept.toReversed();
}
