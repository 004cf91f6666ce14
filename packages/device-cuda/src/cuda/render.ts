import { type DType, DTypeError, type Instruction, type Program, type Scalar } from '@chainer/xp/internal';
import { complains, operation } from './ops.ts';
import { cast, literal, loaded, stored, valueType } from './types.ts';

/** Where a kernel's text finds the operands of a program. */
export interface Places {
  /** The element of array operand k, in memory. */
  readonly element: (k: number) => string;
  readonly scalar: (k: number) => string;
  readonly coord: (axis: number) => string;
  /** Raw operand k: its pointer, and the step of an axis (-1: of a flat index). */
  readonly raw: (k: number) => { readonly pointer: string; readonly step: (axis: number) => string };
}

/** Where complaints go: a kernel that has some takes these two as its last parameters. */
export const reportFields = ['int* report', 'int site'] as const;

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

  /** The element that stores output k. */
  output(k: number): string {
    const { value, dtype } = this.program.outputs[k]!;
    return stored(dtype, this.name(value));
  }

  private type(id: number): DType {
    return this.program.types[id]!;
  }

  private declare(i: Instruction, text: string): void {
    this.lines.push(`const ${valueType(i.type)} ${this.name(i.id)} = ${text};`);
  }

  private instruction(i: Instruction): void {
    switch (i.op) {
      case 'load': {
        const k = i.attr as number;
        return this.declare(i, loaded(this.program.inputs[k]!.dtype, this.places.element(k)));
      }
      case 'gather': {
        const k = i.attr as number;
        const { pointer, step } = this.places.raw(k);
        const index =
          i.args.length === 1
            ? `${this.name(i.args[0]!)} * ${step(-1)}`
            : i.args.map((a, axis) => `${this.name(a)} * ${step(axis)}`).join(' + ') || '0';
        return this.declare(i, loaded(this.program.inputs[k]!.dtype, `${pointer}[${index}]`));
      }
      case 'scalar':
        return this.declare(i, this.places.scalar(i.attr as number));
      case 'const':
        return this.declare(i, literal(i.attr as Scalar, i.type));
      case 'cast':
        return this.declare(i, cast(this.type(i.args[0]!), i.type, this.name(i.args[0]!)));
      case 'coord':
        return this.declare(i, `(int)${this.places.coord(i.attr as number)}`);
      case 'bound':
        return;
      case 'fold':
        return this.fold(i);
      default: {
        const args = i.args.map((a) => this.name(a));
        const type = this.type(i.args[i.op === 'where' ? 1 : 0]!);
        return this.declare(i, operation(i.op, type, args, 'p.report, p.site'));
      }
    }
  }

  private fold(i: Instruction): void {
    const loop = i.loop!;
    const [count, ...init] = i.args as [number, ...number[]];
    loop.accumulators.forEach((acc, k) => {
      this.lines.push(`${valueType(this.type(acc))} ${this.name(acc)} = ${this.name(init[k]!)};`);
    });
    const step = this.name(loop.step);
    this.lines.push(`for (int ${step} = 0; ${step} < ${this.name(count)}; ${step}++) {`);
    for (const inner of loop.code) this.instruction(inner);
    if (loop.until !== null) this.lines.push(`if (${this.name(loop.until)}) break;`);
    // All of the next values come from the last ones, before any of these changes.
    loop.results.forEach((r, k) => {
      this.lines.push(`const auto n${this.name(i.id)}_${k} = ${this.name(r)};`);
    });
    loop.accumulators.forEach((acc, k) => {
      this.lines.push(`${this.name(acc)} = n${this.name(i.id)}_${k};`);
    });
    this.lines.push('}');
    loop.accumulators.forEach((acc, k) => {
      this.lines.push(`const ${valueType(this.type(acc))} ${this.name(i.id + k)} = ${this.name(acc)};`);
    });
  }
}

/** Whether a program may complain, and so takes `reportFields`. */
export function reports(program: Program): boolean {
  const any = (code: readonly Instruction[]): boolean =>
    code.some((i) => complains(i.op, i.type) || (i.loop !== null && any(i.loop.code)));
  return any(program.code);
}

/** Statements of a program whose array operands are values that exist already, and the name of its one result. */
export function inlined(
  program: Program,
  prefix: string,
  operand: (k: number) => string,
  scalar: (k: number) => string = String,
): { readonly lines: readonly string[]; readonly value: string; readonly output: string } {
  const never = (): never => {
    throw new DTypeError(`[${program.name}] coordinates and raw operands have no place here`);
  };
  const loads = program.code.filter((i) => i.op === 'load');
  const rest = Object.assign(Object.create(Object.getPrototypeOf(program)) as Program, program, {
    code: program.code.filter((i) => i.op !== 'load'),
  });
  const text = new Text(rest, { element: never, scalar, coord: never, raw: never }, prefix);
  const lines = [
    ...loads.map((i) => `const ${valueType(i.type)} ${prefix}${i.id} = ${operand(i.attr as number)};`),
    ...text.lines,
  ];
  return { lines, value: text.name(program.outputs[0]!.value), output: text.output(0) };
}
