import { Complex } from '../core/complex.ts';
import { type DType, isBig } from '../core/dtype.ts';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '../core/half.ts';
import type { Scalar } from '../core/promotion.ts';
import { result } from '../scalar/complex-ops.ts';
import { nextafter32 } from '../scalar/number-ops.ts';
import type { OpName } from '../scalar/op-name.ts';
import { opOf } from '../scalar/ops.ts';
import type { Instruction, Program } from '../scalar/program.ts';

/** How values of a type are held in JavaScript: as a number, a BigInt, or two numbers. */
export type Holding = 'number' | 'big' | 'complex';

export function holdingOf(d: DType): Holding {
  return d.kind === 'c' ? 'complex' : isBig(d) ? 'big' : 'number';
}

/** A BigInt of a number as C would cast it: truncated, wrapped to 64 bits; what has no integer gives the lowest one. */
export function toBig(x: number): bigint {
  return Number.isFinite(x) ? BigInt(Math.trunc(x)) : -0x8000000000000000n;
}

/** Functions that rendered kernels call, by the names they call them. */
export const helpers = {
  fromFloat16,
  toFloat16,
  fromBfloat16,
  toBfloat16,
  toBig,
  z: result,
  fround: Math.fround,
};

/** Expression that wraps an integer to its type. */
export function wrap(d: DType, x: string): string {
  switch (d.name) {
    case 'bool':
      return `(${x}!==0?1:0)`;
    case 'int8':
      return `(${x})<<24>>24`;
    case 'int16':
      return `(${x})<<16>>16`;
    case 'int32':
      return `(${x})|0`;
    case 'uint8':
      return `(${x})&255`;
    case 'uint16':
      return `(${x})&65535`;
    case 'uint32':
      return `(${x})>>>0`;
    case 'int64':
      return `BigInt.asIntN(64,${x})`;
    case 'uint64':
      return `BigInt.asUintN(64,${x})`;
    default:
      return x;
  }
}

/** Where a kernel's text finds its operands. */
export interface Places {
  /** Element of operand k: name of its typed array and index expression. */
  readonly element: (k: number) => { readonly array: string; readonly index: string };
  /** Expression(s) of scalar operand k. */
  readonly scalar: (k: number) => string;
  readonly coord: (axis: number) => string;
  /** Raw operand k: typed array, base index, step of an axis. */
  readonly raw: (k: number) => {
    readonly array: string;
    readonly base: string;
    readonly step: (axis: number) => string;
  };
}

/** JavaScript text of a program's body, and the functions of the op table it refers to. */
export class Text {
  readonly lines: string[] = [];
  readonly functions: Map<string, unknown>;
  private readonly program: Program;
  private readonly places: Places;
  private readonly prefix: string;

  constructor(program: Program, places: Places, functions: Map<string, unknown>, prefix = 'v') {
    this.program = program;
    this.places = places;
    this.functions = functions;
    this.prefix = prefix;
    for (const i of program.code) this.instruction(i);
  }

  name(id: number): string {
    return `${this.prefix}${id}`;
  }

  private type(id: number): DType {
    return this.program.types[id] as DType;
  }

  private declare(i: Instruction, text: string): void {
    this.lines.push(`const ${this.name(i.id)}=${text};`);
  }

  private declareComplex(i: Instruction, re: string, im: string): void {
    this.lines.push(`const ${this.name(i.id)}r=${re},${this.name(i.id)}i=${im};`);
  }

  private fn(key: string, value: unknown): string {
    const name = `f_${key}`;
    this.functions.set(name, value);
    return name;
  }

  private instruction(i: Instruction): void {
    switch (i.op) {
      case 'load': {
        const k = i.attr as number;
        const { array, index } = this.places.element(k);
        return this.load(i, (this.program.inputs[k] as { dtype: DType }).dtype, array, index);
      }
      case 'gather': {
        const k = i.attr as number;
        const raw = this.places.raw(k);
        const spec = this.program.inputs[k] as { dtype: DType };
        const index =
          i.args.length === 1
            ? `${raw.base}+${this.name(i.args[0] as number)}*${raw.step(-1)}`
            : [raw.base, ...i.args.map((a, axis) => `${this.name(a)}*${raw.step(axis)}`)].join('+');
        return this.load(i, spec.dtype, raw.array, index);
      }
      case 'scalar': {
        const s = this.places.scalar(i.attr as number);
        return i.type.kind === 'c' ? this.declareComplex(i, `${s}.re`, `${s}.im`) : this.declare(i, s);
      }
      case 'const':
        return this.constant(i);
      case 'cast':
        return this.cast(i);
      case 'coord':
        return this.declare(i, this.places.coord(i.attr as number));
      case 'bound':
        return;
      case 'fold':
        return this.fold(i);
      default:
        return this.operation(i, i.op);
    }
  }

  private load(i: Instruction, stored: DType, array: string, index: string): void {
    if (stored.kind === 'c') this.declareComplex(i, `${array}[2*(${index})]`, `${array}[2*(${index})+1]`);
    else if (stored.name === 'float16') this.declare(i, `h.fromFloat16(${array}[${index}])`);
    else if (stored.name === 'bfloat16') this.declare(i, `h.fromBfloat16(${array}[${index}])`);
    else this.declare(i, `${array}[${index}]`);
  }

  private constant(i: Instruction): void {
    const v = i.attr as Scalar;
    if (i.type.kind === 'c') {
      const [re, im] = v instanceof Complex ? [v.re, v.im] : [Number(v), 0];
      return this.declareComplex(i, literal(re), literal(im));
    }
    this.declare(i, literalOf(scalarAs(v, i.type)));
  }

  private cast(i: Instruction): void {
    const a = i.args[0] as number;
    const text = castText(this.type(a), i.type, this.name(a));
    if (i.type.kind === 'c') this.declareComplex(i, text[0], text[1] as string);
    else this.declare(i, text[0]);
  }

  private operation(i: Instruction, op: OpName): void {
    const entry = opOf(op);
    if (op === 'where') return this.select(i);
    const argType = this.type(i.args[0] as number);
    if (argType.kind === 'c') {
      const f = this.fn(`${op}_c`, entry.c);
      const parts = i.args.flatMap((a) => [`${this.name(a)}r`, `${this.name(a)}i`]);
      this.lines.push(`${f}(${parts.join(',')});`);
      return i.type.kind === 'c' ? this.declareComplex(i, 'h.z.re', 'h.z.im') : this.declare(i, 'h.z.re');
    }
    const args = i.args.map((a) => this.name(a));
    const holding = holdingOf(argType);
    if (holding === 'big')
      return this.declare(
        i,
        isBig(i.type)
          ? wrap(i.type, `${this.fn(`${op}_n`, entry.n)}(${args.join(',')})`)
          : `${this.fn(`${op}_n`, entry.n)}(${args.join(',')})`,
      );
    if (argType.kind === 'f') {
      const f =
        op === 'nextafter' && argType.name === 'float32'
          ? this.fn('nextafter32', nextafter32)
          : this.fn(`${op}_f`, entry.f);
      return this.declare(i, `${f}(${args.join(',')})`);
    }
    const text = `${this.fn(`${op}_i`, entry.i)}(${args.join(',')})`;
    this.declare(i, entry.rule === 'same' || entry.rule === 'real' ? wrap(i.type, text) : text);
  }

  private select(i: Instruction): void {
    const [c, a, b] = i.args.map((x) => this.name(x)) as [string, string, string];
    if (i.type.kind === 'c') return this.declareComplex(i, `${c}?${a}r:${b}r`, `${c}?${a}i:${b}i`);
    this.declare(i, `${c}?${a}:${b}`);
  }

  private fold(i: Instruction): void {
    const loop = i.loop as NonNullable<Instruction['loop']>;
    const [count, ...init] = i.args as [number, ...number[]];
    const parts = (id: number) =>
      this.type(id).kind === 'c' ? [`${this.name(id)}r`, `${this.name(id)}i`] : [this.name(id)];
    loop.accumulators.forEach((acc, k) => {
      for (const [j, p] of parts(acc).entries()) this.lines.push(`let ${p}=${parts(init[k] as number)[j]};`);
    });
    const s = this.name(loop.step);
    this.lines.push(`for(let ${s}=0;${s}<${this.name(count)};${s}++){`);
    for (const inner of loop.code) this.instruction(inner);
    if (loop.until !== null) this.lines.push(`if(${this.name(loop.until)})break;`);
    const next = loop.results.flatMap(parts);
    const targets = loop.accumulators.flatMap(parts);
    if (targets.length === 1) this.lines.push(`${targets[0]}=${next[0]};`);
    else {
      for (const [k, n] of next.entries()) this.lines.push(`const n${i.id}_${k}=${n};`);
      for (const [k, t] of targets.entries()) this.lines.push(`${t}=n${i.id}_${k};`);
    }
    this.lines.push('}');
    loop.accumulators.forEach((acc, k) => {
      const to = i.id + k;
      const target =
        this.type(to).kind === 'c' ? [`${this.name(to)}r`, `${this.name(to)}i`] : [this.name(to)];
      for (const [j, t] of target.entries()) this.lines.push(`const ${t}=${parts(acc)[j]};`);
    });
  }

  /** Statement that stores a value into an element. */
  store(id: number, stored: DType, array: string, index: string): string {
    const v = this.name(id);
    if (stored.kind === 'c') return `${array}[2*(${index})]=${v}r;${array}[2*(${index})+1]=${v}i;`;
    if (stored.name === 'float16') return `${array}[${index}]=h.toFloat16(${v});`;
    if (stored.name === 'bfloat16') return `${array}[${index}]=h.toBfloat16(${v});`;
    return `${array}[${index}]=${v};`;
  }
}

/** Text that casts a held value from one compute type to another; two parts for complex. */
export function castText(from: DType, to: DType, x: string): [string, string?] {
  if (to.kind === 'c')
    return from.kind === 'c' ? [`${x}r`, `${x}i`] : [holdingOf(from) === 'big' ? `Number(${x})` : x, '0'];
  if (from.kind === 'c') {
    if (to.kind === 'b') return [`(${x}r!==0||${x}i!==0?1:0)`];
    return castText(to.name === 'float32' ? to : numberLike(to), to, `${x}r`);
  }
  if (holdingOf(from) === 'big') {
    if (to.kind === 'b') return [`(${x}!==0n?1:0)`];
    if (holdingOf(to) === 'big') return [wrap(to, x)];
    if (to.kind === 'f') return [to.name === 'float32' ? `h.fround(Number(${x}))` : `Number(${x})`];
    return [wrap(to, `Number(BigInt.asIntN(32,${x}))`)];
  }
  if (holdingOf(to) === 'big') return [wrap(to, from.kind === 'f' ? `h.toBig(${x})` : `BigInt(${x})`)];
  if (to.name === 'float32') return [from.name === 'float64' || from.itemsize === 4 ? `h.fround(${x})` : x];
  if (to.kind === 'f') return [x];
  return [wrap(to, x)];
}

/** The type through which a complex part is cast on: its value is a double. */
function numberLike(to: DType): DType {
  return { ...to, kind: 'f', name: 'float64', itemsize: 8, lanes: 1 } as DType;
}

/** The nearest value of a floating type: a scalar beside a float32 array is a float32. */
function rounded(x: number, d: DType): number {
  if (d.name === 'float32') return Math.fround(x);
  if (d.name === 'float16') return fromFloat16(toFloat16(x));
  return d.name === 'bfloat16' ? fromBfloat16(toBfloat16(x)) : x;
}

/** A scalar as the held value of a type: BigInt for 64-bit integers, a wrapped number otherwise. */
export function scalarAs(v: Scalar, d: DType): number | bigint | Complex {
  if (d.kind === 'c') {
    const z = v instanceof Complex ? v : new Complex(Number(v), 0);
    return d.name === 'complex64' ? new Complex(Math.fround(z.re), Math.fround(z.im)) : z;
  }
  if (v instanceof Complex) return scalarAs(v.re, d);
  if (isBig(d)) {
    const big = typeof v === 'bigint' ? v : typeof v === 'boolean' ? BigInt(v) : toBig(v);
    return d.name === 'int64' ? BigInt.asIntN(64, big) : BigInt.asUintN(64, big);
  }
  if (d.kind === 'f') return rounded(Number(v), d);
  if (d.kind === 'b') return v ? 1 : 0;
  const n = typeof v === 'bigint' ? Number(BigInt.asIntN(64, v)) : Number(v);
  const bits = d.itemsize * 8;
  const m = Math.trunc(n) % 2 ** bits;
  if (!Number.isFinite(m)) return 0;
  if (d.kind === 'u') return m < 0 ? m + 2 ** bits : m;
  return m >= 2 ** (bits - 1) ? m - 2 ** bits : m < -(2 ** (bits - 1)) ? m + 2 ** bits : m;
}

function literal(x: number): string {
  if (Number.isNaN(x)) return 'NaN';
  if (Object.is(x, -0)) return '-0';
  return x < 0 ? `(${x})` : String(x);
}

function literalOf(x: number | bigint | Complex): string {
  return typeof x === 'bigint' ? `${x < 0n ? `(${x}n)` : `${x}n`}` : literal(x as number);
}
