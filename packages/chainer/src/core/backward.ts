import type { NdArray } from '@chainer/xp/functions';
import { filledOn } from '@chainer/xp/internal';
import { add } from '../functions/math/add.ts';
import { checkOptions } from './check-options.ts';
import { Collector } from './collector.ts';
import { config, usingConfig } from './config.ts';
import { type FunctionNode, hasNaN } from './function-node.ts';
import { Ownership } from './ownership.ts';
import { describe } from './type-check.ts';
import { Variable, type VariableNode } from './variable.ts';

/** Options of `Variable.backward`. */
export interface BackwardOptions {
  /** Keep the gradients of intermediate variables, too. */
  readonly retainGrad?: boolean;
  /** Record the backward pass, so that gradients can be differentiated. Implies `retainGraph`. */
  readonly enableDoubleBackprop?: boolean;
  /** Keep what functions retained, so that the graph can be walked again. */
  readonly retainGraph?: boolean;
  /** Multiplies the gradients, against underflow in half precision; optimizers divide it out again. */
  readonly lossScale?: number | null;
}

let passes = 0;

interface Pass {
  readonly id: number;
  readonly retainGrad: boolean;
  readonly double: boolean;
  readonly release: boolean;
  /** Restricts the walk to these functions (`grad`). */
  readonly only: ReadonlySet<FunctionNode> | null;
  /** Vertices whose gradients are wanted (`grad`), or null: leaves take theirs. */
  readonly wanted: ReadonlySet<VariableNode> | null;
  readonly lossScale: number | null;
}

/** Gradients of `ys` with respect to the leaves, added to their `grad`. */
export function backward(
  ys: readonly Variable[],
  seeds: readonly (Variable | null)[] | null,
  options: BackwardOptions = {},
): void {
  checkOptions('backward', options, ['retainGrad', 'enableDoubleBackprop', 'retainGraph', 'lossScale']);
  const double = options.enableDoubleBackprop ?? false;
  const pass: Pass = {
    id: ++passes,
    retainGrad: options.retainGrad ?? false,
    double,
    release: !double && !(options.retainGraph ?? false) && config.aggressiveBufferRelease,
    only: null,
    wanted: null,
    lossScale: options.lossScale ?? null,
  };
  const starts: [VariableNode, Variable][] = [];
  ys.forEach((y, k) => {
    const node = y.node;
    if (node.creator === null) return;
    starts.push([node, seeds?.[k] ?? seedOf(y, pass.lossScale)]);
    if (!pass.retainGrad) node.gradVar = null;
  });
  usingConfig('enableBackprop', double, () => walk(starts, pass));
}

/** The gradient to start from: the variable's own, or ones for a single element. */
function seedOf(y: Variable, lossScale: number | null): Variable {
  if (y.gradVar !== null) return y.gradVar;
  if (y.size !== 1) {
    throw new Error(
      `[backward] a variable of more than one element (${describe(y.array)}) needs a gradient to start from: set y.grad, or reduce it to a scalar`,
    );
  }
  return constantLike(y.array, lossScale ?? 1);
}

function constantLike({ device, shape, dtype }: NdArray, value: number): Variable {
  return new Variable(filledOn(device, shape, dtype, value), { requiresGrad: false });
}

/**
 * Gradients of `outputs` with respect to `inputs`, without touching anybody's `grad`.
 *
 * @returns one variable per input, null where the outputs do not depend on it.
 * @example
 * import { grad, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([3]));
 * const y = x.mul(x).mul(x);
 * const [gx] = grad([y], [x], { enableDoubleBackprop: true });
 * const [ggx] = grad([gx as Variable], [x]);
 * ggx?.array.toArraySync(); // [18]
 */
export function grad(
  outputs: readonly Variable[],
  inputs: readonly Variable[],
  options: {
    readonly gradOutputs?: readonly (Variable | null)[] | null;
    readonly gradInputs?: readonly (Variable | null)[] | null;
    readonly setGrad?: boolean;
    readonly retainGrad?: boolean;
    readonly enableDoubleBackprop?: boolean;
    readonly retainGraph?: boolean;
    readonly lossScale?: number | null;
  } = {},
): (Variable | null)[] {
  if (!Array.isArray(outputs) || !Array.isArray(inputs))
    throw new TypeError('[grad] outputs and inputs must be lists of variables: grad([y], [x])');
  checkOptions('grad', options, [
    'gradOutputs',
    'gradInputs',
    'setGrad',
    'retainGrad',
    'enableDoubleBackprop',
    'retainGraph',
    'lossScale',
  ]);
  const wanted = new Set(inputs.map((x: Variable) => x.node));
  const double = options.enableDoubleBackprop ?? false;
  const pass: Pass = {
    id: ++passes,
    retainGrad: options.retainGrad ?? false,
    double,
    release: !double && options.retainGraph === false,
    only: functionsBetween(outputs, wanted),
    wanted,
    lossScale: options.lossScale ?? null,
  };
  const starts = outputs.map((y, k): [VariableNode, Variable] => {
    const given = options.gradOutputs?.[k];
    return [y.node, given ?? constantLike(y.array, pass.lossScale ?? 1)];
  });
  return usingConfig('enableBackprop', double, () => {
    walk(starts, pass);
    return inputs.map((x, k) => {
      let g = x.node.pass === pass.id ? x.node.pending : null;
      const extra = options.gradInputs?.[k];
      if (extra) g = g === null ? extra : add(g, extra);
      if (options.setGrad && g !== null) x.gradVar = g;
      return g;
    });
  });
}

/** Functions on a path from the outputs to a wanted vertex. */
function functionsBetween(
  outputs: readonly Variable[],
  wanted: ReadonlySet<VariableNode>,
): Set<FunctionNode> {
  const order: FunctionNode[] = [];
  const seen = new Set<FunctionNode>();
  const stack = outputs.map((y) => y.node.creator).filter((f): f is FunctionNode => f !== null);
  while (stack.length > 0) {
    const f = stack.pop() as FunctionNode;
    if (seen.has(f)) continue;
    seen.add(f);
    order.push(f);
    for (const x of f.inputs) if (x.creator !== null) stack.push(x.creator);
  }
  order.sort((a, b) => a.rank - b.rank);
  const on = new Set<FunctionNode>();
  for (const f of order) {
    if (f.inputs.some((x) => wanted.has(x) || (x.creator !== null && on.has(x.creator)))) on.add(f);
  }
  return on;
}

/** Functions that wait for their turn, highest rank first, and among equals in order of arrival. */
class Agenda {
  private readonly byRank: FunctionNode[][] = [];
  private top = -1;

  push(f: FunctionNode): void {
    let bucket = this.byRank[f.rank];
    if (bucket === undefined) {
      bucket = [];
      this.byRank[f.rank] = bucket;
    }
    bucket.push(f);
    if (f.rank > this.top) this.top = f.rank;
  }

  /** The rank of the function that comes next; -1: there is none. */
  get rank(): number {
    while (this.top >= 0) {
      const bucket = this.byRank[this.top];
      if (bucket !== undefined && bucket.length > 0) break;
      this.top--;
    }
    return this.top;
  }

  pop(): FunctionNode | null {
    const { rank } = this;
    return rank < 0 ? null : (this.byRank[rank]?.shift() as FunctionNode);
  }
}

function walk(starts: readonly [VariableNode, Variable][], pass: Pass): void {
  const agenda = new Agenda();
  const leaves: VariableNode[] = [];
  const owned = pass.release && !pass.retainGrad && pass.wanted === null ? new Ownership(pass.id) : null;
  const receive = (node: VariableNode, g: Variable): void => {
    owned?.hold(g);
    if (node.pass !== pass.id) {
      node.pass = pass.id;
      node.pending = g;
      const f = node.creator;
      if (f === null) leaves.push(node);
      else if (f.visit !== pass.id && (pass.only === null || pass.only.has(f))) {
        f.visit = pass.id;
        agenda.push(f);
      }
    } else if (node.pending === null) node.pending = g;
    else node.pending = owned === null ? add(node.pending, g) : owned.sum(node.pending, g);
  };
  const drop = (x: NdArray): void => owned?.dropArray(x);
  // Debug mode looks at the gradients that each function gives.
  const collector =
    owned === null || config.debug
      ? null
      : new Collector(
          starts.map(([node]) => node),
          pass.id,
          receive,
          drop,
        );
  for (const [node, g] of starts) receive(node, g);
  const next = (): FunctionNode | null => {
    if (collector?.pending) owned?.during(() => collector.finishAbove(agenda.rank));
    return agenda.pop();
  };
  for (let f = next(); f !== null; f = next()) {
    if (owned === null || f.allHooks().length > 0) step(f, pass, receive, null, null);
    else owned.during(() => step(f, pass, receive, owned, collector));
  }
  if (pass.wanted !== null) return;
  for (const [node, rows] of collector?.byRows ?? []) {
    node.lossScale = pass.lossScale;
    // Rows are left to a leaf that has no other gradient, neither from this pass nor from one before.
    if (node.pass !== pass.id && !node.hasGrad) {
      node.pass = pass.id;
      node.gradRows = rows;
    } else {
      owned?.during(() => receive(node, new Variable(rows.dense(node.shape), { requiresGrad: false })));
      rows.release();
    }
  }
  for (const leaf of leaves) {
    const g = leaf.pending;
    leaf.pending = null;
    if (g === null) continue;
    leaf.gradVar = leaf.gradVar === null ? g : add(leaf.gradVar, g);
    leaf.lossScale = pass.lossScale;
  }
}

/** Runs the backward of one function and hands its gradients on. */
function step(
  f: FunctionNode,
  pass: Pass,
  receive: (node: VariableNode, g: Variable) => void,
  owned: Ownership | null,
  collector: Collector | null,
): void {
  if (f.released) f.throwReleased();
  const outputs = f.outputs;
  const gys = new Array<Variable | null>(outputs.length);
  for (let k = 0; k < outputs.length; k++) {
    const y = outputs[k] as VariableNode;
    gys[k] = y.pass === pass.id ? y.pending : null;
    if (pass.retainGrad && gys[k] !== null) y.gradVar = gys[k] as Variable;
    if (y.pass === pass.id && (pass.wanted === null || !pass.wanted.has(y))) y.pending = null;
  }
  const targets: number[] = [];
  for (let i = 0; i < f.inputs.length; i++) if ((f.inputs[i] as VariableNode).requiresGrad) targets.push(i);
  if (targets.length > 0) {
    const left = collector === null ? targets : collector.take(f, targets, gys);
    if (left.length > 0) propagate(f, pass, left, gys, receive);
    else if (pass.release) f.release();
  }
  if (owned !== null) for (const g of gys) if (g !== null) owned.drop(g);
}

function propagate(
  f: FunctionNode,
  pass: Pass,
  targets: readonly number[],
  gys: readonly (Variable | null)[],
  receive: (node: VariableNode, g: Variable) => void,
): void {
  const hooks = f.allHooks();
  const data = hooks.length > 0 ? f.retainedInputArrays() : null;
  const gradArrays = hooks.length > 0 ? gys.map((g) => g?.array ?? null) : null;
  if (data !== null) for (const h of hooks) h.backwardPreprocess(f, data, gradArrays as (NdArray | null)[]);
  let gxs: readonly (Variable | null)[];
  try {
    gxs = f.backward(targets, gys);
  } catch (error) {
    if (f.stack !== null && error instanceof Error) error.message += `\n${f.stack}`;
    throw error;
  }
  if (data !== null) for (const h of hooks) h.backwardPostprocess(f, data, gradArrays as (NdArray | null)[]);
  const full = gxs.length === f.inputs.length;
  if (!full && gxs.length !== targets.length) {
    throw new Error(
      `[${f.label}] number of gradients returned from backward is incorrect: expected ${targets.length} or ${f.inputs.length}, got ${gxs.length}`,
    );
  }
  for (let k = 0; k < targets.length; k++) {
    const i = targets[k] as number;
    const gx = gxs[full ? i : k];
    if (!gx) continue;
    const x = f.inputs[i] as VariableNode;
    if (config.debug) checkGradient(f, i, x, gx);
    receive(x, gx);
  }
  if (pass.release) f.release();
}

function checkGradient(f: FunctionNode, i: number, x: VariableNode, gx: Variable): void {
  const where = f.stack === null ? '' : `\n${f.stack}`;
  if (gx.shape.length !== x.shape.length || gx.shape.some((d, a) => d !== x.shape[a])) {
    throw new Error(
      `[${f.label}] backward gave input ${i} a gradient of shape [${gx.shape.join(',')}], its shape is [${x.shape.join(',')}]${where}`,
    );
  }
  if (gx.dtype !== x.dtype)
    throw new Error(
      `[${f.label}] backward gave input ${i} a gradient of ${gx.dtype.name}, its dtype is ${x.dtype.name}${where}`,
    );
  if (hasNaN(gx.array)) throw new Error(`NaN is detected on backward computation of ${f.label}${where}`);
}

/** Cuts the whole graph above a variable, for truncated backpropagation through time. */
export function unchainBackward(y: Variable): void {
  const stack: FunctionNode[] = [];
  const take = (node: VariableNode): void => {
    if (node.creator !== null) {
      stack.push(node.creator);
      node.creator = null;
      node.rank = 0;
    }
  };
  take(y.node);
  while (stack.length > 0) {
    const f = stack.pop() as FunctionNode;
    for (const x of f.inputs) take(x);
    f.unchain();
  }
}
