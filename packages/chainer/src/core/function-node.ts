import { NdArray, ReductionKernel } from '@chainer/xp/functions';
import { commonDevice } from '@chainer/xp/internal';
import type { Rows } from './collector.ts';
import { config } from './config.ts';
import { activeHooks, type FunctionHook } from './function-hook.ts';
import { describe, refuse } from './type-check.ts';
import { Variable, type VariableLike, VariableNode } from './variable.ts';

const noGrad = { requiresGrad: false } as const;
const nothing: readonly number[] = [];

/**
 * One application of a differentiable function: a vertex of the graph. Subclass it for a function that needs device kernels:
 * `forward` computes arrays, `backward` is written with differentiable functions, so that gradients have gradients.
 *
 * @example
 * import { FunctionNode, Variable, xp } from 'chainer';
 * class Square extends FunctionNode {
 *   label = 'square';
 *   forward([x]: readonly [xp.NdArray]) {
 *     this.retainInputs([0]);
 *     return [x.mul(x)];
 *   }
 *   override backward(_targets: readonly number[], [gy]: readonly [Variable]) {
 *     return [gy.mul(this.getRetainedInput(0)).mul(2)];
 *   }
 * }
 * const x = new Variable(xp.array([3]));
 * new Square().apply1([x]).backward();
 * x.grad?.toArraySync(); // [6]
 */
export abstract class FunctionNode {
  /** Name in errors, hooks and drawings. */
  abstract readonly label: string;
  /** Vertices of the inputs, also of those that need no gradient. */
  inputs: readonly VariableNode[] = [];
  outputs: readonly VariableNode[] = [];
  rank = 0;
  /** Where it was applied (debug mode only). */
  stack: string | null = null;
  /** Whether a backward pass took what it had retained. */
  released = false;
  /** The pass that visited it last, and the one that counted its uses of leaves. */
  visit = 0;
  counted = 0;
  private inputIndices: readonly number[] = nothing;
  private outputIndices: readonly number[] = nothing;
  private retained: readonly (NdArray | null)[] | null = null;
  private retainedOutputs: readonly NdArray[] | null = null;
  /** All inputs and outputs, where `config.aggressiveBufferRelease` is off. */
  protected buffers: readonly NdArray[] | null = null;
  private hooks: FunctionHook[] | null = null;

  /** Checks the arguments; throws InvalidType. Skipped when `config.typeCheck` is off. */
  checkTypes(_inputs: readonly NdArray[]): void {}

  /** Computes the outputs. Call `retainInputs`/`retainOutputs` for what `backward` will need. */
  abstract forward(inputs: readonly NdArray[]): readonly NdArray[];

  /**
   * Gradients of the inputs listed in `targets`, in their order (or one for every input; null for none).
   *
   * @param gradOutputs gradient of each output, null where nothing depends on it.
   */
  backward(
    _targets: readonly number[],
    _gradOutputs: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    throw new Error(`[${this.label}] is not differentiable: it defines no backward`);
  }

  /** The input whose gradient `collect` can give as rows; -1: none. */
  get collects(): number {
    return -1;
  }

  /** Whether those rows are `[ids, x]`, where `x[j]` is added to row `ids[j]` of the gradient: a leaf may keep them so. */
  get collectsIds(): boolean {
    return false;
  }

  /**
   * Rows from which gradients are computed for all uses of an input at once. Called before `backward` where no graph of the gradients is
   * recorded and the input `collects` is used several times, or once if it `collectsIds`.
   *
   * @param targets inputs that need a gradient.
   * @returns null: `backward` computes all of them.
   */
  collect(_targets: readonly number[], _gradOutputs: readonly (Variable | null)[]): Rows | null {
    return null;
  }

  /** Remembers inputs for backward. */
  retainInputs(indices: readonly number[]): void {
    this.inputIndices = indices;
  }

  /** Remembers outputs for backward. */
  retainOutputs(indices: readonly number[]): void {
    this.outputIndices = indices;
  }

  /** The remembered inputs, connected to the graph. */
  getRetainedInputs(): Variable[] {
    return this.inputIndices.map((i) => this.getRetainedInput(i));
  }

  /** One remembered input by its position among the inputs. */
  getRetainedInput(i: number): Variable {
    const at = this.inputIndices.indexOf(i);
    const array = this.retained?.[at];
    if (!array) this.throwNotRetained('input', i);
    const node = this.inputs[i];
    return node?.requiresGrad && config.enableBackprop ? connected(array, node) : new Variable(array, noGrad);
  }

  /** The remembered outputs, connected to the graph. */
  getRetainedOutputs(): Variable[] {
    return this.outputIndices.map((i) => this.getRetainedOutput(i));
  }

  /** One remembered output by its position among the outputs. */
  getRetainedOutput(i: number): Variable {
    const array = this.retainedOutputs?.[this.outputIndices.indexOf(i)];
    if (!array) this.throwNotRetained('output', i);
    return config.enableBackprop
      ? connected(array, this.outputs[i] as VariableNode)
      : new Variable(array, noGrad);
  }

  private throwNotRetained(what: string, i: number): never {
    if (this.released) this.throwReleased();
    throw new Error(
      `[${this.label}] backward asks for ${what} ${i}, which forward did not retain; call retain${what === 'input' ? 'Inputs' : 'Outputs'}([${i}]) there`,
    );
  }

  throwReleased(): never {
    throw new Error(
      `[backward] the graph through '${this.label}' was already used and released by backward(); pass {retainGraph: true} the first time, or cut it with unchainBackward()`,
    );
  }

  /** Forgets what was retained. */
  release(): void {
    this.released = true;
    if (this.retained !== null) for (const x of this.retained) x?.storage.abandon();
    if (this.retainedOutputs !== null) for (const y of this.retainedOutputs) y.storage.abandon();
    this.retained = null;
    this.retainedOutputs = null;
  }

  /** Adds a hook that watches this application only. */
  addHook(hook: FunctionHook): void {
    this.hooks ??= [];
    this.hooks.push(hook);
    hook.added(this);
  }

  /** Every hook that watches it. */
  allHooks(): readonly FunctionHook[] {
    return this.hooks === null ? activeHooks : [...activeHooks, ...this.hooks];
  }

  /** The arrays of the inputs as far as they were retained. */
  retainedInputArrays(): NdArray[] {
    return (this.retained ?? []).filter((x): x is NdArray => x !== null);
  }

  /** Cuts it from its inputs. */
  unchain(): void {
    for (const y of this.outputs) {
      y.creator = null;
      y.rank = 0;
    }
    this.inputs = [];
  }

  /** Applies the function to one or more inputs and returns its first output. */
  apply1(inputs: readonly VariableLike[]): Variable {
    return this.apply(inputs)[0] as Variable;
  }

  /** Applies the function. */
  apply(inputs: readonly VariableLike[]): Variable[] {
    const n = inputs.length;
    const arrays = new Array<NdArray>(n);
    let requires = false;
    for (let i = 0; i < n; i++) {
      const x = inputs[i] as VariableLike;
      if (x instanceof Variable) {
        arrays[i] = x.array;
        if (x.requiresGrad) {
          requires = true;
          if (leaves !== null && x.creator === null) leaves.add(x);
        }
      } else if (x instanceof NdArray) arrays[i] = x;
      else refuse(this.label, `argument ${i}`, x);
      if (i > 0 && (arrays[i] as NdArray).storage.device !== (arrays[0] as NdArray).storage.device)
        commonDevice(arrays, this.label);
    }
    if (config.typeCheck) this.checkTypes(arrays);
    const watched = activeHooks.length > 0 || this.hooks !== null;
    if (watched) for (const h of this.allHooks()) h.forwardPreprocess(this, arrays);
    const outputs = this.forward(arrays);
    if (watched) for (const h of this.allHooks()) h.forwardPostprocess(this, arrays, outputs);
    if (config.debug) this.checkForward(outputs);
    const m = outputs.length;
    const results = new Array<Variable>(m);
    if (!requires || !config.enableBackprop) {
      for (let k = 0; k < m; k++) results[k] = new Variable(outputs[k] as NdArray, noGrad);
      return results;
    }
    const nodes = new Array<VariableNode>(n);
    let rank = 0;
    for (let i = 0; i < n; i++) {
      const x = inputs[i] as VariableLike;
      const node = x instanceof Variable ? x.node : new VariableNode(x, false, null);
      nodes[i] = node;
      if (node.rank > rank) rank = node.rank;
    }
    this.inputs = nodes;
    this.rank = rank;
    const vertices = new Array<VariableNode>(m);
    for (let k = 0; k < m; k++) {
      const y = new Variable(outputs[k] as NdArray);
      const vertex = y.node;
      vertex.creator = this;
      vertex.rank = rank + 1;
      vertices[k] = vertex;
      results[k] = y;
    }
    this.outputs = vertices;
    if (this.inputIndices.length > 0) this.retained = this.inputIndices.map((i) => arrays[i] as NdArray);
    if (this.outputIndices.length > 0)
      this.retainedOutputs = this.outputIndices.map((k) => outputs[k] as NdArray);
    if (!config.aggressiveBufferRelease) this.buffers = [...arrays, ...outputs];
    return results;
  }

  private checkForward(outputs: readonly NdArray[]): void {
    this.stack = new Error(`[${this.label}] was applied here`).stack ?? null;
    for (const y of outputs)
      if (hasNaN(y))
        throw new Error(`NaN is detected on forward computation of ${this.label} (${describe(y)})`);
  }
}

/** Leaves that functions are applied to while somebody watches. */
let leaves: Set<Variable> | null = null;

/** Runs `body` and gathers the leaves that want a gradient and that functions were applied to in it. */
export function gatherLeaves<T>(into: Set<Variable>, body: () => T): T {
  const before = leaves;
  leaves = into;
  try {
    return body();
  } finally {
    leaves = before;
  }
}

const anyNaN = /*#__PURE__*/ new ReductionKernel('hasNaN', 1, {
  map: (x) => x.isnan(),
  reduce: (a, b) => a.or(b),
  identity: false,
});

/** Whether a floating array holds a NaN (devices that cannot be read synchronously are not asked). */
export function hasNaN(x: NdArray): boolean {
  if (x.dtype.kind !== 'f' && x.dtype.kind !== 'c') return false;
  if (!x.device.synchronous) return false;
  return anyNaN.call([x]).itemSync() !== false;
}

/** A variable for an existing vertex. */
class Connected extends Variable {
  constructor(array: NdArray, node: VariableNode) {
    super(array);
    this.vertex = node;
  }
}

function connected(array: NdArray, node: VariableNode): Variable {
  return new Connected(array, node);
}
