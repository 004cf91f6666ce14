/** An order of a list, and the way back. */
export interface Order {
  /** Positions in the list, in order. */
  readonly indices: readonly number[];
  apply<T>(list: readonly T[]): T[];
  undo<T>(list: readonly T[]): T[];
}

/** Sequences by falling length; equal ones stay in order. */
export function longestFirst(xs: readonly { readonly shape: readonly number[] }[]): Order {
  const length = (i: number) => xs[i]?.shape[0] ?? 0;
  const indices = xs.map((_, i) => i).sort((i, j) => length(j) - length(i));
  return {
    indices,
    apply: <T>(list: readonly T[]) => indices.map((i) => list[i] as T),
    undo: <T>(list: readonly T[]) => {
      const back = new Array<T>(list.length);
      indices.forEach((i, k) => {
        back[i] = list[k] as T;
      });
      return back;
    },
  };
}
