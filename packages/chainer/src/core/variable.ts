import { type DType, NdArray } from '@chainer/xp/functions';
import { checkOptions } from './check-options.ts';
import type { FunctionNode } from './function-node.ts';
import type { RowGradient } from './row-gradient.ts';
import { describe, kindOf } from './type-check.ts';
import type { GraphMethods } from './variable-methods.ts';

/** A value in the graph: what a function made, or a leaf. It knows its creator, not its data. */
export class VariableNode {
  creator: FunctionNode | null = null;
  /** One more than the rank of its creator: how far from the leaves it is. */
  rank = 0;
  readonly requiresGrad: boolean;
  readonly shape: readonly number[];
  readonly dtype: DType;
  name: string | null = null;
  private kept: Variable | null = null;
  private keptRows: RowGradient | null = null;
  /** Factor by which the gradient is too large, from `backward({lossScale})`. */
  lossScale: number | null = null;
  /** Gradient collected by the running backward pass, and which pass that is. */
  pending: Variable | null = null;
  pass = 0;

  constructor(array: NdArray | null, requiresGrad: boolean, name: string | null) {
    this.requiresGrad = requiresGrad;
    this.shape = array?.shape ?? [];
    this.dtype = array?.dtype as DType;
    this.name = name;
  }

  /** The gradient that stays: of leaves, or of all with `retainGrad`. */
  get gradVar(): Variable | null {
    const rows = this.keptRows;
    if (rows !== null) {
      this.kept = new Variable(rows.denseToKeep(this.shape, this.pass), noGrad);
      this.keptRows = null;
      rows.release();
    }
    return this.kept;
  }

  set gradVar(g: Variable | null) {
    this.gradRows = null;
    this.kept = g;
  }

  /** The gradient as rows, if a backward pass left it so and nobody has asked for the whole of it yet. */
  get gradRows(): RowGradient | null {
    return this.keptRows;
  }

  set gradRows(rows: RowGradient | null) {
    this.keptRows?.release();
    this.keptRows = rows;
  }

  get hasGrad(): boolean {
    return this.kept !== null || this.keptRows !== null;
  }

  /** `(2, 3), float32`, or the name before it. */
  get label(): string {
    const text = `(${this.shape.join(', ')}${this.shape.length === 1 ? ',' : ''}), ${this.dtype?.name ?? 'uninitialized'}`;
    return this.name === null ? text : `${this.name}: ${text}`;
  }
}

/** Options of `new Variable`. */
export interface VariableOptions {
  readonly name?: string | null;
  readonly grad?: NdArray | null;
  /** Whether gradients are computed for it. */
  readonly requiresGrad?: boolean;
}

/**
 * An array with a place in the computational graph. Functions of variables record how they were computed; `backward()` walks
 * that record and leaves the gradients in the leaves.
 *
 * @throws {TypeError} if `array` is not an NdArray: wrap lists and numbers with `xp.array` first.
 * @example
 * import { Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([2]));
 * const y = x.mul(x);
 * y.backward();
 * x.grad?.toArraySync(); // [4]
 */
export class Variable {
  /** Null only in a parameter that is not initialised yet. */
  protected data: NdArray | null;
  protected vertex: VariableNode | null = null;
  private readonly wantsGrad: boolean;
  private title: string | null;

  constructor(array: NdArray | null, options?: VariableOptions) {
    if (!(array instanceof NdArray) && array !== null) {
      throw new TypeError(
        `[Variable] array must be an NdArray, got ${describeOther(array)}${(array as unknown) instanceof Variable ? '' : '; make one with xp.array(...)'}`,
      );
    }
    this.data = array;
    if (options === undefined) {
      this.wantsGrad = true;
      this.title = null;
    } else {
      checkOptions('Variable', options, ['name', 'grad', 'requiresGrad']);
      this.wantsGrad = options.requiresGrad ?? true;
      this.title = options.name ?? null;
      if (options.grad) this.grad = options.grad;
    }
  }

  /** The array it holds. */
  get array(): NdArray {
    if (this.data === null) this.throwUninitialized();
    return this.data;
  }

  set array(array: NdArray) {
    if (!(array instanceof NdArray))
      throw new TypeError(`[Variable.array] must be an NdArray, got ${describeOther(array)}`);
    this.data = array;
    if (this.vertex !== null && this.vertex.creator === null) {
      const before = this.vertex;
      this.vertex = new VariableNode(array, this.requiresGrad, this.title);
      this.vertex.gradVar = before.gradVar;
    }
  }

  protected throwUninitialized(): never {
    throw new Error(`[Variable] ${this.title ?? 'it'} holds no array`);
  }

  /** Its vertex in the graph. */
  get node(): VariableNode {
    this.vertex ??= new VariableNode(this.data, this.wantsGrad, this.title);
    return this.vertex;
  }

  get requiresGrad(): boolean {
    return this.wantsGrad;
  }

  get name(): string | null {
    return this.title;
  }

  set name(name: string | null) {
    this.title = name;
    if (this.vertex !== null) this.vertex.name = name;
  }

  get shape(): readonly number[] {
    return this.array.shape;
  }

  get dtype(): DType {
    return this.array.dtype;
  }

  get ndim(): number {
    return this.array.shape.length;
  }

  get size(): number {
    return this.array.size;
  }

  /** The function that made it, or null for a leaf. */
  get creator(): FunctionNode | null {
    return this.vertex?.creator ?? null;
  }

  get rank(): number {
    return this.vertex?.rank ?? 0;
  }

  get label(): string {
    return this.node.label;
  }

  /** Its gradient as a variable, which is itself differentiable after `backward({enableDoubleBackprop: true})`. */
  get gradVar(): Variable | null {
    const g = this.vertex?.gradVar ?? null;
    // Whoever is handed the gradient may keep it: from now on only the garbage collector may free it.
    if (g !== null) g.array.storage.born = 0;
    return g;
  }

  set gradVar(g: Variable | null) {
    if (g !== null) this.checkGrad(g.array);
    this.node.gradVar = g;
  }

  /** Its gradient. */
  get grad(): NdArray | null {
    return this.gradVar?.array ?? null;
  }

  /** Whether it has a gradient. */
  get hasGrad(): boolean {
    return this.vertex?.hasGrad ?? false;
  }

  /** Its gradient, for those who read it and do not keep it (optimizers): it may be released by the next `cleargrad()`. */
  peekGrad(): NdArray | null {
    return this.vertex?.gradVar?.array ?? null;
  }

  set grad(g: NdArray | null) {
    if (g === null) {
      if (this.vertex !== null) this.vertex.gradVar = null;
      return;
    }
    this.checkGrad(g);
    this.node.gradVar = new Variable(g);
  }

  private checkGrad(g: NdArray): void {
    const x = this.data;
    if (x === null) return;
    if (!(g instanceof NdArray))
      throw new TypeError(`[Variable.grad] the gradient must be an NdArray, got ${describeOther(g)}`);
    if (g.device !== x.device)
      throw new TypeError(
        `[Variable.grad] device of data and grad mismatch: ${x.device.name} != ${g.device.name}`,
      );
    if (g.dtype !== x.dtype)
      throw new TypeError(
        `[Variable.grad] dtype of data and grad mismatch: ${x.dtype.name} != ${g.dtype.name}`,
      );
    if (g.shape.length !== x.shape.length || g.shape.some((d, i) => d !== x.shape[i])) {
      throw new Error(`[Variable.grad] shape of data and grad mismatch: ${describe(x)} != ${describe(g)}`);
    }
  }

  /** Drops its gradient. What `backward()` made and nobody was handed is released at once. */
  cleargrad(): void {
    const vertex = this.vertex;
    if (vertex === null || !vertex.hasGrad) return;
    vertex.lossScale = null;
    vertex.gradRows = null;
    const storage = vertex.gradVar?.array.storage;
    if (storage === undefined) return;
    vertex.gradVar = null;
    storage.holders--;
    if (storage.born > 0 && storage.holders === 0 && !storage.kept) storage.release();
  }

  /** Cuts it from the function that made it: it becomes a leaf. */
  unchain(): void {
    if (this.vertex !== null) {
      this.vertex.creator = null;
      this.vertex.rank = 0;
    }
  }
}

export interface Variable extends GraphMethods {}

/** What a value is that should have been an NdArray. */
export function describeOther(x: unknown): string {
  return x instanceof Variable ? 'a Variable; use its .array' : kindOf(x);
}

/** What functions take: a variable, or an array that needs no gradient. */
export type VariableLike = Variable | NdArray;

/** The variable itself, or a leaf without gradient around an array. */
export function asVariable(x: VariableLike): Variable {
  return x instanceof Variable ? x : new Variable(x, noGrad);
}

/** The array of a variable, or the array itself. */
export function asArray(x: VariableLike): NdArray {
  return x instanceof Variable ? x.array : x;
}

const noGrad: VariableOptions = { requiresGrad: false };
