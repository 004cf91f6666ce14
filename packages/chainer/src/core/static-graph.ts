import type { NdArray } from '@chainer/xp/functions';
import { copy, zerosLike } from '@chainer/xp/functions';
import { activeRecording, Recording, trackInto } from '@chainer/xp/internal';
import { grad } from './backward.ts';
import { checkOptions } from './check-options.ts';
import { config, usingConfig } from './config.ts';
import { FunctionNode, gatherLeaves } from './function-node.ts';
import { asArray, Variable, type VariableLike } from './variable.ts';

/** Options of `staticGraph`. */
export interface StaticGraphOptions {
  /** How many calls may wait for their backward pass at once; each has memory of its own. 8 unless given. */
  readonly maxCalls?: number;
}

const plain = { requiresGrad: false };

/** A call of a static graph, recorded: the forward pass, and the backward passes that were asked for. */
class Schedule {
  /** What inputs are copied to before a replay. */
  private readonly inputs: readonly Variable[];
  private readonly forward: Recording;
  private readonly backwards = new Map<
    string,
    { recording: Recording; grads: readonly (Variable | null)[] }
  >();
  private readonly outputs: readonly Variable[];
  /** Whether the code returned a Variable, not a list. */
  readonly single: boolean;
  /** Variables that the code used besides its inputs (parameters), and the arrays they had. */
  readonly leaves: readonly Variable[];
  private readonly arrays: readonly NdArray[];
  private readonly seeds: readonly Variable[];
  /** Which call its memory belongs to. */
  generation = 0;
  private owner: WeakRef<StaticFunction> | null = null;

  constructor(body: (...xs: Variable[]) => unknown, given: readonly VariableLike[]) {
    const { device } = asArray(given[0] as VariableLike);
    this.forward = new Recording(device);
    this.inputs = given.map((x) => new Variable(held(copy(asArray(x))), needsGrad(x) ? undefined : plain));
    const used = new Set<Variable>();
    const made = this.forward.record(() =>
      // The graph is recorded even where none is wanted: somebody may want it later.
      gatherLeaves(used, () => usingConfig('enableBackprop', true, () => body(...this.inputs))),
    );
    this.single = !Array.isArray(made);
    this.outputs = listOf(made);
    this.leaves = [...used].filter((leaf) => !this.inputs.includes(leaf));
    this.arrays = this.leaves.map((leaf) => leaf.array);
    this.seeds = this.outputs.map((y) => new Variable(held(zerosLike(y.array)), plain));
  }

  /** Whether nobody waits for its backward pass, and its parameters still stand where they stood. */
  get free(): boolean {
    return this.owner?.deref() === undefined;
  }

  get valid(): boolean {
    return this.leaves.every((leaf, i) => leaf.array === this.arrays[i]);
  }

  take(owner: StaticFunction): void {
    this.owner = new WeakRef(owner);
    this.generation++;
  }

  give(): void {
    this.owner = null;
  }

  run(xs: readonly NdArray[]): NdArray[] {
    const { inputs } = this;
    for (let i = 0; i < inputs.length; i++) fill((inputs[i] as Variable).array, xs[i] as NdArray);
    this.forward.replay();
    return this.results();
  }

  /** Copies: the next replay writes where they stand. */
  results(): NdArray[] {
    return this.outputs.map((y) => copy(y.array));
  }

  /** Gradients of inputs and parameters, for those outputs that have one. */
  backward(targets: readonly number[], gys: readonly (Variable | null)[]): (Variable | null)[] {
    const key = `${targets.join()}|${gys.map((g) => (g === null ? 0 : 1)).join()}`;
    const known = this.backwards.get(key);
    if (known !== undefined) this.detach(known.grads, targets);
    for (let k = 0; k < gys.length; k++) {
      const g = gys[k];
      if (g) fill((this.seeds[k] as Variable).array, g.array);
    }
    if (known !== undefined) known.recording.replay();
    const { grads } = known ?? this.recordBackward(key, targets, gys);
    // What goes on through the graph is copied; parameters are handed the memory itself.
    return grads.map((g, i) =>
      g !== null && (targets[i] as number) < this.inputs.length ? new Variable(copy(g.array), plain) : g,
    );
  }

  private recordBackward(key: string, targets: readonly number[], gys: readonly (Variable | null)[]) {
    const recording = new Recording((this.outputs[0] as Variable).array.device);
    const starts = this.outputs.map((_, k) => k).filter((k) => gys[k] !== null);
    const all = [...this.inputs, ...this.leaves];
    // The nodes of leaves are the parameters' own: the pass that runs around this one goes on with what it left there.
    const before = all.map(({ node }) => ({ node, pending: node.pending, pass: node.pass }));
    const grads = recording.record(() =>
      grad(
        starts.map((k) => this.outputs[k] as Variable),
        targets.map((i) => all[i] as Variable),
        { gradOutputs: starts.map((k) => this.seeds[k] as Variable), retainGraph: true },
      ),
    );
    for (const { node, pending, pass } of before) Object.assign(node, { pending, pass });
    const entry = { recording, grads };
    this.backwards.set(key, entry);
    return entry;
  }

  /** A parameter that still holds its gradient of the last time gets a copy before it is overwritten. */
  private detach(grads: readonly (Variable | null)[], targets: readonly number[]): void {
    grads.forEach((g, i) => {
      const leaf = this.leaves[(targets[i] as number) - this.inputs.length];
      if (g === null || leaf === undefined) return;
      const standing = leaf.node.hasGrad ? leaf.gradVar : null;
      if (standing === null || standing.array.storage !== g.array.storage) return;
      // The copy is the parameter's, not the running backward pass's.
      const outer = trackInto(null);
      try {
        leaf.grad = copy(g.array);
      } finally {
        trackInto(outer);
      }
    });
  }

  release(): void {
    this.forward.release();
    for (const { recording } of this.backwards.values()) recording.release();
    for (const x of [...this.inputs, ...this.seeds]) {
      x.array.storage.kept = false;
      x.array.release();
    }
  }
}

/** The recorded code as one function of its inputs and its parameters. */
class StaticFunction extends FunctionNode {
  readonly label = 'StaticGraph';
  private readonly schedule: Schedule;
  private readonly generation: number;
  private fresh: boolean;

  constructor(schedule: Schedule, fresh: boolean) {
    super();
    this.schedule = schedule;
    this.fresh = fresh;
    schedule.take(this);
    this.generation = schedule.generation;
  }

  forward(arrays: readonly NdArray[]): readonly NdArray[] {
    if (!this.fresh) return this.schedule.run(arrays);
    this.fresh = false;
    return this.schedule.results();
  }

  override backward(
    targets: readonly number[],
    gys: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (config.enableBackprop)
      throw new Error(
        '[staticGraph] its gradients cannot be differentiated: call the function itself, not the static one, for double backpropagation',
      );
    if (this.schedule.generation !== this.generation)
      throw new Error(
        '[staticGraph] the memory of this call was used by later calls before its backward pass; give more with {maxCalls}',
      );
    if (gys.every((g) => g === null)) return targets.map(() => null);
    const gradients = this.schedule.backward(targets, gys);
    // The memory is free for the next call.
    this.schedule.give();
    return gradients;
  }

  override release(): void {
    super.release();
    if (this.schedule.generation === this.generation) this.schedule.give();
  }
}

/** `to[...] = from`, of one shape and dtype. */
function fill(to: NdArray, from: NdArray): void {
  if (to.size > 0) to.device.kernels.copy(from, to);
}

const needsGrad = (x: VariableLike): boolean => x instanceof Variable && x.requiresGrad;

function held(x: NdArray): NdArray {
  x.storage.kept = true;
  return x;
}

function listOf(made: unknown): Variable[] {
  const list = Array.isArray(made) ? made : [made];
  for (const y of list)
    if (!(y instanceof Variable))
      throw new TypeError(
        `[staticGraph] the function must return a Variable or a list of them, got ${String(y)}`,
      );
  if (list.length === 0) throw new TypeError('[staticGraph] the function returned an empty list');
  return list as Variable[];
}

/**
 * A function that is recorded once and then replayed: no graph is built, nothing is checked and nothing allocated for what happens
 * inside, which pays for networks of many small steps. Its first call runs as usual (and may initialise parameters), the second one is
 * recorded; later ones copy their inputs in, run the recorded kernels, and copy the results out. Gradients are recorded likewise when
 * they are first asked for. A call of other shapes, dtypes or `config.train` is recorded on its own; so is one after a parameter
 * was given another array.
 *
 * What the function decides in JavaScript (branches, loops, numbers it reads) is decided when it is recorded. Random numbers are drawn
 * anew each time, running averages of normalizations go on; other side effects go into `staticCode`. Recorded memory is not shared
 * between steps: it costs more than an eager pass. On `cuda` a replay launches CUDA graphs, one between two pieces of `staticCode` or draws.
 *
 * A gradient that a parameter holds from it is overwritten by the next backward pass unless the parameter still has it then.
 *
 * @param forward takes Variables, returns a Variable or a list of them.
 * @throws {Error} where the function uses a result whose size depends on data, or its gradients are differentiated.
 * @example
 * import { Chain, functions as F, links as L, staticGraph, type Variable, xp } from 'chainer';
 * class MLP extends Chain {
 *   readonly l1 = new L.Linear(4, 8);
 *   readonly l2 = new L.Linear(8, 2);
 *   override forward = staticGraph((x: Variable) => this.l2.forward(F.relu(this.l1.forward(x))));
 * }
 * const model = new MLP();
 * for (let i = 0; i < 3; i++) model.forward(xp.ones([5, 4])).shape; // [5, 2]
 */
export function staticGraph<R extends Variable | readonly Variable[]>(
  forward: (...xs: Variable[]) => R,
  options: StaticGraphOptions = {},
): (...xs: VariableLike[]) => R {
  checkOptions('staticGraph', options, ['maxCalls']);
  const { maxCalls = 8 } = options;
  if (!Number.isInteger(maxCalls) || maxCalls < 1)
    throw new RangeError(`[staticGraph] maxCalls must be a positive integer, got ${maxCalls}`);
  /** Schedules of each kind of call; an empty list: it was called once. */
  const known = new Map<string, Schedule[]>();
  return (...xs) => {
    if (xs.length === 0) throw new TypeError('[staticGraph] the function takes at least one array');
    // Inside of another static graph it is a part of that one.
    if (activeRecording() !== null) return forward(...xs.map(asVariableLike));
    const key = keyOf(xs);
    const schedules = known.get(key);
    if (schedules === undefined) {
      known.set(key, []);
      return forward(...xs.map(asVariableLike));
    }
    for (const stale of schedules.filter((s) => !s.valid)) {
      schedules.splice(schedules.indexOf(stale), 1);
      if (stale.free) stale.release();
    }
    let schedule = schedules.find((s) => s.free);
    const fresh = schedule === undefined && schedules.length < maxCalls;
    if (schedule === undefined && fresh) {
      schedule = new Schedule(forward, xs);
      schedules.push(schedule);
    } else if (schedule === undefined) {
      schedule = schedules.shift() as Schedule;
      schedules.push(schedule);
    }
    const f = new StaticFunction(schedule, fresh);
    const ys = f.apply([...xs, ...schedule.leaves]);
    if (!config.enableBackprop || !ys.some((y) => y.creator !== null)) schedule.give();
    return (schedule.single ? ys[0] : ys) as R;
  };
}

const asVariableLike = (x: VariableLike): Variable => (x instanceof Variable ? x : new Variable(x, plain));

function keyOf(xs: readonly VariableLike[]): string {
  const inputs = xs.map((x) => {
    const { device, dtype, shape } = asArray(x);
    return `${device.name} ${dtype.name} ${shape.join()} ${needsGrad(x)}`;
  });
  return `${config.train} ${config.dtype} ${inputs.join(';')}`;
}

/**
 * Code inside of a static graph that has to run in every call: it counts, prints, changes the learning rate. Elsewhere it runs at once.
 *
 * @param body arrays that it computes must be written in place (`x.setAt(y, '...')`), where the recorded part reads them.
 * @example
 * import { functions as F, staticCode, staticGraph, type Variable, xp } from 'chainer';
 * let calls = 0;
 * const double = staticGraph((x: Variable) => {
 *   staticCode(() => { calls++; });
 *   return F.mul(x, 2);
 * });
 * for (let i = 0; i < 4; i++) double(xp.ones([2]));
 * calls; // 4
 */
export function staticCode(body: () => void): void {
  const recording = activeRecording();
  if (recording === null) body();
  else recording.run(body);
}
