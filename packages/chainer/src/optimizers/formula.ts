import { bool, type DType, type Expr, float64, input, lift, type Operand } from '@chainer/xp/functions';
import { computeType, type InputSpec, type Program, promote, specialize } from '@chainer/xp/internal';

/** What a scalar of a formula is computed from, besides hyperparameters. */
export interface RuleState<H> {
  /** Number of this update, from 1 on. */
  readonly t: number;
  /** The hyperparameters as they were when the rule was made. */
  readonly initially: Readonly<H>;
}

/** The parts of an update formula; see `updateFormula`. */
export interface FormulaSpec<H, S extends string, K extends string> {
  readonly name: string;
  /** Arrays that are remembered from update to update, and the value each starts with. */
  readonly state: Readonly<Record<S, number>>;
  /** Numbers that the step needs, from hyperparameters and the number of the update. */
  readonly scalars: Readonly<Record<K, (hp: H, rule: RuleState<H>) => number>>;
  /** From parameter `p`, gradient `grad`, state and scalars to the new `p` and state. */
  readonly step: (x: Readonly<Record<'p' | 'grad' | S | K, Expr>>) => Readonly<Record<'p' | S, Operand>>;
  /** Whether those hyperparameters ask that rows whose gradient is zero stay as they are, state and all; left out: never. */
  readonly byRows?: (hp: H) => boolean;
  /** Throws where hyperparameters do not suit a parameter's dtype. */
  readonly check?: (hp: H, dtype: DType) => void;
}

/** An update rule of an optimizer as one kernel, which runs in place over all parameters. */
export interface UpdateFormula<H> {
  readonly name: string;
  readonly state: readonly string[];
  readonly initial: readonly number[];
  readonly scalars: readonly ((hp: H, rule: RuleState<H>) => number)[];
  readonly byRows: (hp: H) => boolean;
  readonly check: ((hp: H, dtype: DType) => void) | null;
  /**
   * The kernel: operands p, grad, state …, scalars …; results new p, new state …
   *
   * @param copy dtype of one more result, a copy of the new p (the half-precision parameter beside its float32 master); or null.
   * @param guarded one more operand, the last: a boolean; where it is false, everything stays as it is.
   */
  program(p: DType, g: DType, copy: DType | null, guarded?: boolean): Program;
}

/**
 * Declares how an optimizer changes a parameter, element by element. Half-precision parameters are computed in float32.
 *
 * @example
 * import { GradientMethod, updateFormula } from 'chainer/optimizers';
 * const signed = updateFormula({
 *   name: 'SignSGD',
 *   state: {},
 *   scalars: { lr: (hp: { lr: number }) => hp.lr },
 *   step: ({ p, grad, lr }) => ({ p: p.sub(grad.sign().mul(lr)) }),
 * });
 * class SignSGD extends GradientMethod<{ lr: number }> {
 *   constructor(options: { lr?: number } = {}) { super({ lr: 0.01 }, options); }
 *   protected override formulaFor() { return signed; }
 * }
 * new SignSGD({ lr: 0.5 }).hyperparam.lr; // 0.5
 *
 * @example
 * // With `byRows`, of an embedding only the rows are read and written that a pass has used.
 * import { functions as F, links as L, xp } from 'chainer';
 * import { GradientMethod, updateFormula } from 'chainer/optimizers';
 * interface Rate { lr: number }
 * const descent = updateFormula({
 *   name: 'Descent',
 *   state: {},
 *   scalars: { lr: (hp: Rate) => hp.lr },
 *   byRows: () => true,
 *   step: ({ p, grad, lr }) => ({ p: p.sub(grad.mul(lr)) }),
 * });
 * class Descent extends GradientMethod<Rate> {
 *   constructor(options: Partial<Rate> = {}) { super({ lr: 0.01 }, options); }
 *   protected override formulaFor() { return descent; }
 * }
 * const embed = new L.EmbedID(10_000, 4, { initialW: 0 });
 * const optimizer = new Descent({ lr: 0.5 }).setup(embed);
 * F.sum(embed.forward(xp.array([3, 7, 3], { dtype: 'int32' }))).backward();
 * optimizer.update();
 * embed.W.array.at(3).toArraySync(); // [-1, -1, -1, -1]
 */
export function updateFormula<H, S extends string, K extends string>(
  spec: FormulaSpec<H, S, K>,
): UpdateFormula<H> {
  const state = Object.keys(spec.state) as S[];
  const names = Object.keys(spec.scalars) as K[];
  const operands = ['p', 'grad', ...state, ...names] as const;
  const programs = new Map<number, Program>();
  let results: readonly Expr[] | null = null;

  const build = (p: DType, g: DType, copy: DType | null, guarded: boolean): Program => {
    if (results === null) {
      const symbols = Object.fromEntries(operands.map((name, k) => [name, input(k)])) as Record<
        'p' | 'grad' | S | K,
        Expr
      >;
      const next = spec.step(symbols);
      results = [lift(next.p), ...state.map((name) => lift(next[name]))];
    }
    const array = (d: DType) => ({ kind: 'array', dtype: d, as: d, ndim: 0 }) as const;
    const real = promote(computeType(p), computeType(g)) === float64 ? float64 : computeType(p);
    const scalar = { kind: 'scalar', dtype: real, as: real, ndim: 0 } as const;
    const inputs: InputSpec[] = [
      array(p),
      array(g),
      ...state.map(() => array(p)),
      ...names.map(() => scalar),
    ];
    const next = [...results];
    const stored = results.map(() => p);
    if (guarded) {
      const ok = input(inputs.length);
      inputs.push({ kind: 'array', dtype: bool, as: bool, ndim: 0 });
      next.forEach((value, k) => {
        next[k] = ok.where(value, input(k === 0 ? 0 : k + 1));
      });
    }
    if (copy !== null) {
      next.push(next[0] as Expr);
      stored.push(copy);
    }
    return specialize(spec.name, next, inputs, stored);
  };

  return {
    name: spec.name,
    state,
    initial: state.map((name) => spec.state[name]),
    scalars: names.map((name) => spec.scalars[name]),
    byRows: spec.byRows ?? (() => false),
    check: spec.check ?? null,
    program(p, g, copy, guarded = false) {
      const key = ((p.index * 32 + g.index) * 32 + (copy?.index ?? 31)) * 2 + (guarded ? 1 : 0);
      let program = programs.get(key);
      if (program === undefined) {
        program = build(p, g, copy, guarded);
        programs.set(key, program);
      }
      return program;
    },
  };
}
