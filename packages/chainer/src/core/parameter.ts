import { copy } from '@chainer/xp/functions';
import { type DTypeName, emptyOn, NdArray, resolveDevice, dtype as toDtype } from '@chainer/xp/internal';
import { getDtype } from './config.ts';
import { type InitializerLike, initialize } from './initializer.ts';
import { kindOf } from './type-check.ts';
import type { UpdateRule } from './update-rule.ts';
import { Variable, VariableNode } from './variable.ts';

/**
 * A variable that an optimizer updates. Without a shape it is initialised later, by the first forward pass of its link.
 *
 * @example
 * import { Parameter } from 'chainer';
 * const W = new Parameter(0.5, [2, 3]);
 * W.array.toArraySync(); // [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
 */
export class Parameter extends Variable {
  /** How an optimizer updates it, once one was set up. */
  updateRule: UpdateRule | null = null;
  readonly initializer: InitializerLike;
  private readonly wantedDtype: DTypeName;
  private clearedBefore = false;
  private place: string | null = null;

  /**
   * @param initializer number, array, initializer or function; null leaves NaN. An array without a shape is taken as it is.
   * @param shape null: initialised later.
   */
  constructor(
    initializer: InitializerLike | null = null,
    shape: readonly number[] | number | null = null,
    options: { readonly name?: string | null; readonly dtype?: DTypeName | null } = {},
  ) {
    const given = initializer instanceof NdArray && shape === null ? initializer : null;
    super(given, { name: options.name ?? null });
    this.initializer = initializer ?? Number.NaN;
    const own =
      typeof this.initializer === 'object' && 'dtype' in this.initializer ? this.initializer.dtype : null;
    this.wantedDtype =
      options.dtype ??
      (own === null || typeof own === 'string' ? getDtype(own as DTypeName | null) : own.name);
    if (given === null && shape !== null) this.initialize(typeof shape === 'number' ? [shape] : shape);
  }

  get isInitialized(): boolean {
    return this.data !== null;
  }

  /** Allocates the array and fills it. Does nothing to an initialised parameter. */
  initialize(shape: readonly number[]): void {
    if (this.data !== null) return;
    if (!Array.isArray(shape))
      throw new TypeError(
        `[Parameter] the shape of ${this.name ?? 'a parameter'} must be a list of integers, got ${kindOf(shape)}; options stand after all sizes (null: a size that is found later)`,
      );
    for (const d of shape as readonly number[])
      if (!Number.isInteger(d) || d < 0)
        throw new TypeError(
          `[Parameter] the shape of ${this.name ?? 'a parameter'} must be non-negative integers, got [${shape.map(String).join(', ')}]; check the sizes given to the link`,
        );
    const x = emptyOn(resolveDevice(this.place), shape, toDtype(this.wantedDtype));
    x.storage.kept = true;
    initialize(x, this.initializer);
    this.adopt(x);
  }

  /** Fills an initialised parameter anew. */
  reinitialize(): void {
    if (this.data !== null) initialize(this.data, this.initializer);
  }

  private adopt(x: NdArray): void {
    const cleared = this.clearedBefore;
    this.data = x;
    this.vertex = new VariableNode(x, true, this.name);
    if (!cleared) this.vertex.gradVar = null;
  }

  /** Takes a stored array as its value (serializers). */
  restore(x: NdArray): void {
    const placed = this.place === null ? x : x.to(this.place);
    placed.storage.kept = true;
    this.adopt(placed);
  }

  protected override throwUninitialized(): never {
    throw new Error(
      `[Parameter] ${this.name ?? 'the parameter'} is not initialized yet: its shape is found in the first forward pass; call the link once, or give its input size to the constructor`,
    );
  }

  /** Drops the gradient. */
  override cleargrad(): void {
    this.clearedBefore = true;
    super.cleargrad();
  }

  /** Updates it by its rule, where an optimizer gave it one. */
  update(): void {
    this.updateRule?.update(this);
  }

  /** A copy with gradients of its own: of the same array, of a copied array, or initialised anew. */
  copyAs(mode: 'share' | 'copy' | 'init'): Parameter {
    const p = new Parameter(
      this.initializer instanceof NdArray && this.data === this.initializer ? Number.NaN : this.initializer,
      null,
      {
        name: this.name,
        dtype: this.wantedDtype,
      },
    );
    p.place = this.place;
    if (this.data !== null) {
      if (mode === 'init') p.initialize(this.data.shape);
      else p.restore(mode === 'share' ? this.data : copy(this.data));
    }
    return p;
  }

  /** Moves it to a device. */
  toDevice(device: string): this {
    this.place = device;
    if (this.data !== null) {
      const g = this.grad;
      const moved = this.data.to(device);
      moved.storage.kept = true;
      this.array = moved;
      if (g !== null) this.gradVar = new Variable(g.to(device));
    }
    return this;
  }
}
