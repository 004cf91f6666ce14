import { Complex } from '../core/complex.ts';
import { type DType, isBig, type TypedArray } from '../core/dtype.ts';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '../core/half.ts';
import type { Scalar } from '../core/promotion.ts';
import { result } from '../scalar/complex-ops.ts';
import { nextafter32 } from '../scalar/number-ops.ts';
import type { OpName } from '../scalar/op-name.ts';
import { opOf } from '../scalar/ops.ts';
import type { Instruction, Program } from '../scalar/program.ts';
import type { Row } from './elementwise.ts';
import { scalarAs, toBig } from './render.ts';

/** Kernels for pages whose policy forbids turning text into code: the program is walked for every element. Slow, but the same numbers. */

type Held = number | bigint | Complex;

interface Frame {
  readonly values: Held[];
  readonly arrays: readonly TypedArray[];
  readonly p: number[];
  readonly k: readonly Held[];
  readonly c: readonly number[];
  readonly raw: readonly (readonly number[])[];
  i: number;
}

type Step = (f: Frame) => void;

/** Reads a stored element as a held value. */
export function readElement(array: TypedArray, index: number, d: DType): Held {
  if (d.kind === 'c') return new Complex(array[2 * index] as number, array[2 * index + 1] as number);
  if (d.name === 'float16') return fromFloat16(array[index] as number);
  if (d.name === 'bfloat16') return fromBfloat16(array[index] as number);
  return array[index] as number | bigint;
}

/** Stores a held value of a compute type as an element. */
export function writeElement(array: TypedArray, index: number, d: DType, value: Held): void {
  if (d.kind === 'c') {
    array[2 * index] = (value as Complex).re;
    array[2 * index + 1] = (value as Complex).im;
  } else if (d.name === 'float16') array[index] = toFloat16(value as number);
  else if (d.name === 'bfloat16') array[index] = toBfloat16(value as number);
  else array[index] = value as never;
}

/** A held value cast to another compute type. */
export function castHeld(value: Held, to: DType): Held {
  if (to.kind === 'b')
    return (value instanceof Complex ? value.re !== 0 || value.im !== 0 : value !== 0 && value !== 0n)
      ? 1
      : 0;
  if (to.kind === 'c') return value instanceof Complex ? value : new Complex(Number(value), 0);
  if (to.name === 'float32' && typeof value === 'number') return Math.fround(value);
  return scalarAs(value as Scalar, to);
}

function operation(program: Program, i: Instruction, op: OpName): Step {
  const entry = opOf(op);
  const argType = program.types[i.args[0] as number] as DType;
  const [a, b, c] = i.args as [number, number, number];
  if (op === 'where')
    return (f) => {
      f.values[i.id] = f.values[a] ? (f.values[b] as Held) : (f.values[c] as Held);
    };
  if (argType.kind === 'c') {
    const fn = entry.c as NonNullable<typeof entry.c>;
    const complex = i.type.kind === 'c';
    return (f) => {
      const x = f.values[a] as Complex;
      const y = f.values[b] as Complex | undefined;
      fn(x.re, x.im, y?.re ?? 0, y?.im ?? 0);
      f.values[i.id] = complex ? new Complex(result.re, result.im) : result.re;
    };
  }
  const fn = (isBig(argType)
    ? entry.n
    : argType.kind === 'f'
      ? op === 'nextafter' && argType.name === 'float32'
        ? nextafter32
        : entry.f
      : entry.i) as unknown as (...x: Held[]) => Held;
  const wraps = i.type.kind !== 'f' && (entry.rule === 'same' || entry.rule === 'real');
  return (f) => {
    const value = fn(f.values[a] as Held, f.values[b] as Held, f.values[c] as Held);
    f.values[i.id] = wraps ? castHeld(value, i.type) : value;
  };
}

function stepOf(program: Program, i: Instruction): Step {
  switch (i.op) {
    case 'load': {
      const k = i.attr as number;
      const d = (program.inputs[k] as { dtype: DType }).dtype;
      return (f) => {
        f.values[i.id] = readElement(f.arrays[k] as TypedArray, f.p[k] as number, d);
      };
    }
    case 'gather': {
      const k = i.attr as number;
      const d = (program.inputs[k] as { dtype: DType }).dtype;
      return (f) => {
        const steps = f.raw[k] as readonly number[];
        let index = f.p[k] as number;
        if (i.args.length === 1)
          index += (f.values[i.args[0] as number] as number) * (steps[steps.length - 1] as number);
        else
          i.args.forEach((a, axis) => {
            index += (f.values[a] as number) * (steps[axis] as number);
          });
        f.values[i.id] = readElement(f.arrays[k] as TypedArray, index, d);
      };
    }
    case 'scalar':
      return (f) => {
        f.values[i.id] = f.k[i.attr as number] as Held;
      };
    case 'const': {
      const value = scalarAs(i.attr as Scalar, i.type);
      return (f) => {
        f.values[i.id] = value;
      };
    }
    case 'cast': {
      const a = i.args[0] as number;
      const float = (program.types[a] as DType).kind === 'f' && isBig(i.type);
      return (f) => {
        const x = f.values[a] as Held;
        f.values[i.id] = castHeld(float ? toBig(x as number) : x, i.type);
      };
    }
    case 'coord': {
      const axis = i.attr as number;
      return (f) => {
        f.values[i.id] = (f.c[axis] as number) + (axis === f.c.length - 1 ? f.i : 0);
      };
    }
    case 'bound':
      return () => {};
    case 'fold':
      return foldStep(program, i);
    default:
      return operation(program, i, i.op);
  }
}

function foldStep(program: Program, i: Instruction): Step {
  const loop = i.loop as NonNullable<Instruction['loop']>;
  const body = loop.code.map((inner) => stepOf(program, inner));
  const [count, ...init] = i.args as [number, ...number[]];
  return (f) => {
    loop.accumulators.forEach((acc, k) => {
      f.values[acc] = f.values[init[k] as number] as Held;
    });
    const n = f.values[count] as number;
    for (let s = 0; s < n; s++) {
      f.values[loop.step] = s;
      for (const step of body) step(f);
      if (loop.until !== null && f.values[loop.until]) break;
      const next = loop.results.map((r) => f.values[r] as Held);
      loop.accumulators.forEach((acc, k) => {
        f.values[acc] = next[k] as Held;
      });
    }
    loop.accumulators.forEach((acc, k) => {
      f.values[i.id + k] = f.values[acc] as Held;
    });
  };
}

/** The program's steps as closures, and a frame they run in. */
export function stepsOf(program: Program): readonly Step[] {
  return program.code.map((i) => stepOf(program, i));
}

/** A row function that walks the program. */
export function interpret(program: Program): Row {
  const steps = stepsOf(program);
  const nin = program.inputs.length;
  return (n, arrays, p, s, k, c, raw) => {
    const f: Frame = { values: [], arrays, p: p.slice(), k, c, raw, i: 0 };
    for (; f.i < n; f.i++) {
      for (const step of steps) step(f);
      for (const [j, o] of program.outputs.entries()) {
        writeElement(
          arrays[nin + j] as TypedArray,
          f.p[nin + j] as number,
          o.dtype,
          f.values[o.value] as Held,
        );
      }
      for (let j = 0; j < f.p.length; j++) f.p[j] = (f.p[j] as number) + (s[j] as number);
    }
  };
}
