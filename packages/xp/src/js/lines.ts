import { collapse } from '../core/layout.ts';
import { walk } from './elementwise.ts';

/** Anything with a first position and steps. */
export interface Strided {
  readonly offset: number;
  readonly steps: readonly number[];
}

/**
 * Calls `body` once for every line along `axis`, with each operand's first position on it. Operands that lack the axis
 * (`reduced`) come last. `body` must not keep the positions.
 */
export function eachLine(
  shape: readonly number[],
  axis: number,
  operands: readonly Strided[],
  body: (p: readonly number[]) => void,
  reduced: readonly Strided[] = [],
): void {
  const cut = (list: readonly number[]) => [...list.slice(0, axis), ...list.slice(axis + 1)];
  const outer = cut(shape);
  if (outer.includes(0)) return;
  const loops = collapse(outer, [...operands.map((x) => cut(x.steps)), ...reduced.map((x) => x.steps)]);
  const starts = [...operands, ...reduced].map((x) => x.offset);
  const at = starts.slice();
  walk(loops, starts, (n, p, s) => {
    for (let k = 0; k < at.length; k++) at[k] = p[k]!;
    for (let i = 0; i < n; i++) {
      body(at);
      for (let k = 0; k < at.length; k++) at[k] = at[k]! + s[k]!;
    }
  });
}
