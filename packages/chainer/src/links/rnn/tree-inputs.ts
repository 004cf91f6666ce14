import { asArray, type VariableLike } from '../../core/variable.ts';
import { zeroState } from './state.ts';

type Maybe = VariableLike | null;

/** The arguments of a tree LSTM: cell states of the children, their outputs, and the node's own input. */
export interface TreeInputs {
  readonly cs: readonly Maybe[];
  readonly hs: readonly Maybe[];
  readonly x: VariableLike;
}

/**
 * Takes the arguments apart. A missing input is zero.
 *
 * @throws {TypeError} for a number of arguments that does not fit, or if all are null.
 */
export function treeInputs(
  who: string,
  args: readonly Maybe[],
  inSize: number,
  children: number | null,
): TreeInputs {
  const count = (args.length - 1) / 2;
  if (args.length % 2 !== 1 || (children !== null && count !== children))
    throw new TypeError(
      `[${who}] forward takes ${children === null ? 'the cell states of all children, their outputs' : `${children} cell states, ${children} outputs`} and x, got ${args.length} arguments`,
    );
  const [cs, hs] = [args.slice(0, count), args.slice(count, -1)];
  const own = args[args.length - 1] ?? null;
  if (own !== null) return { cs, hs, x: own };
  const known = args.find((a) => a !== null && a !== undefined);
  if (!known)
    throw new TypeError(
      `[${who}] all arguments are null: cell states, outputs and x; at least one must be given`,
    );
  return { cs, hs, x: zeroState(asArray(known), [known.shape[0] as number, inSize]) };
}

/** States with zeros for missing ones. */
export function padded(states: readonly Maybe[], x: VariableLike, size: number): VariableLike[] {
  return states.map((s) => s ?? zeroState(asArray(x), [x.shape[0] as number, size]));
}
