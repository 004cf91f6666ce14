import type { Parameter } from '../core/parameter.ts';

/** When a hook of an optimizer runs: before or after the parameters change. */
export type HookTiming = 'pre' | 'post';

/**
 * Changes gradients (or watches parameters) at every update. As a hook of an optimizer it is given all parameters that have
 * gradients, as a hook of an update rule that one parameter.
 *
 * @example
 * import { type Parameter, xp } from 'chainer';
 * import { OptimizerHook } from 'chainer/optimizers';
 * class SignGradient extends OptimizerHook {
 *   name = 'SignGradient';
 *   apply(params: readonly Parameter[]) { for (const p of params) if (p.grad) p.grad = xp.sign(p.grad); }
 * }
 */
export abstract class OptimizerHook {
  /** Name under which it is added; a target has one hook of a name. */
  abstract readonly name: string;
  readonly timing: HookTiming = 'pre';

  /** Each parameter is initialised and has a gradient; assign `param.grad` to change it. */
  abstract apply(params: readonly Parameter[]): void;
}

/** Hooks by name, in the order in which they were added. */
export class HookList<F extends (...args: never[]) => void> {
  private readonly byName = new Map<string, OptimizerHook | F>();
  private readonly who: string;

  constructor(who: string) {
    this.who = who;
  }

  get size(): number {
    return this.byName.size;
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** @throws {TypeError} for what is no hook; {Error} where there is one of that name, or a function has no name. */
  add(hook: OptimizerHook | F, given: string | null | undefined): void {
    if (typeof hook !== 'function' && !(hook instanceof OptimizerHook)) {
      throw new TypeError(
        `[${this.who}.addHook] hook must be an OptimizerHook or a function, got ${hook === null ? 'null' : typeof hook}`,
      );
    }
    const name = given ?? hook.name;
    if (!name)
      throw new Error(
        `[${this.who}.addHook] a function without a name needs one: addHook(hook, {name: '…'})`,
      );
    if (this.byName.has(name)) {
      throw new Error(
        `[${this.who}.addHook] a hook named '${name}' is there already; remove it first or give this one another name: addHook(hook, {name})`,
      );
    }
    this.byName.set(name, hook);
  }

  /** @throws {Error} if there is none of that name. */
  remove(name: string): void {
    if (!this.byName.delete(name)) {
      const names = [...this.byName.keys()].map((n) => `'${n}'`).join(', ');
      throw new Error(
        `[${this.who}.removeHook] no hook is named '${name}' (${names === '' ? 'there are none' : `there are ${names}`})`,
      );
    }
  }

  values(): IterableIterator<OptimizerHook | F> {
    return this.byName.values();
  }
}
