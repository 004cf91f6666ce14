import type { GraphPicture } from '../worker/protocol.ts';

/** Where a vertex stands. */
export interface Place {
  readonly vertex: number;
  readonly x: number;
  readonly y: number;
}

/** A graph in layers, top to bottom: parameters are left to the functions that read them. */
export interface Layout {
  readonly places: readonly Place[];
  readonly edges: readonly (readonly [Place, Place])[];
  /** Parameters by the vertex that reads them. */
  readonly parameters: ReadonlyMap<number, readonly number[]>;
  readonly columns: number;
  readonly rows: number;
}

/** Layer by the longest way from an input; within a layer, vertices stand near the mean of those above. */
export function layOut({ vertices, edges }: GraphPicture): Layout {
  const parameters = new Map<number, number[]>();
  const above = vertices.map((): number[] => []);
  for (const [from, to] of edges) {
    if (vertices[from]?.kind === 'parameter') parameters.set(to, [...(parameters.get(to) ?? []), from]);
    else above[to]?.push(from);
  }
  const layers: number[] = [];
  const layerOf = (v: number): number => {
    const known = layers[v];
    if (known !== undefined) return known;
    const layer = Math.max(-1, ...above[v]!.map(layerOf)) + 1;
    layers[v] = layer;
    return layer;
  };
  const shown = vertices.flatMap((vertex, v) => (vertex.kind === 'parameter' ? [] : [v]));
  shown.forEach(layerOf);
  // An input that is read late stands just above its reader.
  for (const [from, to] of edges) {
    if (vertices[from]?.kind === 'input' && edges.filter(([tail]) => tail === from).length === 1)
      layers[from] = Math.max(0, layers[to]! - 1);
  }
  const rows = Math.max(0, ...shown.map((v) => layers[v]! + 1));
  const places = new Map<number, Place>();
  let columns = 1;
  for (let y = 0; y < rows; y++) {
    const row = shown.filter((v) => layers[v] === y);
    const wish = (v: number): number => {
      const xs = above[v]!.flatMap((u) => places.get(u)?.x ?? []);
      return xs.length === 0 ? 0.9 : xs.reduce((a, b) => a + b, 0) / xs.length;
    };
    const ordered = row.map((v) => [v, wish(v)] as const).sort((a, b) => a[1] - b[1]);
    for (const [i, [v]] of ordered.entries()) places.set(v, { vertex: v, x: i - (row.length - 1) / 2, y });
    columns = Math.max(columns, row.length);
  }
  return {
    places: [...places.values()],
    edges: edges.flatMap(([from, to]) => {
      const [a, b] = [places.get(from), places.get(to)];
      return a && b ? [[a, b] as const] : [];
    }),
    parameters,
    columns,
    rows,
  };
}
