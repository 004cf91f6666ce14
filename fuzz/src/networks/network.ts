import type { DTypeName } from '@chainer/xp';
import type { Choices } from '../choices.ts';
import { laidOut } from '../layouts.ts';

/** `[2, 3]` */
export const list = (xs: readonly (number | string)[]): string => `[${xs.join(', ')}]`;
/** `{ stride: 2, pad: 1 }` without what is undefined, with a comma before it; nothing if that leaves nothing. */
export function options(given: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(given).filter(([, v]) => v !== undefined);
  const text = ([k, v]: [string, unknown]) => `${k}: ${Array.isArray(v) ? list(v) : String(v)}`;
  return entries.length === 0 ? '' : `, { ${entries.map(text).join(', ')} }`;
}
export const product = (xs: readonly number[]): number => xs.reduce((a, b) => a * b, 1);

/** Largest number of elements of an activation: the reference device is slow. */
export const largest = 6000;

/**
 * A network that is being written: source text, and what is known of its current value `h`. Layers read the shape and append
 * statements.
 */
export class Network {
  readonly choices: Choices;
  readonly lines: string[] = [];
  /** Shape and dtype of `h`. */
  shape: readonly number[] = [];
  dtype: DTypeName;
  /** Whether layers may have kinks: coarse dtypes would land on different sides of them. */
  readonly kinks: boolean;
  /** Bound of the rounding errors, in units of the dtype: the longest sums of the layers, added up. */
  rounding = 0;
  private names = 0;

  constructor(choices: Choices, dtype: DTypeName) {
    this.choices = choices;
    this.dtype = dtype;
    this.kinks = dtype === 'float32' || dtype === 'float64';
  }

  name(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  line(text: string): void {
    this.lines.push(text);
  }

  /** A statement for `h`, its new shape, and the length of the sums behind one of its elements. */
  step(code: string, shape: readonly number[], terms = 1): void {
    this.line(`h = ${code};`);
    this.shape = shape;
    this.rounding += Math.sqrt(terms) + 3;
  }

  /** Text of an array with numbers between -bound and bound, or between low and high. */
  values(shape: readonly number[], bound = 1, low = -bound): string {
    const range = low === -bound ? (bound === 1 ? '' : `, ${bound}`) : `, ${bound}, ${low}`;
    return laidOut(this.choices, shape, (s) => `values(${list(s)}${range})`);
  }

  /** Name of a new parameter, scaled so that products with it stay of the size of their other factor. */
  parameter(prefix: string, shape: readonly number[], fanIn = 1, center = 0): string {
    const name = this.name(prefix);
    const bound = Number((1.7 / Math.sqrt(Math.max(1, fanIn))).toPrecision(2));
    const range = center === 0 ? `, ${bound}` : `, ${center + 0.5}, ${center - 0.5}`;
    const value = laidOut(this.choices, shape, (s) => `values(${list(s)}${range})`, { writable: true });
    this.line(`const ${name} = parameter(${value});`);
    return name;
  }

  /** A parameter, or null as text. */
  bias(size: number): string {
    return this.choices.chance(60) ? this.parameter('b', [size]) : 'null';
  }
}

/** One kind of layer: where it fits, and its text. */
export interface Layer {
  /** Whether it can take the network's value as it is. */
  fits(net: Network): boolean;
  write(net: Network): void;
}
