import {
  type DType,
  DTypeError,
  type Instruction,
  opOf,
  type Program,
  type Scalar,
} from '@chainer/xp/internal';
import { operation } from './ops.ts';
import { cast, classOf, fromWord, literal, numberOf, stored, toWord, wrap } from './types.ts';

/** Where a kernel's text finds the operands of a program. */
export interface Places {
  /** A word of operand k: the buffer's name and the index. */
  readonly element: (k: number) => { readonly buffer: string; readonly index: string };
  readonly scalar: (k: number) => string;
  readonly coord: (axis: number) => string;
  /** Raw operand k: the buffer's name, its first index and the step of an axis. */
  readonly raw: (k: number) => {
    readonly buffer: string;
    readonly base: string;
    readonly step: (axis: number) => string;
  };
}

/** Statements that compute a program's values. */
export class Text {
  readonly lines: string[] = [];
  private readonly program: Program;
  private readonly places: Places;
  private readonly prefix: string;

  constructor(program: Program, places: Places, prefix = 'v') {
    this.program = program;
    this.places = places;
    this.prefix = prefix;
    for (const i of program.code) this.instruction(i);
  }

  name(id: number): string {
    return `${this.prefix}${id}`;
  }

  /** The word that stores output k. */
  output(k: number): string {
    const { value, dtype } = this.program.outputs[k]!;
    return toWord(classOf(dtype), stored(dtype, this.name(value)));
  }

  private type(id: number): DType {
    return this.program.types[id]!;
  }

  private declare(i: Instruction, text: string): void {
    this.lines.push(`let ${this.name(i.id)} = ${text};`);
  }

  private instruction(i: Instruction): void {
    switch (i.op) {
      case 'load': {
        const { buffer, index } = this.places.element(i.attr as number);
        return this.declare(i, fromWord(classOf(i.type), `${buffer}[${index}]`));
      }
      case 'gather': {
        const raw = this.places.raw(i.attr as number);
        const index =
          i.args.length === 1
            ? `${raw.base} + ${this.name(i.args[0]!)} * ${raw.step(-1)}`
            : [raw.base, ...i.args.map((a, axis) => `${this.name(a)} * ${raw.step(axis)}`)].join(' + ');
        return this.declare(i, fromWord(classOf(i.type), `${raw.buffer}[${index}]`));
      }
      case 'scalar':
        classOf(i.type);
        return this.declare(i, this.places.scalar(i.attr as number));
      case 'const':
        return this.declare(i, literal(classOf(i.type), numberOf(i.attr as Scalar, i.type)));
      case 'cast':
        return this.declare(i, cast(this.type(i.args[0]!), i.type, this.name(i.args[0]!)));
      case 'coord':
        return this.declare(i, this.places.coord(i.attr as number));
      case 'bound':
        return;
      case 'fold':
        return this.fold(i);
      default: {
        const args = i.args.map((a) => this.name(a));
        const last = this.type(i.args[i.op === 'ldexp' ? 0 : i.args.length - 1]!);
        const text = operation(i.op, classOf(last), args);
        const { rule } = opOf(i.op);
        const wraps =
          i.type.kind !== 'f' && (rule === 'same' || rule === 'real') && last.kind === i.type.kind;
        return this.declare(i, wraps ? wrap(i.type, text) : text);
      }
    }
  }

  private fold(i: Instruction): void {
    const loop = i.loop!;
    const [count, ...init] = i.args as [number, ...number[]];
    loop.accumulators.forEach((acc, k) => {
      this.lines.push(`var ${this.name(acc)} = ${this.name(init[k]!)};`);
    });
    const step = this.name(loop.step);
    this.lines.push(`for (var ${step} = 0i; ${step} < ${this.name(count)}; ${step}++) {`);
    for (const inner of loop.code) this.instruction(inner);
    if (loop.until !== null) this.lines.push(`if (${this.name(loop.until)} != 0i) { break; }`);
    loop.results.forEach((r, k) => {
      this.lines.push(`let n${this.name(i.id)}_${k} = ${this.name(r)};`);
    });
    loop.accumulators.forEach((acc, k) => {
      this.lines.push(`${this.name(acc)} = n${this.name(i.id)}_${k};`);
    });
    this.lines.push('}');
    loop.accumulators.forEach((acc, k) => {
      this.lines.push(`let ${this.name(i.id + k)} = ${this.name(acc)};`);
    });
  }
}

/** A program without its loads, whose array operands are values that exist already. */
export function inlined(
  program: Program,
  prefix: string,
  operand: (k: number) => string,
  scalar: (k: number) => string = String,
): Text {
  const never = (): never => {
    throw new DTypeError(`[${program.name}] coordinates and raw operands have no place here`);
  };
  const loads = program.code.filter((i) => i.op === 'load');
  const rest = Object.assign(Object.create(Object.getPrototypeOf(program)) as Program, program, {
    code: program.code.filter((i) => i.op !== 'load'),
  });
  const text = new Text(rest, { element: never, scalar, coord: never, raw: never }, prefix);
  text.lines.unshift(...loads.map((i) => `let ${prefix}${i.id} = ${operand(i.attr as number)};`));
  return text;
}
