import type { NdArray } from '@chainer/xp/functions';
import { activeHooks, FunctionHook, usingHook } from '../core/function-hook.ts';
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

/** Whether somebody asks which functions run: what could be one function of a device's is then the ones that it is made of. */
export const isTracing = (): boolean => activeHooks.some((hook) => hook instanceof Tracer);

/** Runs a body. @returns its result, and the functions that ran, in order. */
export function traced<T>(body: () => T): { readonly result: T; readonly calls: readonly Call[] } {
  const tracer = new Tracer();
  const result = usingHook(tracer, body);
  return { result, calls: tracer.calls };
}

/**
 * The calls on which some arrays depend, in order. What gives out what it was given, or what a call before it made (the same array),
 * computes nothing.
 *
 * @param reads what a call reads besides its inputs, such as indices: these arrays, or views of them
 */
export function needed(
  calls: readonly Call[],
  outputs: readonly NdArray[],
  reads: (call: Call) => readonly NdArray[] = () => [],
): Call[] {
  const maker = new Map<NdArray, Call>();
  for (const call of calls)
    for (const y of call.outputs) if (!maker.has(y) && !call.inputs.includes(y)) maker.set(y, call);
  const wanted = new Set(outputs);
  const looked = new Set<NdArray['storage']>();
  const kept: Call[] = [];
  for (const call of calls.toReversed()) {
    const made = call.outputs.some((y) => maker.get(y) === call && (wanted.has(y) || looked.has(y.storage)));
    if (!made) continue;
    kept.push(call);
    for (const y of call.outputs) wanted.delete(y);
    for (const x of call.inputs) wanted.add(x);
    for (const x of reads(call)) looked.add(x.storage);
  }
  return kept.toReversed();
}
