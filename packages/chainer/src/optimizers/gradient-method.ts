import { type NdArray, zerosLike } from '@chainer/xp/functions';
import { backward } from '../core/backward.ts';
import { checkOptions } from '../core/check-options.ts';
import { Link } from '../core/link.ts';
import type { Parameter } from '../core/parameter.ts';
import type { Serializer } from '../core/serializer.ts';
import { kindOf } from '../core/type-check.ts';
import { Variable } from '../core/variable.ts';
import type { UpdateFormula } from './formula.ts';
import { FormulaRule, Step } from './formula-rule.ts';
import { LossScaler, type LossScalingOptions } from './loss-scaler.ts';
import { Optimizer } from './optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

/** What computes the loss: a function, or a link that is applied. */
export type LossFunction = ((...args: never[]) => unknown) | Link;

/**
 * An optimizer that follows gradients: computes the loss, runs back through the graph, calls hooks, and updates all parameters
 * by one kernel. Subclasses say how: `formulaFor`, or `createUpdateRule` for updates that are no formula.
 *
 * Hyperparameters are properties: `optimizer.lr = 0.01`. A parameter can have its own: `param.updateRule.hyperparam.lr = 0.1`.
 */
export abstract class GradientMethod<H extends object = Record<string, number>> extends Optimizer {
  /** Hyperparameters of all parameters that do not have their own. */
  readonly hyperparam: H;
  private fp32Update = false;
  private readonly scaler = new LossScaler();
  private readonly step = new Step();
  /** Where the last gradients are not known yet to be finite: the boolean on their device that will tell. */
  private guard: NdArray | null = null;
  private initially: Readonly<H> | null = null;

  /**
   * @param defaults every hyperparameter and its default.
   * @throws {TypeError} for an option that is no hyperparameter, or has another type.
   */
  constructor(defaults: Required<H>, options: Partial<H> = {}) {
    super();
    const who = this.constructor.name;
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(
        `[${who}] hyperparameters are given by name, new ${who}({${Object.keys(defaults)[0]}: …}), got ${String(options)}`,
      );
    }
    const values = { ...defaults } as Record<string, unknown>;
    for (const [key, value] of Object.entries(options)) {
      if (!(key in values))
        throw new TypeError(
          `[${who}] unknown hyperparameter '${key}'; there are ${Object.keys(defaults).join(', ')}`,
        );
      if (value === undefined) continue;
      if (typeof value !== typeof values[key]) {
        throw new TypeError(
          `[${who}] ${key} must be a ${typeof values[key]}, got ${typeof value} ${String(value)}`,
        );
      }
      values[key] = value;
    }
    this.hyperparam = values as H;
    showHyperparameters(new.target.prototype as object, Object.keys(defaults));
  }

  /** The formula by which those hyperparameters update a parameter. */
  protected formulaFor(_hp: H): UpdateFormula<H> {
    throw new Error(`[${this.constructor.name}] defines neither formulaFor nor createUpdateRule`);
  }

  protected createUpdateRule(): UpdateRule<H> {
    return new FormulaRule(
      this.hyperparam,
      (hp) => this.formulaFor(hp),
      this.initially ?? { ...this.hyperparam },
    );
  }

  override setup(link: Link): this {
    this.initially = { ...this.hyperparam };
    super.setup(link);
    if (this.fp32Update) for (const rule of this.rules()) rule.useFp32Update();
    return this;
  }

  private *rules(): IterableIterator<UpdateRule> {
    for (const param of this.params) if (param.updateRule !== null) yield param.updateRule as UpdateRule;
  }

  /** Updates half-precision parameters by way of float32 copies, which keep steps that are too small for them. */
  useFp32Update(flag = true): this {
    this.fp32Update = flag;
    for (const rule of this.rules()) rule.useFp32Update(flag);
    return this;
  }

  /**
   * Multiplies the loss before the backward pass, and divides the gradients again, so that half-precision gradients do not vanish.
   *
   * @param options `scale`: a fixed factor; left out, the factor is found by itself, and an update with a gradient that is not
   *   finite is skipped. `interval`: updates in which it then doubles.
   * @throws {ValueError} for an interval below 1 or a scale that is not positive.
   */
  lossScaling(options: LossScalingOptions = {}): this {
    checkOptions(`${this.constructor.name}.lossScaling`, options, ['interval', 'scale']);
    this.scaler.configure(this.constructor.name, options);
    return this;
  }

  /** Fixes the factor of the loss. @throws {ValueError} unless it is positive. */
  setLossScale(lossScale: number): void {
    this.scaler.fix(`${this.constructor.name}.setLossScale`, lossScale);
  }

  /** The factor of the loss in force, or null. */
  get lossScale(): number | null {
    return this.scaler.scale;
  }

  /** Whether the last gradients were finite, as far as they were checked (and, on a device that is read by waiting, as far as it is known). */
  isSafeToUpdate(): boolean {
    return this.scaler.safe;
  }

  /** Looks for gradients that are not finite; only dynamic loss scaling does so. */
  checkNanInGrads(): void {
    const grads = () => this.params.map((p) => p.peekGrad()).filter((g) => g !== null);
    this.guard = this.scaler.check(`${this.constructor.name}.update`, grads, () => {
      // Updates that were skipped do not count.
      for (const rule of this.rules()) if (rule.enabled) rule.t--;
    });
  }

  /** Waits until it is known of every update whether it was skipped: `lossScale` and `isSafeToUpdate` are those of the last one then. */
  async settle(): Promise<void> {
    await this.scaler.settle();
  }

  /**
   * Updates the parameters.
   *
   * With a function or a link: applies it to `args` and takes the gradients of the loss it returns. Without: uses the gradients
   * that are there. A parameter without a gradient is updated by zeros; one that is not initialised is left out.
   *
   * @throws {Error} before `setup`; {TypeError} if `lossfun` does not return a Variable.
   */
  override update(lossfun: LossFunction | null = null, ...args: unknown[]): void {
    const target = this.requireTarget('update');
    if (lossfun !== null && lossfun !== undefined) this.computeGradients(target, lossfun, args);
    this.fillMissingGrads();
    this.checkNanInGrads();
    this.callHooks('pre');
    this.t++;
    const { guard } = this;
    if (guard !== null || this.scaler.safe) this.updateParameters();
    this.guard = null;
    this.fillMissingGrads();
    this.callHooks('post');
    if (guard === null) this.scaler.follow(`${this.constructor.name}.update`);
  }

  private computeGradients(target: Link, lossfun: LossFunction, args: readonly unknown[]): void {
    if (typeof lossfun !== 'function' && !(lossfun instanceof Link)) {
      throw new TypeError(
        `[${this.constructor.name}.update] lossfun must be a function or a link, got ${kindOf(lossfun)}; for a loss that is there already, call loss.backward() and then update()`,
      );
    }
    const loss =
      lossfun instanceof Link
        ? (lossfun.forward as (...a: unknown[]) => unknown)(...args)
        : (lossfun as (...a: unknown[]) => unknown)(...args);
    if (!(loss instanceof Variable)) {
      throw new TypeError(
        `[${this.constructor.name}.update] lossfun must return the loss as a Variable, got ${loss === null ? 'null' : typeof loss}`,
      );
    }
    if (target.cleargrads === Link.prototype.cleargrads) for (const p of this.params) p.cleargrad();
    else target.cleargrads();
    backward([loss], null, { lossScale: this.scaler.scale });
  }

  /** Gives zeros to initialised parameters without a gradient. */
  private fillMissingGrads(): void {
    const { params } = this;
    for (let k = 0; k < params.length; k++) {
      const p = params[k] as Parameter;
      if (p.isInitialized && !p.hasGrad) p.grad = zerosLike(p.array);
    }
  }

  private updateParameters(): void {
    const { params, step } = this;
    step.start(this.guard);
    for (let k = 0; k < params.length; k++) {
      const param = params[k] as Parameter;
      const rule = param.updateRule;
      if (rule instanceof FormulaRule) step.add(rule, param);
      else if (rule !== null && this.guard !== null)
        throw new Error(
          `[${this.constructor.name}.update] ${param.array.device.name} is read by waiting: dynamic loss scaling works there with update formulas only; give a fixed factor, lossScaling({scale: 128})`,
        );
      else rule?.update(param);
    }
    step.run();
  }

  override serialize(serializer: Serializer): void {
    super.serialize(serializer);
    this.scaler.serialize(serializer);
  }
}

const shown = new WeakSet<object>();

/** Makes hyperparameters properties of all optimizers of a class. */
function showHyperparameters(prototype: object, names: readonly string[]): void {
  if (shown.has(prototype)) return;
  shown.add(prototype);
  for (const name of names) {
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, {
      get(this: GradientMethod) {
        return this.hyperparam[name];
      },
      set(this: GradientMethod, value: number) {
        this.hyperparam[name] = value;
      },
      configurable: true,
    });
  }
}
