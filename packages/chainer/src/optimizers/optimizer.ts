import { checkOptions } from '../core/check-options.ts';
import { Link } from '../core/link.ts';
import type { Parameter } from '../core/parameter.ts';
import type { CanSerialize, Serializer } from '../core/serializer.ts';
import { HookList, type HookTiming, OptimizerHook } from './hook.ts';
import type { UpdateRule } from './update-rule.ts';

/** A function that runs before or after each update. */
export type OptimizerFunctionHook = (optimizer: Optimizer) => void;

/** Options of `addHook`. */
export interface AddHookOptions {
  /** Name of the hook; its own where left out. */
  readonly name?: string | null;
  /** `auto`: the hook's own choice, before the update if it has none. */
  readonly timing?: HookTiming | 'auto';
}

const timings: readonly string[] = ['pre', 'post', 'auto'];

/**
 * Changes the parameters of a model so that a loss falls. `setup(model)` once, then `update(...)` in each iteration.
 *
 * @example
 * import { functions as F, links as L, optimizers, Variable, xp } from 'chainer';
 * const model = new L.Linear(2, 1);
 * const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(model);
 * const x = xp.array([[1, 2]]);
 * optimizer.update(() => F.sum(F.square(model.forward(x))));
 * optimizer.t; // 1
 */
export abstract class Optimizer implements CanSerialize {
  /** The model, once `setup` was called. */
  target: Link | null = null;
  /** Updates done. */
  t = 0;
  /** Epochs done, see `newEpoch`. */
  epoch = 0;
  /** Whether an updater calls `newEpoch` by itself. */
  useAutoNewEpoch = false;
  /** Parameters of the target, each once. */
  protected params: readonly Parameter[] = [];
  private hooks: Record<HookTiming, HookList<OptimizerFunctionHook>>;

  constructor() {
    this.hooks = this.noHooks();
  }

  private noHooks(): Record<HookTiming, HookList<OptimizerFunctionHook>> {
    const who = this.constructor.name;
    return { pre: new HookList(who), post: new HookList(who) };
  }

  /** Makes the update rule of one parameter. */
  protected abstract createUpdateRule(): UpdateRule;

  /**
   * Takes a model: gives each of its parameters a fresh update rule, starts `t` and `epoch` at 0 and drops all hooks.
   *
   * @throws {TypeError} for what is no link.
   */
  setup(link: Link): this {
    if (!(link instanceof Link)) {
      throw new TypeError(
        `[${this.constructor.name}.setup] the target must be a link (Chain, links.Linear, …), got ${link === null ? 'null' : typeof link}`,
      );
    }
    this.target = link;
    this.t = 0;
    this.epoch = 0;
    this.hooks = this.noHooks();
    this.params = [...new Set(link.params())];
    for (const param of this.params) param.updateRule = this.createUpdateRule();
    return this;
  }

  /**
   * Updates the parameters.
   *
   * @param lossfun function or link that returns the loss of `args`; left out: the gradients that are there are used.
   */
  abstract update(lossfun?: ((...args: never[]) => unknown) | Link | null, ...args: unknown[]): void;

  /** The target. @throws {Error} before `setup`. */
  protected requireTarget(method: string): Link {
    if (this.target === null) {
      const who = this.constructor.name;
      throw new Error(`[${who}.${method}] the optimizer is not set up: call optimizer.setup(model) first`);
    }
    return this.target;
  }

  /** Adds a hook. @throws {Error} before `setup`, or where there is a hook of that name. */
  addHook(hook: OptimizerHook | OptimizerFunctionHook, options: AddHookOptions = {}): this {
    this.requireTarget('addHook');
    checkOptions(`${this.constructor.name}.addHook`, options, ['name', 'timing']);
    const { timing = 'auto', name } = options;
    if (!timings.includes(timing)) {
      throw new Error(
        `[${this.constructor.name}.addHook] timing must be 'pre', 'post' or 'auto', got '${String(timing)}'`,
      );
    }
    const when = timing !== 'auto' ? timing : hook instanceof OptimizerHook ? hook.timing : 'pre';
    this.hooks[when].add(hook, name);
    return this;
  }

  /** Removes a hook by name. @throws {Error} before `setup`, or if there is none of that name. */
  removeHook(name: string): void {
    this.requireTarget('removeHook');
    const { pre, post } = this.hooks;
    (post.has(name) ? post : pre).remove(name);
  }

  /** Runs the hooks of one timing. */
  callHooks(timing: HookTiming): void {
    const hooks = this.hooks[timing];
    if (hooks.size === 0) return;
    for (const hook of hooks.values()) {
      if (typeof hook === 'function') hook(this);
      else hook.apply(this.params.filter((p) => p.isInitialized && p.hasGrad));
    }
  }

  /**
   * Counts an epoch.
   *
   * @param options `auto`: the call comes from an updater.
   * @throws {Error} if both an updater and the user count, or neither was told to.
   */
  newEpoch(options: { readonly auto?: boolean } = {}): void {
    const auto = options.auto ?? false;
    if (auto && !this.useAutoNewEpoch) {
      throw new Error(
        `[${this.constructor.name}.newEpoch] called with auto although useAutoNewEpoch is false; updaters set it to true first`,
      );
    }
    if (!auto && this.useAutoNewEpoch) {
      throw new Error(
        `[${this.constructor.name}.newEpoch] the updater counts epochs already (useAutoNewEpoch is true); do not call newEpoch as well`,
      );
    }
    this.epoch++;
  }

  /** Keys: `t`, `epoch`, and what each update rule saves below the path of its parameter. */
  serialize(serializer: Serializer): void {
    this.t = serializer.value('t', this.t);
    this.epoch = serializer.value('epoch', this.epoch);
    for (const [path, param] of this.requireTarget('serialize').namedparams()) {
      param.updateRule?.serialize(serializer.child(path.slice(1)));
    }
  }
}
