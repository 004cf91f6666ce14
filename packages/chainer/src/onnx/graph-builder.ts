import {
  arange,
  array,
  type DTypeName,
  type HostArray,
  hostScalar,
  NdArray,
  reshape,
} from '@chainer/xp/functions';
import { rowMajor } from '../serializers/saveable.ts';
import {
  attributeTypes,
  elementTypes,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './fields.ts';

/** A value of an attribute: whole numbers are integers; floats are written `float(x)`. */
export type AttributeValue = number | string | readonly number[] | Float | undefined;

/** A number that is a float by meaning, also where it is whole. */
export interface Float {
  readonly float: number;
}

export const float = (value: number): Float => ({ float: value });

function toAttribute(name: string, value: Exclude<AttributeValue, undefined>): OnnxAttribute {
  if (typeof value === 'string')
    return { name, s: new TextEncoder().encode(value), type: attributeTypes.string };
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.int };
  if ('float' in value) return { name, f: value.float, type: attributeTypes.float };
  return { name, ints: [...value], type: attributeTypes.ints };
}

/** The number that ONNX has for a dtype. @throws {TypeError} if it has none. */
export function elementType(name: DTypeName): number {
  const found = elementTypes[name];
  if (found === undefined) throw new TypeError(`[onnx.export] ONNX has no type for ${name}`);
  return found;
}

/** A tensor with these elements. */
export function toTensor(name: string, { data, dtype, shape }: HostArray): OnnxTensor {
  return {
    dims: [...shape],
    dataType: elementType(dtype.name),
    name,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** Type and shape of an input or output. */
export function toValueInfo(name: string, { dtype, shape }: NdArray): OnnxValueInfo {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: elementType(dtype.name), shape: { dim } } } };
}

/** Whether the elements of an array lie one after another in C order. */
function isWhole({ shape, steps }: NdArray): boolean {
  let size = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && steps[i] !== size) return false;
    size *= shape[i] as number;
  }
  return true;
}

/** A graph of ONNX in the making: values have names, rules add operations. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  /** Arrays that become initializers, by name. */
  readonly constants = new Map<string, NdArray | HostArray>();
  private readonly names = new Map<NdArray, string>();
  private readonly known = new Map<string, string>();
  private readonly used = new Set<string>();
  private prefix = '';
  /** Version of the operator set. */
  readonly opset: number;

  constructor(opset: number) {
    this.opset = opset;
  }

  /** Refuses older operator sets than the one in which an operation appears. */
  require(opset: number, what: string): void {
    if (this.opset < opset)
      throw new Error(
        `[onnx.export] the function '${this.prefix}' needs ${what}, which is in operator sets from ${opset} on, got opsetVersion ${this.opset}`,
      );
  }

  /** Gives an array a name. */
  name(x: NdArray, name: string): void {
    this.names.set(x, name);
    this.used.add(name);
  }

  has(x: NdArray): boolean {
    return this.names.has(x);
  }

  /** Whether its value is computed from the graph's inputs, or is a view of what is. */
  varies(x: NdArray): boolean {
    const source = this.has(x) ? x : this.sourceOf(x);
    return source !== null && !this.constants.has(this.names.get(source) as string);
  }

  /** The array that has a name, and whose elements `x` shows. */
  private sourceOf(x: NdArray): NdArray | null {
    for (const known of this.names.keys())
      if (known.storage === x.storage && known.dtype === x.dtype && isWhole(known)) return known;
    return null;
  }

  /** The name of an array's value; a view of what has a name is read from it, and an array that nothing computed is a constant. */
  valueOf(x: NdArray): string {
    const known = this.names.get(x);
    if (known !== undefined) return known;
    const source = this.sourceOf(x);
    if (source !== null) {
      const name = this.viewed(this.names.get(source) as string, source, x);
      this.name(x, name);
      return name;
    }
    const name = this.unique('constant');
    this.constants.set(name, x);
    this.name(x, name);
    return name;
  }

  /** A view of the elements of a whole array. */
  private viewed(name: string, source: NdArray, x: NdArray): string {
    if (isWhole(x) && x.size === source.size && x.offset === source.offset)
      return this.reshape(name, x.shape);
    const numbers = arange(source.size, { dtype: 'int32', device: 'js' });
    const places = new NdArray(numbers.storage, numbers.dtype, x.shape, x.steps, x.offset - source.offset);
    return this.gatherFlat(name, places);
  }

  /** Elements at places of the flat array. */
  gatherFlat(x: string, places: NdArray): string {
    return this.op('Gather', [this.reshape(x, [-1]), this.places(places)], { axis: 0 });
  }

  /** An array of integers as a constant of int64. */
  places(x: NdArray): string {
    return this.integers((x.flatScalars() as (number | bigint)[]).map(Number), x.shape);
  }

  /** A constant list of numbers. */
  numbers(values: readonly number[], dtype: DTypeName, shape: readonly number[] = [values.length]): string {
    const name = this.unique('numbers');
    this.constants.set(name, reshape(array([...values], { dtype, device: 'js' }), [...shape]));
    return name;
  }

  /** Makes the array an initializer under its own name. */
  initializer(x: NdArray, name: string): void {
    this.name(x, name);
    this.constants.set(name, x);
  }

  /** Names of what is added from now on start with this. */
  startFunction(label: string): void {
    this.prefix = label;
  }

  private unique(base: string): string {
    let name = base;
    for (let k = 1; this.used.has(name); k++) name = `${base}_${k}`;
    this.used.add(name);
    return name;
  }

  /** Adds an operation with one result. */
  op(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    return this.ops(opType, inputs, 1, attributes)[0] as string;
  }

  /** Adds an operation with several results. */
  ops(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string[] {
    const base = this.unique(`${this.prefix}/${opType}`);
    const output = Array.from({ length: count }, (_, k) => (count === 1 ? base : `${base}:${k}`));
    this.nodes.push({
      opType,
      name: base,
      input: [...inputs],
      output,
      attribute: Object.entries(attributes).flatMap(([name, value]) =>
        value === undefined ? [] : [toAttribute(name, value)],
      ),
    });
    return output;
  }

  /** Gives a value another name. */
  rename(value: string, name: string): void {
    this.used.add(name);
    this.nodes.push({
      opType: 'Identity',
      name: this.unique(`${name}/Identity`),
      input: [value],
      output: [name],
    });
  }

  /** A constant of one element. */
  scalar(value: number, dtype: DTypeName): string {
    const key = `${dtype} ${Object.is(value, -0) ? '-0' : value}`;
    let name = this.known.get(key);
    if (name === undefined) {
      name = this.unique(`number ${value}`);
      this.known.set(key, name);
      this.constants.set(name, hostScalar(dtype === 'int64' ? BigInt(value) : value, dtype));
    }
    return name;
  }

  /** A constant list of integers: shapes, axes, places. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const name = this.unique('integers');
    const data = BigInt64Array.from(values, BigInt);
    this.constants.set(name, array(data, { shape, device: 'js' }));
    return name;
  }

  reshape(x: string, shape: readonly number[]): string {
    return this.op('Reshape', [x, this.integers(shape)], { allowzero: shape.includes(0) ? 1 : undefined });
  }

  cast(x: string, to: DTypeName): string {
    return this.op('Cast', [x], { to: elementType(to) });
  }

  /** The initializers, read from their devices. */
  async initializers(): Promise<OnnxTensor[]> {
    const tensors: OnnxTensor[] = [];
    for (const [name, x] of this.constants) {
      if (!(x instanceof NdArray)) tensors.push(toTensor(name, x));
      else {
        const y = rowMajor(x);
        tensors.push(toTensor(name, { dtype: y.dtype, shape: y.shape, data: await y.data() }));
      }
    }
    return tensors;
  }
}
