import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { type DType, dtype, dtypes } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { type Casting, castable, promote, promoteWeak, type Scalar, weakKind } from '../core/promotion.ts';
import { asarray } from '../creation/array.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { operandCode, weakAlone } from '../kernel/kernel.ts';
import { launch, launchFresh, launchInto } from '../kernel/launch.ts';
import { type Expr, input, lift, type Operand, select } from '../scalar/expr.ts';
import type { InputSpec, Program } from '../scalar/program.ts';
import { specialize } from '../scalar/specialize.ts';
import { type Loop, type UfuncOperand, type UfuncOptions, type UfuncSpec, ufuncKeys } from './types.ts';

/** The table of a ufunc that nobody has called. */
const none: (Program | undefined)[] = /*#__PURE__*/ new Array<Program | undefined>(1024).fill(undefined);

/** Type resolution and dispatch of one ufunc. */
export class UfuncCore {
  readonly spec: UfuncSpec;
  readonly name: string;
  /** Programs by operand codes: 5 bits each, 31 for no second operand. A table of its own from the first program on. */
  private programs: (Program | undefined)[] = none;
  /** Programs for calls with `where` or `dtype`, and for more than two operands. */
  private readonly special = new Map<string, Program>();

  constructor(spec: UfuncSpec) {
    this.spec = spec;
    this.name = spec.name;
  }

  /** The loop for those operand types. @throws {DTypeError} where there is none. */
  loop(types: readonly DType[]): Loop {
    const loop = this.spec.resolve(types);
    if (!loop) {
      const advice = this.spec.advice ? `; ${this.spec.advice}` : '';
      throw new DTypeError(
        `[${this.name}] not supported for ${types.map((t) => t.name).join(' and ')}${advice}`,
      );
    }
    return loop;
  }

  /** Expressions of the results; `loop` is null where operand types are not known yet. */
  expressions(operands: readonly Expr[], loop: Loop | null): Expr[] {
    const body = this.spec.body(operands as readonly [Expr, Expr, Expr, Expr], loop);
    return (Array.isArray(body) ? (body as readonly Operand[]) : [body as Operand]).map(lift);
  }

  /** Number of results. */
  get nout(): number {
    const operands = Array.from({ length: this.spec.nin }, (_, k) => input(k));
    return this.expressions(operands, null).length;
  }

  /** The loops: for every dtype that is not cast to another one first. */
  get types(): readonly string[] {
    const found = new Set<string>();
    for (const d of dtypes) {
      const loop = this.spec.resolve(new Array<DType>(this.spec.nin).fill(d));
      if (loop !== null) found.add(`${loop.inputs.join()}->${loop.outputs.join()}`);
    }
    return [...found];
  }

  /** One operand, one result. */
  unary(x: UfuncOperand, options: UfuncOptions | undefined): NdArray {
    if (x instanceof NdArray && options === undefined) {
      const key = x.dtype.index * 32 + 31;
      return launchFresh(this.programs[key] ?? this.make(key, [x]), [x], this.name);
    }
    return this.general([x], options)[0] as NdArray;
  }

  /** Two operands, one result. */
  binary(x: UfuncOperand, y: UfuncOperand, options: UfuncOptions | undefined): NdArray {
    if (x instanceof NdArray && (options === undefined || isOutOnly(options))) {
      let key = -1;
      if (y instanceof NdArray) key = x.dtype.index * 32 + y.dtype.index;
      else if (typeof y === 'number' && x.dtype.kind === 'f') key = x.dtype.index * 32 + operandCode(y);
      if (key >= 0) {
        const program = this.programs[key] ?? this.make(key, [x, y]);
        if (options === undefined) return launchFresh(program, [x, y], this.name);
        return launchInto(program, [x, y], options.out as NdArray, this.name);
      }
    }
    return this.general([x, y], options)[0] as NdArray;
  }

  /** Any operands, any options, all results. */
  general(operands: readonly UfuncOperand[], options: UfuncOptions | undefined): NdArray[] {
    checkOptions(this.name, options, ufuncKeys);
    for (const x of operands) this.checkOperand(x);
    let checked = operands;
    if (!operands.some((x) => x instanceof NdArray)) checked = operands.map((x) => asarray(x));
    checked = this.inRange(checked);
    if (options === undefined) return launch(this.program(checked), checked, null, this.name);
    const casting = options.casting ?? 'same_kind';
    const outs = options.out ? (options.out instanceof NdArray ? [options.out] : options.out) : null;
    const where = options.where;
    if (where === undefined || where === null || where === true) {
      return launch(this.withOptions(checked, options), checked, outs, this.name, undefined, casting);
    }
    const program = this.withOptions(checked, options);
    const kept = program.outputs.map((_, k) => outs?.[k] ?? 0);
    return launch(
      this.masked(checked, options),
      [...checked, where, ...kept],
      outs,
      this.name,
      undefined,
      casting,
    );
  }

  private make(key: number, operands: readonly UfuncOperand[]): Program {
    const made = this.specialize(operands, this.loop(this.strongTypes(operands)));
    if (this.programs === none) this.programs = none.slice();
    this.programs[key] = made;
    return made;
  }

  /** The program for operands by their codes; cached. */
  program(operands: readonly UfuncOperand[]): Program {
    if (operands.length > 2) return this.programOfMany(operands);
    const [a, b] = operands as [UfuncOperand, UfuncOperand | undefined];
    const key = operandCode(a) * 32 + (b === undefined ? 31 : operandCode(b));
    return this.programs[key] ?? this.make(key, operands);
  }

  private programOfMany(operands: readonly UfuncOperand[]): Program {
    const key = operands.map(operandCode).join();
    let program = this.special.get(key);
    if (program === undefined) {
      program = this.specialize(operands, this.loop(this.strongTypes(operands)));
      this.special.set(key, program);
    }
    return program;
  }

  /** Types of the operands, scalars in the types they take beside the arrays. */
  strongTypes(operands: readonly UfuncOperand[]): DType[] {
    let strong: DType | null = null;
    for (const x of operands) {
      if (x instanceof NdArray) strong = strong === null ? x.dtype : promote(strong, x.dtype);
    }
    return operands.map((x, k) => {
      if (x instanceof NdArray) return x.dtype;
      const weak = weakKind(x);
      return strong === null || (k > 0 && this.spec.separate) ? weakAlone[weak] : promoteWeak(strong, weak);
    });
  }

  private specialize(operands: readonly UfuncOperand[], loop: Loop): Program {
    const exprs = this.expressions(
      operands.map((_, k) => input(k)),
      loop,
    );
    return specialize(this.name, exprs, this.inputs(operands, loop), loop.outputs);
  }

  private inputs(operands: readonly UfuncOperand[], loop: Loop): InputSpec[] {
    return operands.map((x, k) => {
      const as = loop.inputs[k] as DType;
      return x instanceof NdArray
        ? { kind: 'array', dtype: x.dtype, as, ndim: 0 }
        : { kind: 'scalar', dtype: as, as, ndim: 0 };
    });
  }

  /** The loop for a call with `dtype`: one that yields it. */
  private loopFor(operands: readonly UfuncOperand[], options: UfuncOptions): Loop {
    const types = this.strongTypes(operands);
    if (!options.dtype) return this.loop(types);
    const wanted = dtype(options.dtype);
    const natural = this.spec.resolve(types);
    if (natural?.outputs.every((d) => d === wanted)) return natural;
    const loop = this.loop(types.map((t, k) => (k > 0 && this.spec.separate ? t : wanted)));
    if (loop.outputs[0] !== wanted) {
      throw new DTypeError(
        `[${this.name}] dtype ${wanted.name} is no result type of this function; it would give ${loop.outputs[0]?.name}`,
      );
    }
    const casting = options.casting ?? 'same_kind';
    for (const [k, x] of operands.entries()) this.checkCast(x, loop.inputs[k] as DType, casting);
    return loop;
  }

  private checkCast(x: UfuncOperand, to: DType, casting: Casting): void {
    if (x instanceof NdArray && !castable(x.dtype, to, casting)) {
      throw new DTypeError(
        `[${this.name}] cannot cast an operand from ${x.dtype.name} to ${to.name} under rule '${casting}'`,
      );
    }
  }

  private specialKey(what: string, operands: readonly UfuncOperand[], options: UfuncOptions): string {
    return `${what}:${operands.map(operandCode).join()}:${options.dtype ? dtype(options.dtype).name : ''}:${options.casting ?? ''}`;
  }

  private withOptions(operands: readonly UfuncOperand[], options: UfuncOptions): Program {
    if (!options.dtype) return this.program(operands);
    const key = this.specialKey('dtype', operands, options);
    let program = this.special.get(key);
    if (program === undefined) {
      program = this.specialize(operands, this.loopFor(operands, options));
      this.special.set(key, program);
    }
    return program;
  }

  /** The program with two more groups of operands: where to compute, and what each result holds elsewhere. */
  private masked(operands: readonly UfuncOperand[], options: UfuncOptions): Program {
    const outs = options.out instanceof NdArray ? [options.out] : options.out;
    const shapes = `${options.where instanceof NdArray ? options.where.dtype.name : 'scalar'}:${outs?.map((o) => o?.dtype.name ?? '').join() ?? ''}`;
    const key = this.specialKey(`where:${shapes}`, operands, options);
    let program = this.special.get(key);
    if (program === undefined) {
      const loop = this.loopFor(operands, options);
      const n = operands.length;
      const exprs = this.expressions(
        operands.map((_, k) => input(k)),
        loop,
      );
      const mask = options.where;
      const specs: InputSpec[] = [...this.inputs(operands, loop)];
      const bool = dtype('bool');
      if (mask instanceof NdArray) {
        if (mask.dtype !== bool) {
          throw new DTypeError(`[${this.name}] where must be a bool array, got ${mask.dtype.name}`);
        }
        specs.push({ kind: 'array', dtype: bool, as: bool, ndim: 0 });
      } else specs.push({ kind: 'scalar', dtype: bool, as: bool, ndim: 0 });
      const results = exprs.map((e, k) => {
        const out = outs?.[k];
        const d = loop.outputs[k] as DType;
        specs.push(
          out
            ? { kind: 'array', dtype: out.dtype, as: out.dtype, ndim: 0 }
            : { kind: 'scalar', dtype: d, as: d, ndim: 0 },
        );
        const kept = input(n + 1 + k);
        return select(input(n), out ? e.cast(d).cast(out.dtype) : e.cast(d), kept);
      });
      const stored = loop.outputs.map((d, k) => {
        const out = outs?.[k];
        if (out && !castable(d, out.dtype, options.casting ?? 'same_kind')) {
          throw new DTypeError(
            `[${this.name}] cannot cast the result from ${d.name} to out's ${out.dtype.name} under rule '${options.casting ?? 'same_kind'}'`,
          );
        }
        return out?.dtype ?? d;
      });
      program = specialize(this.name, results, specs, stored);
      this.special.set(key, program);
    }
    return program;
  }

  private checkOperand(x: unknown): void {
    if (x instanceof NdArray || isScalar(x)) return;
    const cure = Array.isArray(x) || ArrayBuffer.isView(x) ? '; make an array of it with array(x)' : '';
    const got = Array.isArray(x)
      ? 'a JavaScript array'
      : typeof x === 'object' && x !== null
        ? x.constructor.name
        : String(x);
    throw new DTypeError(`[${this.name}] operands are arrays or scalars, got ${got}${cure}`);
  }

  /** Operands with weak integers checked against the integer array they stand beside (NEP 50). */
  private inRange(operands: readonly UfuncOperand[]): readonly UfuncOperand[] {
    if (operands.length !== 2 || this.spec.separate) return operands;
    return operands.map((v, k) => {
      const beside = operands[1 - k];
      if (v instanceof NdArray || !(beside instanceof NdArray) || fits(v, beside.dtype)) return v;
      // A comparison is decided by which side the integer lies on: an infinity lies there too.
      if (this.spec.anyInteger)
        return (v as number | bigint) > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      throw new ValueError(`[${this.name}] the integer ${v} is out of bounds for ${beside.dtype.name}`);
    });
  }
}

/** Whether a call says nothing but where to leave its one result: the in-place operators. */
function isOutOnly(options: UfuncOptions): boolean {
  for (const key in options) if (key !== 'out') return false;
  return options.out instanceof NdArray;
}

/** Whether a weak integer can be held by an integer dtype; anything that is no weak integer is. */
function fits(v: Scalar, d: DType): boolean {
  if ((d.kind !== 'i' && d.kind !== 'u') || weakKind(v) !== 'int') return true;
  const bits = d.itemsize * 8;
  const low = d.kind === 'u' ? 0 : -(2 ** (bits - 1));
  const high = d.kind === 'u' ? 2 ** bits : 2 ** (bits - 1);
  return (v as number | bigint) >= low && (v as number | bigint) < high;
}
