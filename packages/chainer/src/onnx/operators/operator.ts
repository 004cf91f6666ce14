import { array, astype, type NdArray } from '@chainer/xp/functions';
import { asArray, type VariableLike } from '../../core/variable.ts';
import type { OnnxAttribute, OnnxNode } from '../fields.ts';
import { readTensor } from '../read.ts';

/** Attributes of an operation by name. */
export class Attributes {
  private readonly byName: ReadonlyMap<string, OnnxAttribute>;
  readonly node: OnnxNode;

  constructor(node: OnnxNode) {
    this.node = node;
    this.byName = new Map((node.attribute ?? []).map((a) => [a.name ?? '', a]));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  integer(name: string, otherwise: number): number {
    return this.byName.get(name)?.i ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.byName.get(name)?.f ?? otherwise;
  }

  integers(name: string): readonly number[] | null {
    return this.byName.get(name)?.ints ?? null;
  }

  text(name: string, otherwise: string): string {
    const bytes = this.byName.get(name)?.s;
    return bytes === undefined ? otherwise : new TextDecoder().decode(bytes);
  }

  texts(name: string): readonly string[] | null {
    return this.byName.get(name)?.strings?.map((bytes) => new TextDecoder().decode(bytes)) ?? null;
  }

  tensor(name: string): NdArray {
    const { data, dtype: kind, shape } = readTensor('OnnxFunction', this.byName.get(name)?.t ?? {});
    return array(data, { dtype: kind, shape });
  }

  /** Refuses an attribute that has another value than the one that is understood. */
  expect(name: string, value: number | string): void {
    const given = typeof value === 'number' ? this.integer(name, value) : this.text(name, value);
    if (given !== value) this.fail(`${name} must be ${value}, got ${given}`);
  }

  fail(what: string): never {
    throw new Error(`[OnnxFunction] ${this.node.opType} '${this.node.name ?? ''}': ${what}`);
  }
}

export type Values = readonly (VariableLike | undefined)[];

/** What an operation computes. */
export type Operator = (xs: Values, a: Attributes) => VariableLike | readonly VariableLike[];

export const at = (xs: Values, i: number): VariableLike => xs[i] as VariableLike;

/** A constant operand that says how to compute: shapes, axes. */
export const numbers = (x: VariableLike | undefined): number[] | null =>
  x === undefined ? null : (asArray(x).flatScalars() as (number | bigint)[]).map(Number);

/** Arrays on one device: constants stand on the host until they meet something else. */
export function together(xs: Values): NdArray[] {
  const arrays = (xs as readonly VariableLike[]).map(asArray);
  const device = (arrays.find((x) => x.device.name !== 'js') ?? arrays[0])?.device;
  return arrays.map((x) => (device === undefined ? x : x.to(device)));
}

/** Whether all operands are floats, of which functions have gradients. */
export const floating = (xs: Values): boolean =>
  (xs as readonly VariableLike[]).every((x) => asArray(x).dtype.kind === 'f');

/** Indices as getItem takes them, beside the array that they read. */
export const placesBeside = (x: VariableLike, places: VariableLike): NdArray =>
  astype(asArray(places).to(asArray(x).device), 'int32');
