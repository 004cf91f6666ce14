import { xp } from 'chainer';
import type { Choices } from '../choices.ts';
import { epsilonOf } from '../compare.ts';
import { vocabulary } from '../execute.ts';
import { Kit } from '../kit.ts';
import { laidOut } from '../layouts.ts';

/** An array of a program that is being written. */
export interface Value {
  readonly name: string;
  /** What it is on `js`. */
  readonly array: xp.NdArray;
  /** Whether every device must have the very same bits: then it may be compared, sorted and rounded. */
  readonly exact: boolean;
  /** The coarsest dtype that it was computed with. */
  readonly coarse: xp.DTypeName;
}

/** `[2, 3]` */
export const list = (xs: readonly (number | string)[]): string => `[${xs.join(', ')}]`;

export const dtypes = [
  'float32',
  'float32',
  'float64',
  'int32',
  'bool',
  'int64',
  'uint8',
  'float16',
  'complex64',
  'int8',
  'int16',
  'uint16',
  'uint32',
  'uint64',
  'bfloat16',
  'complex128',
] as const;

/** Largest number of elements of an array. */
export const largest = 2000;

/**
 * A program of array functions that is being written, statement by statement. Each runs on `js` at once, so that what comes next knows
 * shapes, dtypes and values.
 */
export class ArrayProgram {
  readonly choices: Choices;
  readonly lines: string[] = [];
  readonly values: Value[] = [];
  /** As for networks. */
  rounding = 0;
  private readonly kit = new Kit(xp.js, 'float32');

  constructor(choices: Choices) {
    this.choices = choices;
  }

  /** Adds `const a3 = code;`. @throws what the code throws on `js`. */
  define(code: string, exact: boolean, terms = 1): Value {
    const name = `a${this.values.length}`;
    const names = this.values.map((v) => v.name);
    const f = new Function(`{ ${vocabulary.join(', ')} }`, ...names, `return (${code});`);
    const array = xp.withDevice(xp.js, () => f(this.kit, ...this.values.map((v) => v.array))) as xp.NdArray;
    const own = array.dtype.name;
    const read = this.values.filter((v) => new RegExp(`\\b${v.name}\\b`).test(code));
    const coarser = (a: xp.DTypeName, v: Value) => (epsilonOf(v.coarse) > epsilonOf(a) ? v.coarse : a);
    const coarse = exact ? own : read.reduce(coarser, own);
    this.lines.push(`const ${name} = ${code};`);
    this.lines.push(`keep('${name}', ${name}${coarse === own ? '' : `, '${coarse}'`});`);
    const value = { name, array, exact: exact || !['f', 'c'].includes(array.dtype.kind), coarse };
    this.values.push(value);
    this.rounding += Math.sqrt(terms) + 3;
    return value;
  }

  /** A new array of that shape, of a dtype if one is named. */
  source(shape: readonly number[], wanted?: string): Value {
    const dtype = wanted ?? this.choices.pick(dtypes);
    const { kind } = xp.dtype(dtype as xp.DTypeName);
    const make = (s: readonly number[]): string => {
      if (kind === 'b') return `bits(${list(s)})`;
      if (kind === 'i') return `integers(${list(s)}, -5, 6, '${dtype}')`;
      if (kind === 'u') return `integers(${list(s)}, 0, 9, '${dtype}')`;
      // Every other one has quarters, many of them equal: what sorts and compares meets ties.
      const quarters = `xp.multiply(integers(${list(s)}, -9, 10, 'float64'), 0.25).astype('${dtype}')`;
      const plain = this.choices.chance(50) ? quarters : `values(${list(s)}, 2, -2, '${dtype}')`;
      return this.choices.chance(8) ? `xp.where(bits(${list(s)}), ${plain}, NaN).astype('${dtype}')` : plain;
    };
    return this.define(laidOut(this.choices, shape, make), true);
  }

  /** A shape of up to four axes, sometimes without elements. */
  shape(): number[] {
    const axes = this.choices.pick([2, 1, 3, 2, 4, 0]);
    return Array.from({ length: axes }, () => this.choices.pick([2, 1, 3, 4, 5, 7, 3, 17, 2, 0]));
  }

  /** A value that fits, or a new one that does. */
  value(fits: (v: Value) => boolean = () => true, wanted?: string): Value {
    const fitting = this.values.filter(fits);
    if (fitting.length > 0 && this.choices.chance(80)) return this.choices.pick([...fitting].reverse());
    return this.source(this.shape(), wanted);
  }

  /** A value that broadcasts to a shape. */
  beside({ array }: Value, fits: (v: Value) => boolean = () => true, wanted?: string): Value {
    const broadcasts = ({ array: { shape } }: Value) =>
      shape.length <= array.ndim &&
      shape.every((d, i) => d === 1 || d === array.shape[array.ndim - shape.length + i]);
    const fitting = this.values.filter((v) => broadcasts(v) && fits(v));
    if (fitting.length > 0 && this.choices.chance(60)) return this.choices.pick([...fitting].reverse());
    const shape = array.shape
      .map((d) => (this.choices.chance(30) ? 1 : d))
      .slice(this.choices.int(0, array.ndim));
    return this.source(shape, wanted);
  }
}

/** One kind of statement. */
export type Statement = (program: ArrayProgram) => void;

export const kindOf = (v: Value): string => v.array.dtype.kind;
export const isReal = (v: Value): boolean => kindOf(v) !== 'c';
export const isFloating = (v: Value): boolean => kindOf(v) === 'f';
export const isInteger = (v: Value): boolean => kindOf(v) === 'i' || kindOf(v) === 'u';
export const isNumber = (v: Value): boolean => kindOf(v) !== 'b';
export const hasElements = (v: Value): boolean => v.array.size > 0;
