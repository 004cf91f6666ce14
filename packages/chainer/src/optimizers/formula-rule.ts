import { broadcastTo, type NdArray, type Scalar, copy as xpCopy } from '@chainer/xp/functions';
import type { Device, ElementwiseCall, Program } from '@chainer/xp/internal';
import type { Parameter } from '../core/parameter.ts';
import { describe } from '../core/type-check.ts';
import type { RuleState, UpdateFormula } from './formula.ts';
import { nameOf, UpdateRule } from './update-rule.ts';

/**
 * One parameter's share of a step: the operands of the update kernel. It lives as long as the arrays stay the same, so that a
 * step only puts in the gradient and the scalars.
 */
export class UpdateCall implements ElementwiseCall {
  readonly formula: UpdateFormula<never>;
  readonly program: Program;
  readonly device: Device;
  readonly p: NdArray;
  readonly copy: NdArray | null;
  readonly state: Readonly<Record<string, NdArray>>;
  readonly gradDtype: NdArray['dtype'];
  readonly guarded: boolean;
  readonly inputs: (NdArray | Scalar)[];
  readonly outputs: readonly NdArray[];
  readonly shape: readonly number[];

  constructor(
    formula: UpdateFormula<never>,
    p: NdArray,
    g: NdArray,
    state: Readonly<Record<string, NdArray>>,
    copy: NdArray | null,
    guarded: boolean,
  ) {
    const arrays = formula.state.map((name) => state[name] as NdArray);
    this.formula = formula;
    this.program = formula.program(p.dtype, g.dtype, copy?.dtype ?? null, guarded);
    this.guarded = guarded;
    this.device = p.device;
    this.p = p;
    this.copy = copy;
    this.state = state;
    this.gradDtype = g.dtype;
    this.inputs = [p, g, ...arrays, ...formula.scalars.map(() => 0), ...(guarded ? [0] : [])];
    this.outputs = copy === null ? [p, ...arrays] : [p, ...arrays, copy];
    this.shape = p.shape;
  }

  /** Lets go of the gradient, so that its memory does not wait for the next step. */
  forget(): void {
    this.inputs[1] = this.p;
    if (this.guarded) this.inputs[this.inputs.length - 1] = 0;
  }
}

/**
 * The scalars of a step, computed once for all parameters that have no hyperparameters of their own: the powers in Adam's would
 * cost more than all the rest of a small step.
 */
class SharedScalars {
  values: readonly number[] = [];
  private formula: unknown = null;
  private initially: unknown = null;
  private t = 0;

  /** To be called at the start of each step: the optimizer's hyperparameters may have changed. */
  clear(): void {
    this.formula = null;
  }

  of<H extends object>(rule: FormulaRule<H>, formula: UpdateFormula<H>): readonly number[] {
    const shares = Object.keys(rule.hyperparam).length === 0;
    if (shares && this.formula === formula && this.t === rule.t && this.initially === rule.initially)
      return this.values;
    const values = formula.scalars.map((scalar) => scalar(rule.hyperparam, rule));
    if (shares) {
      this.values = values;
      this.formula = formula;
      this.initially = rule.initially;
      this.t = rule.t;
    }
    return values;
  }
}

/** The update rule of an optimizer whose step is a formula. All parameters of one optimizer are updated together, see `Step`. */
export class FormulaRule<H extends object> extends UpdateRule<H> implements RuleState<H> {
  readonly initially: Readonly<H>;
  private readonly choose: (hp: H) => UpdateFormula<H>;
  private call: UpdateCall | null = null;

  /**
   * @param choose the formula that those hyperparameters ask for.
   * @param initially the hyperparameters of now; the same object for all rules of one setup, which then share work.
   */
  constructor(parent: H, choose: (hp: H) => UpdateFormula<H>, initially: Readonly<H> = { ...parent }) {
    super(parent);
    this.initially = initially;
    this.choose = choose;
  }

  get stateNames(): readonly string[] {
    return this.choose(this.hyperparam).state;
  }

  initialState(name: string): number {
    const { state, initial } = this.choose(this.hyperparam);
    return initial[state.indexOf(name)] as number;
  }

  override update(param: Parameter): void {
    if (!this.updateByRows(param, new SharedScalars())) super.update(param);
  }

  /** Updates the rows that a gradient has, where gradient and formula allow it. */
  private updateByRows(param: Parameter, scalars: SharedScalars): boolean {
    const formula = this.choose(this.hyperparam);
    if (!formula.byRows(this.hyperparam) || !param.isInitialized || !param.array.contiguous) return false;
    const rows = this.beginRows(param);
    if (rows === null) return false;
    const p = param.array;
    const state = this.remembered as Record<string, NdArray>;
    formula.check?.(this.hyperparam, p.dtype);
    const targets = [p, ...formula.state.map((name) => state[name] as NdArray)];
    rows.update(formula.program(p.dtype, rows.rows.dtype, null), targets, scalars.of(this, formula));
    return true;
  }

  updateCore(param: Parameter): void {
    const call = this.operands(param, null, new SharedScalars(), null);
    if (call === null) return;
    call.device.kernels.elementwiseMany(call.program, [call]);
    call.forget();
  }

  /**
   * Does all of an update but run the kernel: the caller runs it, with those of other parameters. Null: nothing is left to do.
   *
   * @param guard a boolean on the device: where it is false, the kernel is to change nothing; null: it is known to be true.
   */
  stage(param: Parameter, scalars: SharedScalars, guard: NdArray | null): UpdateCall | null {
    if (guard === null && this.updateByRows(param, scalars)) return null;
    const target = this.begin(param);
    if (target === null) return null;
    const call = this.operands(target, target === param ? null : param.array, scalars, guard);
    if (target !== param) target.grad = null;
    return call;
  }

  private operands(
    param: Parameter,
    copy: NdArray | null,
    scalars: SharedScalars,
    guard: NdArray | null,
  ): UpdateCall | null {
    const g = param.peekGrad() as NdArray;
    const formula = this.choose(this.hyperparam);
    const state = this.remembered as Record<string, NdArray>;
    let call = this.call;
    if (
      call === null ||
      call.p !== param.array ||
      call.state !== state ||
      call.formula !== formula ||
      call.gradDtype !== g.dtype ||
      call.copy !== copy ||
      call.guarded !== (guard !== null)
    ) {
      call = new UpdateCall(formula, writable(param), g, state, copy, guard !== null);
      this.call = call;
    }
    if (call.p.size === 0) return null;
    if (formula.check !== null) formula.check(this.hyperparam, call.p.dtype);
    call.inputs[1] = g;
    const values = scalars.of(this, formula);
    const first = 2 + formula.state.length;
    for (let k = 0; k < values.length; k++) call.inputs[first + k] = values[k] as number;
    if (guard !== null) call.inputs[first + values.length] = broadcastTo(guard, call.shape);
    return call;
  }
}

/** The parameter's array, copied if several of its elements are one in memory. @throws {TypeError} if it is not floating. */
function writable(param: Parameter): NdArray {
  const p = param.array;
  if (p.dtype.kind !== 'f')
    throw new TypeError(
      `[update] ${nameOf(param)} is ${describe(p)}; optimizers update floating parameters: freeze it with updateRule.enabled = false`,
    );
  if (p.shape.every((d, i) => d <= 1 || p.steps[i] !== 0)) return p;
  const own = xpCopy(p);
  own.storage.kept = true;
  param.array = own;
  return own;
}

interface Group {
  readonly program: Program;
  readonly device: Device;
  readonly calls: UpdateCall[];
  readonly written: Set<object>;
}

/** Runs the kernels of a step: one dispatch for all parameters of one formula, dtype and device. */
export class Step {
  private members: UpdateCall[] = [];
  private groups: Group[] = [];
  private readonly collected: UpdateCall[] = [];
  private readonly scalars = new SharedScalars();
  private guard: NdArray | null = null;

  /** Starts a step; drops what a step that threw has left. @param guard see `FormulaRule.stage`. */
  start(guard: NdArray | null): void {
    this.guard = guard;
    this.collected.length = 0;
    this.scalars.clear();
  }

  /** Adds a parameter's share. */
  add<H extends object>(rule: FormulaRule<H>, param: Parameter): void {
    const call = rule.stage(param, this.scalars, this.guard);
    if (call !== null) this.collected.push(call);
  }

  /** Runs what was added. */
  run(): void {
    const { collected } = this;
    if (!this.isLike(collected)) this.regroup();
    for (const { device, program, calls } of this.groups) device.kernels.elementwiseMany(program, calls);
    for (let k = 0; k < collected.length; k++) (collected[k] as UpdateCall).forget();
    collected.length = 0;
    this.guard = null;
  }

  private isLike(calls: readonly UpdateCall[]): boolean {
    const { members } = this;
    if (members.length !== calls.length) return false;
    for (let k = 0; k < calls.length; k++) if (members[k] !== calls[k]) return false;
    return true;
  }

  private regroup(): void {
    this.members = this.collected.slice();
    this.groups = [];
    for (const call of this.members) {
      // Two parameters on one memory (a shared copy) are updated one after the other.
      let group = this.groups.findLast((g) => g.program === call.program && g.device === call.device);
      if (group === undefined || group.written.has(call.p.storage)) {
        group = { program: call.program, device: call.device, calls: [], written: new Set() };
        this.groups.push(group);
      }
      group.calls.push(call);
      group.written.add(call.p.storage);
    }
  }
}
