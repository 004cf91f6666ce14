import { Chain, functions as F, type Optimizer, optimizers, Parameter, Variable, xp } from 'chainer';

import type { Disturbance, Functions } from './disturbance.ts';

type DTypeName = xp.DTypeName;
type NdArray = xp.NdArray;

/** An array that a program leaves. */
export interface Result {
  readonly array: NdArray;
  /** The dtype with whose rounding errors it was computed, where that is not its own. */
  readonly coarse: DTypeName;
}

/** What a program leaves, by name. */
export type Results = ReadonlyMap<string, Result>;

/** All parameters of a program, for its optimizer. */
class Model extends Chain {
  readonly parameters: Parameter[] = [];
  forward(): void {}
}

/**
 * What a program is made of: a source of the same numbers for every device, and a record of everything that it made and that has to
 * be compared.
 */
export class Kit {
  readonly F: Functions;
  readonly xp = xp;
  readonly optimizers = optimizers;
  readonly results = new Map<string, Result>();
  private readonly model = new Model();
  private readonly inputs: Variable[] = [];
  private readonly states: NdArray[] = [];
  private readonly device: xp.Device;
  private readonly dtype: DTypeName;
  private readonly disturbance: Disturbance | null;
  private readonly rng: xp.random.RandomState;

  constructor(device: xp.Device, dtype: DTypeName, disturbance: Disturbance | null = null) {
    this.device = device;
    this.dtype = dtype;
    this.F = disturbance?.F ?? F;
    this.disturbance = disturbance;
    this.rng = new xp.random.RandomState(1);
  }

  /** Numbers between `low` and `high`, drawn on the host: the same on every device. */
  readonly values = (
    shape: readonly number[],
    high = 1,
    low = -high,
    dtype: DTypeName = this.dtype,
  ): NdArray => {
    const drawn = this.rng.uniform({ low, high, size: [...shape], dtype: 'float64', device: 'js' });
    const x = drawn.astype(dtype);
    return (this.disturbance?.values(x) ?? x).to(this.device.name);
  };

  /** Whole numbers from `low` to `high - 1`. */
  readonly integers = (
    shape: readonly number[],
    low: number,
    high: number,
    dtype: DTypeName = 'int32',
  ): NdArray =>
    this.rng
      .randint(low, { high, size: [...shape], device: 'js' })
      .astype(dtype)
      .to(this.device.name);

  /** Truth values. */
  readonly bits = (shape: readonly number[]): NdArray => this.integers(shape, 0, 2, 'bool');

  /** A variable whose gradient is compared. */
  readonly input = (x: NdArray): Variable => {
    const variable = new Variable(x);
    this.inputs.push(variable);
    return variable;
  };

  /** A parameter, whose gradient and updated value are compared. */
  readonly parameter = (x: NdArray): Parameter => {
    const parameter = new Parameter(x);
    this.model.parameters.push(parameter);
    return parameter;
  };

  /** An array that a function changes, compared at the end. */
  readonly state = (x: NdArray): NdArray => {
    this.states.push(x);
    return x;
  };

  /** Has an array compared under a name. */
  readonly keep = (name: string, array: NdArray, coarse: DTypeName = array.dtype.name): void => {
    this.results.set(name, { array, coarse });
  };

  /** Backpropagates and updates the parameters once. */
  readonly train = (
    loss: Variable,
    optimizer: Optimizer,
    outputs: Readonly<Record<string, Variable>>,
  ): void => {
    const { parameters } = this.model;
    if (parameters.length > 0) optimizer.setup(this.model);
    loss.backward();
    const keep = (name: string, x: NdArray | null) => {
      if (x !== null) this.keep(name, x);
    };
    keep('loss', loss.array);
    for (const [name, y] of Object.entries(outputs)) keep(name, y.array);
    for (const [i, x] of this.inputs.entries()) keep(`gradient of input ${i}`, x.grad);
    for (const [i, x] of this.states.entries()) keep(`state ${i}`, x);
    for (const [i, p] of parameters.entries()) keep(`gradient of parameter ${i}`, p.grad);
    if (parameters.length > 0) optimizer.update();
    for (const [i, p] of parameters.entries()) keep(`updated parameter ${i}`, p.array);
  };
}
