import { NdArray } from '@chainer/xp/functions';
import { emptyOn } from '@chainer/xp/internal';
import type { FunctionNode } from './function-node.ts';
import type { RowGradient } from './row-gradient.ts';
import { Variable, type VariableNode } from './variable.ts';

/** How gradients follow from the rows of all uses. */
export interface RowRule {
  /** The gradient of input `i`, whose shape is `shape`, from arrays of rows, in memory of its own. */
  gradient(i: number, rows: readonly NdArray[], shape: readonly number[]): NdArray;
  /** Where rows are ids and what is added there: what a leaf may keep instead of its gradient `i`. */
  readonly keep?: (rows: readonly NdArray[], i: number) => RowGradient;
}

/** What one use of an array adds to its gradient, as rows that may stand below those of other uses. */
export interface Rows {
  /** The same object for all uses that may be joined. */
  readonly rule: RowRule;
  /** The inputs whose gradients follow from the rows, out of those that were asked for. */
  readonly inputs: readonly number[];
  /** Arrays of the same length along axis 0. */
  readonly rows: readonly NdArray[];
}

/** Collected rows may take this many times the memory of the gradients, or so many bytes where these are small. */
const factor = 2;
const least = 65536;

/** The rows of several uses of the same vertices by functions of one kind. */
class Group {
  readonly rule: RowRule;
  /** Whose gradients these are, and which inputs of the functions. */
  readonly nodes: readonly VariableNode[];
  readonly inputs: readonly number[];
  readonly buffers: readonly NdArray[];
  readonly capacity: number;
  filled = 0;
  /** Whether the rows are all that was collected. */
  whole = true;

  constructor({ rule, inputs, rows }: Rows, nodes: readonly VariableNode[], capacity: number) {
    this.rule = rule;
    this.nodes = nodes;
    this.inputs = inputs;
    this.capacity = capacity;
    this.buffers = rows.map((x) => emptyOn(x.device, [capacity, ...x.shape.slice(1)], x.dtype));
  }

  takes({ rule, rows }: Rows, nodes: readonly VariableNode[]): boolean {
    return (
      rule === this.rule &&
      nodes.length === this.nodes.length &&
      nodes.every((x, k) => x === this.nodes[k]) &&
      rows.every((x, k) => x.dtype === this.buffers[k]?.dtype)
    );
  }

  /** Places of the buffers as arrays. */
  part(from: number, to: number): NdArray[] {
    return this.buffers.map(
      (b) =>
        new NdArray(
          b.storage,
          b.dtype,
          [to - from, ...b.shape.slice(1)],
          b.steps,
          b.offset + from * (b.steps[0] as number),
        ),
    );
  }
}

/**
 * Gradients of what a backward pass meets again and again, as recurrent networks use their weights. One use adds little to them, and
 * adding it up costs a pass over the whole gradient; so the rows it is computed from are collected, and the gradient is computed once,
 * when the last use was met or the rows would take more memory than it is worth. Where rows are ids and what is added there, and nothing else
 * comes, the gradient of a leaf stays as it is collected.
 */
export class Collector {
  private readonly uses = new Map<VariableNode, number>();
  private readonly groups = new Map<VariableNode, Group[]>();
  /** Gradients of leaves that were left as rows: all that was collected for these. */
  readonly byRows = new Map<VariableNode, RowGradient>();
  private readonly receive: (node: VariableNode, g: Variable) => void;
  private readonly drop: (x: NdArray) => void;

  /**
   * @param starts where the pass begins; functions reached from there are marked with its number.
   * @param receive takes a finished gradient.
   * @param drop takes back the memory of rows.
   */
  constructor(
    starts: Iterable<VariableNode>,
    pass: number,
    receive: (node: VariableNode, g: Variable) => void,
    drop: (x: NdArray) => void,
  ) {
    this.receive = receive;
    this.drop = drop;
    this.count(starts, pass);
  }

  private count(starts: Iterable<VariableNode>, pass: number): void {
    const stack: FunctionNode[] = [];
    const meet = (f: FunctionNode | null): void => {
      if (f === null || f.counted === pass) return;
      f.counted = pass;
      stack.push(f);
    };
    for (const node of starts) meet(node.creator);
    for (let f = stack.pop(); f !== undefined; f = stack.pop()) {
      const node = collectedBy(f);
      if (node !== null) this.uses.set(node, (this.uses.get(node) ?? 0) + 1);
      const { inputs } = f;
      for (let i = 0; i < inputs.length; i++) meet((inputs[i] as VariableNode).creator);
    }
  }

  /** Takes what a function adds to gradients that are worth it, and returns the targets that are left to its `backward`. */
  take(f: FunctionNode, targets: readonly number[], gys: readonly (Variable | null)[]): readonly number[] {
    const node = collectedBy(f);
    if (node === null) return targets;
    const uses = (this.uses.get(node) as number) - 1;
    this.uses.set(node, uses);
    if (uses === 0 && !this.groups.has(node) && (!f.collectsIds || node.creator !== null)) return targets;
    const left = this.collect(f, node, targets, gys, uses);
    if (uses === 0) this.finish(node);
    return left;
  }

  private collect(
    f: FunctionNode,
    node: VariableNode,
    targets: readonly number[],
    gys: readonly (Variable | null)[],
    uses: number,
  ): readonly number[] {
    const given = f.collect(targets, gys);
    const n = given?.rows[0]?.shape[0] ?? 0;
    if (given === null || n === 0) return targets;
    const nodes = given.inputs.map((i) => f.inputs[i] as VariableNode);
    const gradients = nodes.reduce((sum, x) => sum + x.shape.reduce((a, d) => a * d, x.dtype.itemsize), 0);
    const bytes = given.rows.reduce((sum, x) => sum + x.size * x.dtype.itemsize, 0);
    // Copying must cost less than adding up whole gradients.
    if (bytes >= gradients) return targets;
    const groups = this.groups.get(node) ?? [];
    let group = groups.find((g) => g.takes(given, nodes));
    if (group === undefined) {
      const most = Math.floor((Math.max(factor * gradients, least) * n) / bytes);
      group = new Group(given, nodes, Math.max(n, Math.min(most, n * (uses + 1))));
      for (const b of group.buffers) b.storage.holders++;
      groups.push(group);
      this.groups.set(node, groups);
    }
    if (n > group.capacity) return targets;
    if (group.filled + n > group.capacity) this.compute(group);
    const places = group.part(group.filled, group.filled + n);
    given.rows.forEach((x, k) => {
      x.device.kernels.copy(x, places[k] as NdArray);
    });
    group.filled += n;
    return targets.filter((i) => !given.inputs.includes(i));
  }

  /** Hands on the gradients of what a group holds. */
  private compute(group: Group): void {
    if (group.filled === 0) return;
    group.whole = false;
    const rows = group.part(0, group.filled);
    group.filled = 0;
    group.nodes.forEach((x, k) => {
      const g = group.rule.gradient(group.inputs[k] as number, rows, x.shape);
      this.receive(x, new Variable(g, { requiresGrad: false }));
    });
  }

  private finish(node: VariableNode): void {
    const groups = this.groups.get(node) ?? [];
    for (const group of groups) {
      if (groups.length === 1 && this.keep(group)) continue;
      this.compute(group);
      for (const b of group.buffers) this.drop(b);
    }
    this.groups.delete(node);
  }

  /** Leaves the gradient of a leaf as rows, if it may stay so. */
  private keep(group: Group): boolean {
    const node = group.nodes[0] as VariableNode;
    const { keep } = group.rule;
    if (!group.whole || keep === undefined || node.creator !== null) return false;
    this.byRows.set(node, keep(group.part(0, group.filled), group.inputs[0] as number));
    return true;
  }

  /** Whether there are rows that wait. */
  get pending(): boolean {
    return this.groups.size > 0;
  }

  /**
   * To be called before a function of that rank runs, and at the end with -1: finishes gradients that it may need, of which the pass did not
   * reach every use.
   */
  finishAbove(rank: number): void {
    for (const [node, groups] of this.groups) {
      if (groups.some((g) => g.nodes.some((x) => x.rank > rank))) this.finish(node);
    }
  }
}

/** The vertex whose gradient a function may give as rows. */
function collectedBy(f: FunctionNode): VariableNode | null {
  const i = f.collects;
  const x = i < 0 ? undefined : f.inputs[i];
  return x?.requiresGrad ? x : null;
}
