import { checkOptions } from '../core/check-options.ts';
import type { FunctionNode } from '../core/function-node.ts';
import type { Variable, VariableNode } from '../core/variable.ts';

/** Attributes of a node in Graphviz's language: `{shape: 'octagon', fillcolor: '#E0E0E0'}`. */
export type Style = Readonly<Record<string, string>>;

/** Options of `buildComputationalGraph`. */
export interface GraphOptions {
  /** Style of variables: `default` grey octagons, null plain ovals. */
  readonly variableStyle?: Style | 'default' | null;
  /** Style of functions: `default` blue boxes, null plain boxes. */
  readonly functionStyle?: Style | 'default' | null;
  /** Direction: top to bottom, bottom to top, left to right, right to left. */
  readonly rankdir?: 'TB' | 'BT' | 'LR' | 'RL';
  /** Draw functions only, joined where one's output is another's input. */
  readonly removeVariable?: boolean;
  /** Write the names of variables. */
  readonly showName?: boolean;
  /** Kept for callers of Chainer; graphs here hold no split nodes. */
  readonly removeSplit?: boolean;
}

const defaultVariable: Style = { shape: 'octagon', fillcolor: '#E0E0E0', style: 'filled' };
const defaultFunction: Style = { shape: 'record', fillcolor: '#6495ED', style: 'filled' };
const directions = ['TB', 'BT', 'LR', 'RL'];

/** A vertex: a variable or a function. */
export type GraphNode = VariableNode | FunctionNode;

/** The graph above some variables, to be looked at or drawn. */
export class ComputationalGraph {
  readonly nodes: readonly GraphNode[];
  /** From an input to a function, and from a function to an output. */
  readonly edges: readonly (readonly [GraphNode, GraphNode])[];
  private readonly options: GraphOptions;

  constructor(
    nodes: readonly GraphNode[],
    edges: readonly (readonly [GraphNode, GraphNode])[],
    options: GraphOptions = {},
  ) {
    const { rankdir = 'TB' } = options;
    if (!directions.includes(rankdir)) {
      throw new Error(
        `[ComputationalGraph] rankdir must be one of ${directions.join(', ')}, got ${JSON.stringify(rankdir)}`,
      );
    }
    this.nodes = nodes;
    this.edges = edges;
    this.options = options;
  }

  /** The graph in Graphviz's language. @throws {Error} for another format. */
  dump(format = 'dot'): string {
    if (format !== 'dot')
      throw new Error(`[ComputationalGraph.dump] the only format is 'dot', got ${JSON.stringify(format)}`);
    const { rankdir = 'TB', removeVariable = false, showName = true } = this.options;
    const variableStyle = styleOf(this.options.variableStyle, defaultVariable, { shape: 'oval' });
    const functionStyle = styleOf(this.options.functionStyle, defaultFunction, { shape: 'box' });
    const ids = new Map(this.nodes.map((node, i) => [node, `n${i}`]));
    const statements: string[] = [];
    for (const node of this.nodes) {
      if (isFunction(node))
        statements.push(`${ids.get(node)} [${attributes({ label: escaped(node.label), ...functionStyle })}]`);
      else if (!removeVariable)
        statements.push(
          `${ids.get(node)} [${attributes({ label: escaped(labelOf(node, showName)), ...variableStyle })}]`,
        );
    }
    for (const [tail, head] of removeVariable ? this.functionEdges() : this.edges)
      statements.push(`${ids.get(tail)} -> ${ids.get(head)}`);
    return `digraph graphname{rankdir=${rankdir};${statements.map((s) => `${s};`).join('')}}`;
  }

  /** Edges between functions, over the variables between them. */
  private functionEdges(): [GraphNode, GraphNode][] {
    const makers = new Map(
      this.edges.filter(([tail]) => isFunction(tail)).map(([maker, variable]) => [variable, maker]),
    );
    const joined: [GraphNode, GraphNode][] = [];
    for (const [variable, reader] of this.edges) {
      const maker = makers.get(variable);
      if (maker !== undefined && isFunction(reader)) joined.push([maker, reader]);
    }
    return joined;
  }
}

const isFunction = (node: GraphNode): node is FunctionNode => 'inputs' in node;

function styleOf(style: Style | 'default' | null | undefined, usual: Style, plain: Style): Style {
  return style === null ? plain : style === undefined || style === 'default' ? usual : style;
}

const escaped = (text: string): string => text.replace(/["\\]/g, '\\$&');
const attributes = (style: Style): string =>
  Object.entries(style)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',');

/** `W: (2, 3), float32`; scalars show their dtype only. */
function labelOf(node: VariableNode, showName: boolean): string {
  const dtype = node.dtype?.name ?? 'uninitialized';
  const text = node.shape.length === 0 ? dtype : `(${node.shape.join(', ')}), ${dtype}`;
  return showName && node.name !== null ? `${node.name}: ${text}` : text;
}

/**
 * The graph above variables, as Chainer draws it.
 *
 * @throws {Error} for an unknown direction.
 * @example
 * import { computationalGraph, Variable, xp } from 'chainer';
 * const x = new Variable(xp.ones([2]), { name: 'x' });
 * const graph = computationalGraph.buildComputationalGraph([x.mul(x)]);
 * graph.nodes.length; // 3
 * graph.dump(); // digraph graphname{rankdir=TB;n0 [label=…
 */
export function buildComputationalGraph(
  outputs: readonly Variable[],
  options: GraphOptions = {},
): ComputationalGraph {
  checkOptions('buildComputationalGraph', options, [
    'variableStyle',
    'functionStyle',
    'rankdir',
    'removeVariable',
    'showName',
    'removeSplit',
  ]);
  const nodes = new Set<GraphNode>();
  const edges: [GraphNode, GraphNode][] = [];
  const pending: FunctionNode[] = [];
  const take = (node: VariableNode): void => {
    if (nodes.has(node)) return;
    nodes.add(node);
    const f = node.creator;
    if (f === null) return;
    if (!nodes.has(f)) {
      nodes.add(f);
      pending.push(f);
    }
    edges.push([f, node]);
  };
  for (const y of outputs) take(y.node);
  for (let f = pending.pop(); f !== undefined; f = pending.pop()) {
    for (const x of new Set(f.inputs)) {
      if (x === null) continue;
      edges.push([x, f]);
      take(x);
    }
  }
  return new ComputationalGraph([...nodes], edges, options);
}
