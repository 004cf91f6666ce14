import { Chain, computationalGraph, config, functions as F, report, type Variable } from 'chainer';
import type { Model } from './evaluate.ts';
import type { GraphPicture, GraphVertex } from './protocol.ts';

/** A look at the graph takes time: at most one in so many milliseconds. */
const pause = 400;

/** What is minimised: the model's own loss, or the softmax cross entropy of its result. Remembers the graph of the last pass. */
export class Objective extends Chain {
  readonly predictor: Model;
  graph: GraphPicture = { vertices: [], edges: [] };
  private looked = 0;

  constructor(predictor: Model) {
    super();
    this.predictor = predictor;
  }

  get classifies(): boolean {
    return this.predictor.loss === undefined;
  }

  forward(x: Variable, t: Variable): Variable {
    const loss = this.lossOf(x, t);
    if (config.train && performance.now() - this.looked > pause) {
      this.graph = pictureOf(loss, this.predictor);
      this.looked = performance.now();
    }
    return loss;
  }

  private lossOf(x: Variable, t: Variable): Variable {
    if (this.predictor.loss !== undefined) {
      const loss = this.predictor.loss(x, t);
      report({ loss }, this);
      return loss;
    }
    const y = this.predictor.forward(x);
    const loss = F.softmaxCrossEntropy(y, t);
    report({ loss, accuracy: F.accuracy(y, t) }, this);
    return loss;
  }
}

/** The graph as the page draws it: intermediate variables are left to the edges, parameters and inputs stay. */
function pictureOf(loss: Variable, model: Model): GraphPicture {
  const names = new Map<computationalGraph.GraphNode, string>(
    [...model.namedparams()].map(([path, parameter]) => [parameter.node, path.slice(1)]),
  );
  const { nodes, edges } = computationalGraph.buildComputationalGraph([loss]);
  const vertices: GraphVertex[] = [];
  const places = new Map<computationalGraph.GraphNode, number>();
  const makers = new Map<computationalGraph.GraphNode, computationalGraph.GraphNode>();
  for (const [tail, head] of edges) if ('inputs' in tail) makers.set(head, tail);
  const shapes = new Map<computationalGraph.GraphNode, string>();
  for (const [variable, maker] of makers)
    if ('shape' in variable) shapes.set(maker, shapeText(variable.shape));
  for (const node of nodes) {
    if ('inputs' in node) {
      places.set(node, vertices.length);
      vertices.push({
        kind: 'function',
        label: node.label.replace(/Function$/, ''),
        detail: shapes.get(node) ?? '',
      });
    } else if (!makers.has(node)) {
      places.set(node, vertices.length);
      const path = names.get(node);
      const kind = path === undefined ? 'input' : 'parameter';
      // Images are floats, labels are integers.
      const label = path ?? (node.dtype?.kind === 'f' ? 'x' : 't');
      vertices.push({ kind, label, detail: shapeText(node.shape) });
    }
  }
  const joined = new Set<string>();
  for (const [tail, head] of edges) {
    if (!('inputs' in head)) continue;
    const from = places.get(makers.get(tail) ?? tail);
    if (from !== undefined) joined.add(`${from} ${places.get(head)}`);
  }
  return {
    vertices,
    edges: [...joined].map((edge) => edge.split(' ').map(Number) as [number, number]),
  };
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ');
}
