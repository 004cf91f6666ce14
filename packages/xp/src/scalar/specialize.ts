import { bool, type DType, float64, int32, int64, uint8 } from '../core/dtype.ts';
import { promoteWeak, realType, type Scalar, weakKind } from '../core/promotion.ts';
import { DTypeError } from '../errors.ts';
import { type Expr, type FoldSpec, stepsOf } from './expr.ts';
import { isWeak, type Nominal, promoteNominal, raise, settle, weakDefault } from './nominal.ts';
import type { OpName } from './op-name.ts';
import { opOf } from './ops.ts';
import { computeType, type InputSpec, type Instruction, type LoopBody, Program } from './program.ts';

interface Block {
  readonly code: Instruction[];
  readonly known: Map<string, number>;
  readonly depth: number;
}

/**
 * Types expressions for the given operands.
 *
 * @param outputs the dtype each result is stored as, or null for the one that follows from the operands.
 * @throws {DTypeError} where an operation has no form for the types that meet.
 */
export function specialize(
  name: string,
  exprs: readonly Expr[],
  inputs: readonly InputSpec[],
  outputs: readonly (DType | null)[],
): Program {
  const builder = new Builder(name, inputs);
  const specs = exprs.map((e, k) => {
    const nominal = builder.typeOf(e);
    const wanted = outputs[k] ?? (isWeak(nominal) ? weakDefault[nominal] : nominal);
    return { value: builder.lower(e, computeType(wanted)), dtype: wanted };
  });
  return new Program(name, inputs, builder.root, specs, builder.types);
}

class Builder {
  readonly types: DType[] = [];
  private readonly name: string;
  private readonly inputs: readonly InputSpec[];
  private readonly blocks: Block[] = [{ code: [], known: new Map(), depth: 0 }];
  private readonly nominal = new Map<Expr, Nominal>();
  private readonly depths = new Map<Expr, number>();
  private readonly bound = new Map<Expr, { id: number; depth: number }>();
  private readonly folds = new Map<Expr, number>();
  private readonly lowered = new Map<Expr, number[]>();

  constructor(name: string, inputs: readonly InputSpec[]) {
    this.name = name;
    this.inputs = inputs;
  }

  get root(): readonly Instruction[] {
    return (this.blocks[0] as Block).code;
  }

  typeOf(e: Expr): Nominal {
    let t = this.nominal.get(e);
    if (t === undefined) {
      t = this.infer(e);
      this.nominal.set(e, t);
    }
    return t;
  }

  private input(e: Expr): InputSpec {
    const spec = this.inputs[e.attr as number];
    if (!spec)
      throw new DTypeError(
        `[${this.name}] the kernel uses operand ${String(e.attr)}, but only ${this.inputs.length} were given`,
      );
    return spec;
  }

  private infer(e: Expr): Nominal {
    switch (e.op) {
      case 'input':
        return this.input(e).as;
      case 'const':
        return weakKind(e.attr as Scalar);
      case 'cast':
        return e.attr as DType;
      case 'coord':
        return int32;
      case 'at':
        return this.input(e.args[0] as Expr).as;
      case 'foldItem':
        return this.accumulatorType(e.args[0] as Expr, e.attr as number);
      case 'bound':
        throw new DTypeError(`[${this.name}] a loop variable is used outside its fold`);
      case 'fold':
        throw new DTypeError(`[${this.name}] a fold is used as a value`);
      default:
        return this.inferOp(e, e.op);
    }
  }

  private inferOp(e: Expr, op: OpName): Nominal {
    const types = e.args.map((a) => this.typeOf(a));
    const all = (from: number) => types.slice(from).reduce(promoteNominal);
    switch (opOf(op).rule) {
      case 'same':
        return all(0);
      case 'float':
        return raise(all(0));
      case 'compare':
      case 'logical':
      case 'test':
        return bool;
      case 'real': {
        const t = all(0);
        return op === 'angle' ? raise(isWeak(t) ? t : realType(t)) : isWeak(t) ? t : realType(t);
      }
      case 'select':
        return all(1);
      case 'scale':
        return raise(types[0] as Nominal);
      case 'count':
        return uint8;
      case 'exponent':
        return int32;
    }
  }

  /** Accumulators take the promoted type of their start and their next value (found by iterating to a fixed point). */
  private accumulatorType(loop: Expr, k: number): DType {
    const f = loop.attr as FoldSpec;
    const known = this.nominal.get(f.accumulators[k] as Expr);
    if (known !== undefined && this.nominal.has(f.step)) return known as DType;
    this.nominal.set(f.step, int32);
    const start = loop.args.slice(1).map((a) => this.typeOf(a));
    for (const [i, a] of f.accumulators.entries()) this.nominal.set(a, start[i] as Nominal);
    const before = new Map(this.nominal);
    for (let round = 0; round < 4; round++) {
      const next = f.results.map((r, i) => promoteNominal(this.typeOf(r), start[i] as Nominal));
      const stable = next.every((t, i) => t === this.nominal.get(f.accumulators[i] as Expr));
      if (stable) break;
      this.nominal.clear();
      for (const [e, t] of before) this.nominal.set(e, t);
      for (const [i, a] of f.accumulators.entries()) this.nominal.set(a, next[i] as Nominal);
    }
    f.accumulators.forEach((a) => {
      const t = this.nominal.get(a) as Nominal;
      if (isWeak(t)) this.nominal.set(a, t === 'int' ? int32 : weakDefault[t]);
    });
    return this.nominal.get(f.accumulators[k] as Expr) as DType;
  }

  /** How many loops an expression is inside of: it is emitted in the outermost block that has all it needs. */
  private depthOf(e: Expr): number {
    const known = this.depths.get(e);
    if (known !== undefined) return known;
    let depth = 0;
    if (e.op === 'bound') depth = this.bound.get(e)?.depth ?? 0;
    else if (e.op === 'fold') {
      const f = e.attr as FoldSpec;
      const own = new Set<Expr>([...f.accumulators, f.step]);
      for (const a of e.args) depth = Math.max(depth, this.depthOf(a));
      const seen = new Set<Expr>();
      const visit = (x: Expr): void => {
        if (seen.has(x) || own.has(x)) return;
        seen.add(x);
        if (x.op === 'bound') depth = Math.max(depth, this.bound.get(x)?.depth ?? 0);
        for (const a of x.args) visit(a);
        if (x.op === 'fold') {
          const inner = x.attr as FoldSpec;
          for (const b of [...inner.accumulators, inner.step]) own.add(b);
          for (const r of stepsOf(inner)) visit(r);
        }
      };
      for (const r of stepsOf(f)) visit(r);
    } else for (const a of e.args) depth = Math.max(depth, this.depthOf(a));
    this.depths.set(e, depth);
    return depth;
  }

  private emit(
    depth: number,
    op: Instruction['op'],
    type: DType,
    args: readonly number[],
    attr: Scalar | null,
    loop: LoopBody | null = null,
  ): number {
    const key = `${op}:${type.index}:${args.join(',')}:${typeof attr}${Object.is(attr, -0) ? '-0' : String(attr)}`;
    if (loop === null) {
      for (let d = Math.min(depth, this.blocks.length - 1); d >= 0; d--) {
        const known = this.blocks[d]?.known.get(key);
        if (known !== undefined) return known;
      }
    }
    const block = this.blocks[Math.min(depth, this.blocks.length - 1)] as Block;
    const id = this.types.length;
    this.types.push(type);
    block.code.push({ id, op, type, args, attr, loop });
    if (loop === null) block.known.set(key, id);
    return id;
  }

  /** Emits an expression so that its value has type `want`. */
  lower(e: Expr, want: DType): number {
    if (e.op === 'const') return this.emit(0, 'const', want, [], e.attr as Scalar);
    // Each expression is lowered once per type, or shared ones would be walked once per path to them.
    let ids = this.lowered.get(e);
    if (ids === undefined) {
      ids = [];
      this.lowered.set(e, ids);
    }
    const known = ids[want.index];
    if (known !== undefined) return known;
    const depth = this.depthOf(e);
    const nominal = this.typeOf(e);
    const own = computeType(isWeak(nominal) ? settle(nominal, want) : nominal);
    const id = this.convert(depth, this.lowerAs(e, own, depth), want);
    ids[want.index] = id;
    return id;
  }

  private convert(depth: number, id: number, want: DType): number {
    return this.types[id] === want ? id : this.emit(depth, 'cast', want, [id], null);
  }

  private lowerAs(e: Expr, own: DType, depth: number): number {
    switch (e.op) {
      case 'input': {
        const k = e.attr as number;
        const spec = this.input(e);
        if (spec.kind === 'raw')
          throw new DTypeError(`[${this.name}] operand ${k} is raw: read it with .at(...)`);
        if (spec.kind === 'scalar') return this.emit(0, 'scalar', computeType(spec.as), [], k);
        const loaded = this.emit(0, 'load', computeType(spec.dtype), [], k);
        return this.convert(0, loaded, computeType(spec.as));
      }
      case 'cast':
        return this.lower(e.args[0] as Expr, own);
      case 'coord':
        return this.emit(0, 'coord', int32, [], e.attr as number);
      case 'at': {
        const raw = e.args[0] as Expr;
        const spec = this.input(raw);
        const indices = e.args.slice(1).map((a) => this.lower(a, int32));
        if (indices.length !== 1 && indices.length !== spec.ndim) {
          throw new DTypeError(
            `[${this.name}] operand ${String(raw.attr)} has ${spec.ndim} axes but .at() got ${indices.length} indices`,
          );
        }
        const loaded = this.emit(depth, 'gather', computeType(spec.dtype), indices, raw.attr as number);
        return this.convert(depth, loaded, computeType(spec.as));
      }
      case 'bound':
        return (this.bound.get(e) as { id: number }).id;
      case 'foldItem': {
        const loop = e.args[0] as Expr;
        return this.lowerFold(loop, depth) + (e.attr as number);
      }
      default:
        return this.lowerOp(e, e.op as OpName, own, depth);
    }
  }

  private lowerOp(e: Expr, named: OpName, own: DType, depth: number): number {
    const op = own.kind === 'b' ? (opOf(named).b ?? named) : named;
    const entry = opOf(op);
    const types = e.args.map((a) => this.typeOf(a));
    const join = (from: number, hint: DType): DType => {
      const t = types.slice(from).reduce(promoteNominal);
      return computeType(isWeak(t) ? (hint.kind === 'b' ? weakDefault[t] : promoteWeak(hint, t)) : t);
    };
    let argTypes: DType[];
    if (entry.rule === 'compare' || entry.rule === 'test') argTypes = types.map(() => join(0, bool));
    else if (entry.rule === 'logical') argTypes = types.map(() => bool);
    else if (entry.rule === 'real')
      argTypes = [op === 'angle' && join(0, float64).kind !== 'c' ? own : join(0, own)];
    else if (entry.rule === 'select') argTypes = [bool, own, own];
    else if (entry.rule === 'scale') argTypes = [own, int32];
    else if (entry.rule === 'count') argTypes = [join(0, int32)];
    else if (entry.rule === 'exponent') argTypes = [computeType(raise(join(0, float64)) as DType)];
    else argTypes = types.map(() => own);
    this.check(op, argTypes[0] as DType);
    return this.emit(
      depth,
      op,
      own,
      e.args.map((a, k) => this.lower(a, argTypes[k] as DType)),
      null,
    );
  }

  private check(op: OpName, type: DType): void {
    const entry = opOf(op);
    if (op === 'where') return;
    const has =
      type.kind === 'c'
        ? entry.c !== null
        : type.kind === 'f'
          ? entry.f !== null
          : type === int64 || type.name === 'uint64'
            ? entry.n !== null
            : entry.i !== null;
    if (!has) throw new DTypeError(`[${this.name}] '${op}' has no form for ${type.name}`);
  }

  private lowerFold(e: Expr, depth: number): number {
    const known = this.folds.get(e);
    if (known !== undefined) return known;
    const f = e.attr as FoldSpec;
    const types = f.accumulators.map((_, k) => computeType(this.accumulatorType(e, k)));
    const count = this.lower(e.args[0] as Expr, int32);
    const init = e.args.slice(1).map((a, k) => this.lower(a, types[k] as DType));
    const reserve = (t: DType) => this.types.push(t) - 1;
    const accumulators = types.map(reserve);
    const step = reserve(int32);
    for (const [k, a] of f.accumulators.entries()) {
      this.bound.set(a, { id: accumulators[k] as number, depth: depth + 1 });
    }
    this.bound.set(f.step, { id: step, depth: depth + 1 });
    const below = this.blocks.splice(depth + 1);
    const block: Block = { code: [], known: new Map(), depth: depth + 1 };
    this.blocks.push(block);
    const results = f.results.map((r, k) => this.lower(r, types[k] as DType));
    const until = f.until === null ? null : this.lower(f.until, bool);
    this.blocks.pop();
    this.blocks.push(...below);
    // The items of a fold take consecutive ids: the instruction's own id, then its followers.
    const id = this.types.length;
    for (const t of types) this.types.push(t);
    const host = this.blocks[Math.min(depth, this.blocks.length - 1)] as Block;
    host.code.push({
      id,
      op: 'fold',
      type: types[0] as DType,
      args: [count, ...init],
      attr: null,
      loop: { accumulators, step, code: block.code, results, until },
    });
    this.folds.set(e, id);
    return id;
  }
}
