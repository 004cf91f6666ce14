import type { NdArray } from '@chainer/xp/functions';
import * as random from '@chainer/xp/random';
import { backward, grad } from '../../core/backward.ts';
import { config, forceBackpropMode, noBackpropMode, usingConfig } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { describeOther, Variable, type VariableLike, type VariableNode } from '../../core/variable.ts';
import { add } from '../math/add.ts';

/** The results as a list. @throws {TypeError} unless they are variables. */
function resultsOf(result: unknown): Variable[] {
  const list: readonly unknown[] = Array.isArray(result) ? result : [result];
  list.forEach((y, k) => {
    if (!(y instanceof Variable))
      throw new TypeError(
        `[forget] func must return a variable or a list of them, got ${describeOther(y)}${Array.isArray(result) ? ` at position ${k}` : ''}`,
      );
  });
  return list as Variable[];
}

/** Hands a value on: a vertex of its own for what others hold, too. */
class Through extends FunctionNode {
  readonly label = 'Forget';

  forward(inputs: readonly NdArray[]): readonly NdArray[] {
    return inputs;
  }

  override backward(
    _targets: readonly number[],
    gys: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return gys;
  }
}

/** A variable for an existing vertex. */
class Leaf extends Variable {
  constructor(node: VariableNode) {
    super(null);
    this.vertex = node;
  }
}

/** Vertices that nothing made and that take gradients, above the outputs but not above `own`. */
function leavesOf(outputs: readonly Variable[], own: ReadonlySet<VariableNode>): VariableNode[] {
  const [seen, leaves] = [new Set<VariableNode>(own), [] as VariableNode[]];
  const stack = outputs.map((y) => y.node);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.creator !== null) stack.push(...node.creator.inputs);
    else if (node.requiresGrad) leaves.push(node);
  }
  return leaves;
}

class Forget extends FunctionNode {
  readonly label = 'Forget';
  /** Whether the function returned a list. */
  many = false;
  /** Where the random numbers stood, and whether it was training: what is dropped once is dropped again. */
  private readonly stream = random.getRandomState().getState();
  private readonly train = config.train;
  private readonly func: (...xs: Variable[]) => unknown;

  constructor(func: (...xs: Variable[]) => unknown) {
    super();
    this.func = func;
  }

  forward(inputs: readonly NdArray[]): readonly NdArray[] {
    this.retainInputs(inputs.map((_, i) => i));
    const result = noBackpropMode(() => this.func(...inputs.map((x) => new Variable(x))));
    this.many = Array.isArray(result);
    return resultsOf(result).map((y) => y.array);
  }

  /** Runs the function again, and takes those results that have a gradient. */
  private again(
    xs: readonly Variable[],
    gys: readonly (Variable | null)[],
  ): { outputs: Variable[]; seeds: Variable[] } {
    const [outputs, seeds]: [Variable[], Variable[]] = [[], []];
    forceBackpropMode(() => {
      const ys = this.asBefore(() => resultsOf(this.func(...xs)));
      if (ys.length !== gys.length)
        throw new Error(
          `[forget] func returned ${gys.length} variables at first, but ${ys.length} when it was run again`,
        );
      ys.forEach((y, k) => {
        const gy = gys[k];
        if (!gy) return;
        outputs.push(new Through().apply1([y]));
        seeds.push(gy);
      });
    });
    return { outputs, seeds };
  }

  /** Runs `body` with the random numbers and in the mode of the forward pass. */
  private asBefore<T>(body: () => T): T {
    const stream = random.getRandomState();
    const now = stream.getState();
    stream.setState(this.stream);
    try {
      return usingConfig('train', this.train, () => usingConfig('inRecomputing', true, body));
    } finally {
      stream.setState(now);
    }
  }

  override backward(
    _targets: readonly number[],
    gys: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    const retained = this.getRetainedInputs();
    if (config.enableBackprop) return this.differentiable(retained, gys);
    const xs = retained.map((x) => new Variable(x.array));
    const { outputs, seeds } = this.again(xs, gys);
    const leaves = leavesOf(outputs, new Set());
    // This also leaves the gradients of parameters that the function uses.
    backward(outputs, seeds);
    // They outlive the step of the pass that this is part of.
    for (const leaf of leaves) {
      const storage = leaf.gradVar?.array.storage;
      if (storage?.holders === 0) storage.holders = 1;
    }
    // Those of the inputs belong to that pass from now on.
    return xs.map(({ node }) => {
      const storage = node.gradVar?.array.storage;
      if (storage !== undefined && storage.holders > 0) storage.holders--;
      return node.gradVar;
    });
  }

  /** The same with a graph: the function is run on the inputs as they stand in it. */
  private differentiable(
    xs: readonly Variable[],
    gys: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    const own = xs.map((x) => new Through().apply1([x]));
    const { outputs, seeds } = this.again(own, gys);
    const leaves = leavesOf(outputs, new Set(own.map((x) => x.node)));
    const gs = grad(outputs, [...own, ...leaves.map((node) => new Leaf(node))], {
      gradOutputs: seeds,
      enableDoubleBackprop: true,
    });
    leaves.forEach((leaf, i) => {
      const g = gs[own.length + i];
      if (g) leaf.gradVar = leaf.gradVar === null ? g : add(leaf.gradVar, g);
    });
    return gs.slice(0, own.length);
  }
}

/**
 * Runs a function without remembering anything inside it; the backward pass runs it a second time. It trades time for memory (gradient
 * checkpointing).
 *
 * Parameters that the function uses get their gradients as usual. The function must give the same result when it is run again: while that
 * happens the default random stream and `config.train` are as they were, and `config.inRecomputing` is set, so that running averages are not
 * updated twice.
 *
 * @param func from variables to a variable, or to a list of them
 * @param xs its arguments
 * @returns what `func` returns
 * @throws {TypeError} if func is no function, or returns something else.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([2]));
 * F.forget((v) => F.exp(F.sin(F.square(v))), x).backward();
 * x.grad?.toArraySync(); // [-1.227]
 */
export function forget<R extends Variable | readonly Variable[]>(
  func: (...xs: Variable[]) => R,
  ...xs: VariableLike[]
): R {
  if (typeof func !== 'function')
    throw new TypeError(`[forget] func must be a function, got ${describeOther(func)}`);
  const node = new Forget(func);
  const ys = node.apply(xs.map((x) => (x instanceof Variable ? x : new Variable(x))));
  return (node.many ? ys : ys[0]) as unknown as R;
}
