import { astype, ElementwiseKernel, NdArray } from '@chainer/xp/functions';
import { emptyOn, float32, isHalf, sameShape } from '@chainer/xp/internal';
import { checkOptions } from '../core/check-options.ts';
import { Parameter } from '../core/parameter.ts';
import type { RowGradient } from '../core/row-gradient.ts';
import type { Serializer } from '../core/serializer.ts';
import { describe } from '../core/type-check.ts';
import type { UpdateRule as UpdateRuleInterface } from '../core/update-rule.ts';
import { HookList, type OptimizerHook } from './hook.ts';

/** A function that runs before each update of one parameter. */
export type RuleHook = (rule: UpdateRule, param: Parameter) => void;

const unscale = /*#__PURE__*/ new ElementwiseKernel('lossScale', 2, (g, scale) => g.div(scale));
const unscaleTo32 = /*#__PURE__*/ new ElementwiseKernel('lossScale', 2, (g, scale) =>
  g.cast('float32').div(scale),
);

/**
 * How one parameter is updated: hyperparameters, the arrays that are remembered, hooks. Optimizers make one per parameter at
 * `setup`; find it as `param.updateRule`. Subclass it for updates that are no formula of single elements.
 *
 * @example
 * import { links as L, optimizers } from 'chainer';
 * const l = new L.Linear(3, 2);
 * const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(l);
 * const rule = l.b?.updateRule as optimizers.UpdateRule<optimizers.SGDHyperparameters>;
 * rule.hyperparam.lr = 0.2; // biases learn faster
 * optimizer.lr; // 0.1
 */
export abstract class UpdateRule<H extends object = object> implements UpdateRuleInterface {
  enabled = true;
  t = 0;
  /** Hyperparameters of this parameter; those that are not set here are the optimizer's. */
  readonly hyperparam: H;
  protected remembered: Record<string, NdArray> | null = null;
  /** float32 stand-in of a half-precision parameter. */
  protected master: Parameter | null = null;
  private wantsMaster = false;
  private hooks: HookList<RuleHook> | null = null;
  /** A float32 value that was read before the stand-in was needed. */
  private storedMaster: NdArray | null = null;

  /** @param parent hyperparameters that hold where none are set here: the optimizer's. */
  constructor(parent: H) {
    this.hyperparam = Object.create(parent) as H;
  }

  get state(): Readonly<Record<string, NdArray>> | null {
    return this.remembered;
  }

  /** Names of the arrays that are remembered, which are also the names under which they are saved. */
  abstract get stateNames(): readonly string[];

  /** The value an array of the state starts with. */
  abstract initialState(name: string): number;

  /** Changes the parameter by its gradient. */
  abstract updateCore(param: Parameter): void;

  /** Adds a hook that runs before each update of this parameter, after the optimizer's hooks. */
  addHook(hook: OptimizerHook | RuleHook, options: { readonly name?: string | null } = {}): this {
    this.hooks ??= new HookList('UpdateRule');
    checkOptions('UpdateRule.addHook', options, ['name']);
    this.hooks.add(hook, options.name);
    return this;
  }

  /** Removes a hook by name. */
  removeHook(name: string): void {
    (this.hooks ?? new HookList('UpdateRule')).remove(name);
  }

  /** Whether a half-precision parameter is updated by way of a float32 copy, which keeps small steps. */
  useFp32Update(flag = true): this {
    this.wantsMaster = flag;
    if (!flag) this.master = null;
    return this;
  }

  /** Updates the parameter by its gradient; does nothing if it is disabled, not initialised, or has no gradient. */
  update(param: Parameter): void {
    const target = this.begin(param);
    if (target === null) return;
    this.updateCore(target);
    this.finish(param, target);
  }

  /** What to update, its gradient ready and its hooks run: the parameter, or its stand-in; null for nothing. */
  protected begin(param: Parameter): Parameter | null {
    if (!this.enabled || !param.isInitialized) return null;
    const g = param.peekGrad();
    if (g === null) return null;
    const p = param.array;
    if (g.shape !== p.shape && !sameShape(g.shape, p.shape)) {
      throw new Error(
        `[update] the gradient of ${nameOf(param)} is ${describe(g)}, but the parameter is ${describe(p)}`,
      );
    }
    if (g.storage.device !== p.storage.device) {
      throw new Error(
        `[update] ${nameOf(param)} is on ${p.device.name} but its gradient on ${g.device.name}; move the model with model.toDevice(…) before the forward pass`,
      );
    }
    this.t++;
    const target = this.wantsMaster && isHalf(p.dtype) ? this.standIn(param, g) : param;
    if (target === param) {
      const scale = param.node.lossScale;
      if (scale !== null) {
        if (scale !== 1) param.grad = unscale.call([g, scale]);
        param.node.lossScale = null;
      }
    }
    this.prepareState(target.array);
    if (this.hooks !== null && this.hooks.size > 0) {
      for (const hook of this.hooks.values()) {
        if (typeof hook === 'function') hook(this, target);
        else hook.apply([target]);
      }
    }
    return target;
  }

  /** The gradient as rows, the state ready; null where there are none, or hooks, scales and checks want the whole of it. */
  protected beginRows(param: Parameter): RowGradient | null {
    if (!this.enabled || !param.isInitialized) return null;
    const { gradRows, lossScale } = param.node;
    const p = param.array;
    if (gradRows === null || (lossScale !== null && lossScale !== 1)) return null;
    if (this.hooks !== null && this.hooks.size > 0) return null;
    if (
      isHalf(p.dtype) ||
      p.dtype !== gradRows.rows.dtype ||
      p.storage.device !== gradRows.rows.storage.device
    )
      return null;
    param.node.lossScale = null;
    this.t++;
    this.prepareState(p);
    return gradRows;
  }

  /** Brings what a stand-in became back to the parameter. */
  protected finish(param: Parameter, target: Parameter): void {
    if (target === param) return;
    if (target.size > 0) target.array.device.kernels.copy(target.array, param.array);
    target.grad = null;
  }

  private standIn(param: Parameter, g: NdArray): Parameter {
    const p = param.array;
    if (
      this.master === null ||
      this.master.array.device !== p.device ||
      !sameShape(this.master.shape, p.shape)
    ) {
      this.master = new Parameter(astype((this.storedMaster ?? p).to(p.device), float32), null, {
        name: param.name,
      });
      this.master.array.storage.kept = true;
      this.storedMaster = null;
    }
    this.master.grad = unscaleTo32.call([g, param.node.lossScale ?? 1]);
    param.node.lossScale = null;
    return this.master;
  }

  /** Makes the arrays of the state where they are missing, and moves them to the parameter's device and dtype. */
  private prepareState(p: NdArray): void {
    const names = this.stateNames;
    const before = this.remembered;
    if (before !== null) {
      let fits = true;
      for (const name of names) {
        const x = before[name];
        if (x === undefined || x.dtype !== p.dtype || x.storage.device !== p.storage.device) fits = false;
      }
      if (fits) return;
    }
    const made: Record<string, NdArray> = {};
    for (const name of names) {
      const x = before?.[name];
      made[name] =
        x === undefined
          ? filled(p, this.initialState(name))
          : keep(astype(x.to(p.device), p.dtype, { copy: false }));
    }
    this.remembered = made;
  }

  /** Keys: `t`, and each array of the state by its name. What is missing in what is read is made anew at the next update. */
  serialize(serializer: Serializer): void {
    this.t = serializer.value('t', this.t);
    if (serializer.writing) {
      for (const [name, x] of Object.entries(this.remembered ?? {})) serializer.value(name, x);
      if (this.master !== null) serializer.value('fp32_param', this.master.array);
      return;
    }
    const read: Record<string, NdArray> = {};
    for (const name of this.stateNames) {
      if (!serializer.has(name)) continue;
      const x = serializer.value<NdArray | null>(name, this.remembered?.[name] ?? null);
      if (x instanceof NdArray) read[name] = keep(x);
    }
    this.remembered = Object.keys(read).length > 0 ? read : null;
    this.master = null;
    if (serializer.has('fp32_param'))
      this.storedMaster = keep(serializer.value<NdArray | null>('fp32_param', null) as NdArray);
  }
}

function keep(x: NdArray): NdArray {
  x.storage.kept = true;
  return x;
}

function filled(like: NdArray, value: number): NdArray {
  const x = keep(emptyOn(like.device, like.shape, like.dtype));
  if (x.size > 0) x.device.kernels.fill(x, value);
  return x;
}

/** What errors call a parameter. */
export function nameOf(param: Parameter): string {
  return `parameter ${param.name === null ? 'without a name' : `'${param.name}'`}`;
}
