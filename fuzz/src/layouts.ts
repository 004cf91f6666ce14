import type { Choices } from './choices.ts';

const list = (xs: readonly (number | string)[]): string => `[${xs.join(', ')}]`;

/** How an array may lie in memory. Broadcast ones repeat elements, so that they cannot be written to. */
const kinds = ['plain', 'transposed', 'every other', 'from the second', 'reversed', 'broadcast'] as const;

/**
 * Source text of an array of that shape, often a view that is not contiguous.
 *
 * @param make text of a contiguous array of a shape
 */
export function laidOut(
  choices: Choices,
  shape: readonly number[],
  make: (shape: readonly number[]) => string,
  options: { readonly writable?: boolean } = {},
): string {
  if (shape.length === 0 || !choices.chance(40)) return make(shape);
  const kind = choices.pick(options.writable ? kinds.slice(0, 5) : kinds);
  const axis = choices.int(0, shape.length - 1);
  const size = shape[axis] as number;
  const changed = (d: number) => shape.map((old, i) => (i === axis ? d : old));
  const sliced = (text: string) => list(shape.map((_, i) => (i === axis ? `'${text}'` : "':'"))).slice(1, -1);
  switch (kind) {
    case 'plain':
      return make(shape);
    case 'transposed': {
      const order = choices.permutation(shape.length);
      const inverse = order.map((_, i) => order.indexOf(i));
      return `${make(order.map((i) => shape[i] as number))}.transpose(${list(inverse)})`;
    }
    case 'every other':
      return `${make(changed(2 * size))}.at(${sliced('::2')})`;
    case 'from the second':
      return `${make(changed(size + 1))}.at(${sliced('1:')})`;
    case 'reversed':
      return `${make(shape)}.at(${sliced('::-1')})`;
    case 'broadcast':
      return `xp.broadcastTo(${make(changed(1))}, ${list(shape)})`;
  }
}
