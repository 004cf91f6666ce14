import {
  bool,
  computeType,
  type DType,
  float64,
  type Instruction,
  int32,
  isBig,
  type OpName,
  opOf,
  type Program,
  type Scalar,
  scalarAs,
} from '@chainer/xp/internal';
import type { Native } from './native.ts';
import { writeScalar } from './operands.ts';

/** A program in the addon. `handle` keeps it alive. */
export interface Form {
  readonly handle: unknown;
  readonly pointer: number;
  readonly coords: boolean;
}

/** The registers' types, as native/program.h numbers them. */
const scalarClass = { i8: 0, u8: 1, i16: 2, u16: 3, i32: 4, u32: 5, i64: 6, u64: 7, f32: 8, f64: 9 } as const;
type ClassName = keyof typeof scalarClass;

/** Booleans are bytes. */
function className(d: DType): ClassName {
  if (d === bool) return 'u8';
  return d === float64 ? 'f64' : d.kind === 'f' ? 'f32' : (`${d.kind}${8 * d.itemsize}` as ClassName);
}

/** How names of operations on a type end. */
function suffix(d: DType): string {
  return d === bool ? 'b' : className(d);
}

/** Number of the class in which values of a compute type are held. */
export function classOf(d: DType): number {
  return scalarClass[className(computeType(d))];
}

function width(d: DType): number {
  return computeType(d).itemsize;
}

/** Kinds of values, as in native/program.h. */
const kinds = { op: 0, const: 1, scalar: 2, load: 3, coord: 4, pick: 5 } as const;

interface Value {
  readonly kind: number;
  readonly width: number;
  readonly parameter: number;
  slot: number;
  last: number;
}

interface Code {
  readonly op: number;
  readonly value: number;
  readonly args: readonly number[];
}

interface Constant {
  readonly value: Scalar;
  readonly type: DType;
}

/** Turns a typed program into bytecode. */
class Assembler {
  readonly values: Value[] = [];
  readonly code: Code[] = [];
  readonly constants: Constant[] = [];
  coords = false;
  private readonly known = new Map<number, number>();
  private readonly program: Program;
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(program: Program, numbers: ReadonlyMap<string, number>) {
    this.program = program;
    this.numbers = numbers;
  }

  /** Whether every instruction has a native form. */
  assemble(): boolean {
    if (
      this.program.types.some((t) => t.kind === 'c') ||
      this.program.outputs.some((o) => o.dtype.kind === 'c')
    )
      return false;
    if (this.program.inputs.some((i) => i.dtype.kind === 'c')) return false;
    return this.program.code.every((i) => this.instruction(i));
  }

  /** The native value of a program's value. */
  of(id: number): number {
    return this.known.get(id)!;
  }

  private value(kind: number, type: DType, parameter = 0): number {
    return this.values.push({ kind, width: width(type), parameter, slot: 0, last: -1 }) - 1;
  }

  private instruction(i: Instruction): boolean {
    switch (i.op) {
      case 'const':
        this.known.set(i.id, this.value(kinds.const, i.type, classOf(i.type)));
        this.constants.push({ value: i.attr as Scalar, type: i.type });
        return true;
      case 'scalar':
        this.known.set(i.id, this.value(kinds.scalar, i.type, i.attr as number));
        return true;
      case 'load':
        this.known.set(i.id, this.value(kinds.load, i.type, i.attr as number));
        return true;
      case 'coord':
        this.coords = true;
        this.special(i, kinds.coord);
        return true;
      case 'gather':
        this.special(i, kinds.pick);
        return true;
      case 'cast':
        return this.cast(i);
      case 'fold':
      case 'bound':
        return false;
      default:
        return this.operation(i, i.op);
    }
  }

  private special(i: Instruction, kind: number): void {
    const value = this.value(kind, i.type, i.attr as number);
    this.code.push({ op: -1, value, args: i.args.map((a) => this.of(a)) });
    this.known.set(i.id, value);
  }

  /** Appends an operation; -1 if the addon has none of that name. */
  private emit(name: string, type: DType, args: readonly number[]): number {
    const op = this.numbers.get(name);
    if (op === undefined) return -1;
    const value = this.value(kinds.op, type);
    this.code.push({ op, value, args });
    return value;
  }

  private cast(i: Instruction): boolean {
    const value = this.converted(this.of(i.args[0]!), this.program.types[i.args[0]!]!, i.type);
    this.known.set(i.id, value);
    return value >= 0;
  }

  /** A value as another type; integers wrap. */
  private converted(value: number, from: DType, to: DType): number {
    if (value < 0 || from === to) return value;
    if (to === bool) return this.emit(`tobool.${className(from)}`, bool, [value]);
    const [source, target] = [className(from), className(to)];
    return source === target ? value : this.emit(`cast.${source}.${target}`, to, [value]);
  }

  private operation(i: Instruction, op: OpName): boolean {
    const args = i.args.map((a) => this.of(a));
    const argType = this.program.types[i.args[op === 'ldexp' ? 0 : i.args.length - 1]!]!;
    const name = op === 'where' ? `where.${width(i.type)}` : `${op}.${suffix(argType)}`;
    const value = this.numbers.has(name) ? this.emit(name, i.type, args) : this.widened(i, op, argType, args);
    this.known.set(i.id, value);
    return value >= 0;
  }

  /** What booleans and narrow integers lack is computed as int32, and wraps to its type. */
  private widened(i: Instruction, op: OpName, argType: DType, args: readonly number[]): number {
    if (argType.kind === 'f' || argType.itemsize > 2) return -1;
    const wide = args.map((v) => this.converted(v, argType, int32));
    const { rule } = opOf(op);
    const own = rule === 'same' || rule === 'real' ? int32 : i.type;
    return this.converted(this.emit(`${op}.i32`, own, wide), own, i.type);
  }
}

/** Gives values that live in blocks a register each, reusing those of values that are no longer read. Returns their number. */
function assignSlots(a: Assembler, results: readonly number[]): number {
  const end = a.code.length;
  a.code.forEach((c, k) => {
    for (const v of c.args) a.values[v]!.last = k;
  });
  for (const v of results) a.values[v]!.last = end;
  const free: number[] = [];
  let slots = 0;
  const take = () => free.pop() ?? slots++;
  for (const v of a.values) if (v.kind === kinds.load) v.slot = take();
  const dying = new Map<number, Value[]>();
  for (const v of a.values) {
    if (v.kind !== kinds.const && v.kind !== kinds.scalar && v.last < end) {
      const list = dying.get(v.last);
      if (list === undefined) dying.set(v.last, [v]);
      else list.push(v);
    }
  }
  a.code.forEach((c, k) => {
    const value = a.values[c.value]!;
    value.slot = take();
    for (const v of dying.get(k) ?? []) free.push(v.slot);
    if (value.last < 0) free.push(value.slot);
  });
  return slots;
}

/** Whether the addon can run programs: translates one, or returns null where it needs what the addon lacks (complex numbers, folds). */
export class Translator {
  private readonly native: Native;
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly slot: number;

  constructor(native: Native, slot: number) {
    this.native = native;
    this.slot = slot;
    this.numbers = new Map(native.addon.ops.map((name, k) => [name, k]));
  }

  /** The native form of a program, translated once. */
  form(program: Program): Form | null {
    const known = program.compiled[this.slot] as Form | null | undefined;
    if (known !== undefined) return known;
    const form = this.translate(program, false);
    program.compiled[this.slot] = form;
    return form;
  }

  /** @param registers whether array operands are registers (of a finishing program): dense, in their compute type. */
  translate(program: Program, registers: boolean): Form | null {
    const a = new Assembler(program, this.numbers);
    if (!a.assemble()) return null;
    const results = program.outputs.map((o) => a.of(o.value));
    const slots = assignSlots(a, results);
    const { I, D } = this.native;
    // A program of thousands of values does not fit the buffer; it runs on js.
    if (
      a.values.length * 4 + a.code.length * 8 + program.inputs.length * 3 > 60000 ||
      a.constants.length > 30000
    )
      return null;
    let w = 0;
    const put = (...numbers: readonly number[]) => {
      for (const x of numbers) I[w++] = x;
    };
    put(program.inputs.length, a.values.length, a.code.length, program.outputs.length, slots);
    for (const i of program.inputs) {
      if (i.kind === 'scalar') put(1, 0, classOf(i.as));
      else put(i.kind === 'raw' ? 2 : 0, (registers ? computeType(i.dtype) : i.dtype).index, i.ndim);
    }
    for (const v of a.values) put(v.kind, v.width, v.slot, v.parameter);
    for (const c of a.code) put(c.op, c.value, c.args.length, ...c.args);
    program.outputs.forEach((o, k) => {
      put(results[k]!, o.dtype.index);
    });
    a.constants.forEach((c, k) => {
      writeScalar(this.native, k, isBig(c.type) ? scalarAs(c.value, c.type) : c.value, c.type);
    });
    const handle = this.native.addon.program();
    return { handle, pointer: D[0]!, coords: a.coords };
  }
}
