import { call, findFunction, makeVariable, member } from '../api.ts';
import type { CaseRun } from '../case-run.ts';
import { type Json, listOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { Mismatch } from '../outcome.ts';
import { Decoder } from '../values.ts';
import { buildModel } from './models.ts';

/** A computational graph and its dot text. */
export async function runGraph(run: CaseRun): Promise<void> {
  onlyKeys(
    run.case,
    'id model x t options names xName nodes edges nodeLabels edgeLabels dotHead',
    'the case',
  );
  const build = findFunction(run.api.chainer, ['computationalGraph', 'buildComputationalGraph']);
  const { link } = buildModel(run, run.case.model);
  const decoder = new Decoder(run.api, run.store);
  const name = run.case.xName === undefined ? undefined : stringOf(run.case.xName, 'xName');
  const x = makeVariable(run.api, decoder.array(stringOf(run.case.x, 'x')), name);
  const t = run.case.t === undefined ? [] : [decoder.array(stringOf(run.case.t, 't'))];
  const y = call(link, 'forward', x, ...t);
  const options = objectOf(run.case.options, 'options');
  const graph = build([y], ...(Object.keys(options).length === 0 ? [] : [options]));
  for (const part of ['nodes', 'edges'] as const) {
    const list = member(graph, part) as { readonly length?: number; readonly size?: number };
    const count = list?.length ?? list?.size;
    if (count !== run.case[part]) throw new Mismatch(`${part}: got ${count}, expected ${run.case[part]}`);
  }
  const dot = String(call(graph, 'dump'));
  if (!dot.startsWith(stringOf(run.case.dotHead, 'dotHead')))
    throw new Mismatch(`the dot text begins with ${dot.slice(0, 60)}, expected ${run.case.dotHead}`);
  const { nodes, edges } = parseDot(dot);
  compareLists([...nodes.values()], run.case.nodeLabels, 'nodes');
  const label = (id: string): string => /label="((?:[^"\\]|\\.)*)"/.exec(nodes.get(id) ?? '')?.[1] ?? '?';
  compareLists(
    edges.map(([tail, head]) => `${label(tail)} -> ${label(head)}`),
    run.case.edgeLabels,
    'edges',
  );
}

/** The statements of a dot text: text of each node without its id, and edges as pairs of ids. */
export function parseDot(dot: string): { nodes: Map<string, string>; edges: [string, string][] } {
  const nodes = new Map<string, string>();
  const edges: [string, string][] = [];
  const statement = /(\w+|"[^"]*")\s*(?:->\s*(\w+|"[^"]*")|(\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]))\s*;/g;
  for (const [, id = '', head, text] of dot.matchAll(statement)) {
    if (head !== undefined) edges.push([id, head]);
    else if (text !== undefined) nodes.set(id, text);
  }
  return { nodes, edges };
}

function compareLists(actual: readonly string[], expected: Json | undefined, what: string): void {
  const wanted = listOf(expected, what)
    .map((item) => stringOf(item, what))
    .sort();
  const got = [...actual].sort();
  const missing = wanted.find((text, i) => text !== got[i]);
  if (missing !== undefined || got.length !== wanted.length)
    throw new Mismatch(
      `${what}: got ${got.length}: ${got.find((text, i) => text !== wanted[i])}, expected ${wanted.length}: ${missing}`,
    );
}
