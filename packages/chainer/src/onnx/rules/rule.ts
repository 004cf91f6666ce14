import type { NdArray } from '@chainer/xp/functions';
import type { Call } from '../../computational-graph/trace.ts';
import type { FunctionNode } from '../../core/function-node.ts';
import type { GraphBuilder } from '../graph-builder.ts';

/**
 * Writes one function into a graph.
 *
 * @param g the graph
 * @param names the values of the function's inputs
 * @param call the function, and the arrays that it took and gave when it was traced: their shapes are those of the graph
 * @returns the names of its outputs
 */
export type Rule<N extends FunctionNode> = (
  g: GraphBuilder,
  names: readonly string[],
  call: Call<N>,
) => string | readonly string[];

/** Rules by the labels of functions. */
export type Rules = Readonly<Record<string, Rule<never>>>;

/** Axes of a reduction, counted from the front. */
export function axesOf(axis: number | readonly number[] | null | undefined, x: NdArray): number[] {
  if (axis === null || axis === undefined) return x.shape.map((_, i) => i);
  return (typeof axis === 'number' ? [axis] : axis).map((a) => (a < 0 ? a + x.ndim : a));
}
