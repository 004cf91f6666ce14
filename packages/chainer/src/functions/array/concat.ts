import type { NdArray } from '@chainer/xp/functions';
import { emptyOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectSameDtype, invalid, kindOf } from '../../core/type-check.ts';
import type { Variable, VariableLike, VariableNode } from '../../core/variable.ts';
import { filled, narrow, write } from './views.ts';

export class Concat extends FunctionNode {
  readonly label = 'Concat';
  readonly axis: number;

  constructor(axis: number) {
    super();
    this.axis = axis;
  }

  override checkTypes(xs: readonly NdArray[]): void {
    const first = xs[0] as NdArray;
    const axis = this.axisOf(first);
    if (axis < 0 || axis >= first.ndim)
      invalid('concat', `axis ${this.axis} is out of range for arrays of ${first.ndim} axes`, { x0: first });
    xs.forEach((x, i) => {
      expectSameDtype('concat', 'x0', first, `x${i}`, x);
      if (x.ndim !== first.ndim || x.shape.some((d, a) => a !== axis && d !== first.shape[a])) {
        invalid('concat', `x0 and x${i} must have the same shape but for axis ${this.axis}`, {
          x0: first,
          [`x${i}`]: x,
        });
      }
    });
  }

  private axisOf(x: { readonly shape: readonly number[] }): number {
    return this.axis < 0 ? this.axis + x.shape.length : this.axis;
  }

  forward(xs: readonly NdArray[]): readonly NdArray[] {
    const first = xs[0] as NdArray;
    const axis = this.axisOf(first);
    const shape = first.shape.slice();
    shape[axis] = xs.reduce((n, x) => n + (x.shape[axis] as number), 0);
    const y = emptyOn(first.device, shape, first.dtype);
    let start = 0;
    for (const x of xs) {
      const count = x.shape[axis] as number;
      write(x, narrow(y, axis, start, count));
      start += count;
    }
    return [y];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    if (this.inputs.length === 1) return [gy];
    const axis = this.axisOf(gy);
    const ends: number[] = [];
    let end = 0;
    for (const x of this.inputs) {
      end += (x as VariableNode).shape[axis] as number;
      ends.push(end);
    }
    return splitAxis(gy, ends.slice(0, -1), axis);
  }
}

export class SplitAxis extends FunctionNode {
  readonly label = 'SplitAxis';
  private readonly parts: number | readonly number[];
  readonly axis: number;

  constructor(parts: number | readonly number[], axis: number) {
    super();
    this.parts = parts;
    this.axis = axis;
  }

  private axisOf(x: { readonly shape: readonly number[] }): number {
    return this.axis < 0 ? this.axis + x.shape.length : this.axis;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    const size = x.shape[this.axisOf(x)];
    if (size === undefined)
      invalid('splitAxis', `axis ${this.axis} is out of range for an array of ${x.ndim} axes`, { x });
    if (typeof this.parts === 'number') {
      if (size % this.parts !== 0)
        invalid('splitAxis', `axis ${this.axis} of size ${size} does not divide into ${this.parts} parts`, {
          x,
        });
      return;
    }
    let last = 0;
    for (const i of this.parts) {
      if (i < last || i > size)
        invalid('splitAxis', `indices must ascend within [0, ${size}], got [${this.parts.join(', ')}]`, {
          x,
        });
      last = i;
    }
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const axis = this.axisOf(x);
    const size = x.shape[axis] as number;
    const parts = this.parts;
    if (typeof parts === 'number') {
      const count = size / parts;
      return Array.from({ length: parts }, (_, k) => narrow(x, axis, k * count, count));
    }
    return [...parts, size].map((end, k) => {
      const start = k === 0 ? 0 : (parts[k - 1] as number);
      return narrow(x, axis, start, end - start);
    });
  }

  override backward(
    _targets: readonly number[],
    gys: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (gys.every((g) => g === null)) return [null];
    return [new Concat(this.axis).apply1(filled(gys, this.outputs))];
  }
}

/**
 * Joins arrays along an axis they have.
 *
 * @param xs arrays of one dtype, whose shapes agree but for `axis`
 * @param options `axis`: 1 unless given, as in Chainer.
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.array([[1, 2]]));
 * F.concat([x, xp.array([[3]])]).array.toArraySync(); // [[1, 2, 3]]
 */
export function concat(xs: readonly VariableLike[], options: { readonly axis?: number } = {}): Variable {
  checkOptions('concat', options, ['axis']);
  const { axis = 1 } = options;
  if (!Number.isInteger(axis)) throw new TypeError(`[concat] axis must be an integer, got ${String(axis)}`);
  if (!Array.isArray(xs))
    throw new TypeError(`[concat] xs must be a list of arrays, got ${kindOf(xs)}; write concat([x, y])`);
  if (xs.length === 0) throw new TypeError('[concat] xs must hold at least one array, got none');
  return new Concat(axis).apply1(xs);
}

/** Options of splitAxis. */
export interface SplitAxisOptions {
  /** false: a single piece comes as itself, not as a list of one. */
  readonly forceTuple?: boolean;
}

/**
 * Splits an array along an axis: the inverse of `concat`. No element is copied.
 *
 * @param x array
 * @param indicesOrSections number of equal pieces, or the ascending places where pieces begin
 * @param axis axis to split
 * @returns the pieces
 * @throws {InvalidType} if the axis does not divide or an index is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const pieces = F.splitAxis(new Variable(xp.array([[1, 2, 3]])), [1], 1);
 * pieces.map((x) => x.array.toArraySync()); // [[[1]], [[2, 3]]]
 */
export function splitAxis(
  x: VariableLike,
  indicesOrSections: number | readonly number[],
  axis: number,
  options?: { readonly forceTuple?: true },
): Variable[];
export function splitAxis(
  x: VariableLike,
  indicesOrSections: number | readonly number[],
  axis: number,
  options: SplitAxisOptions,
): Variable[] | Variable;
export function splitAxis(
  x: VariableLike,
  indicesOrSections: number | readonly number[],
  axis: number,
  options: SplitAxisOptions = {},
): Variable[] | Variable {
  checkOptions('splitAxis', options, ['forceTuple']);
  const list = typeof indicesOrSections === 'number' ? [indicesOrSections] : indicesOrSections;
  if (
    !list.every((i) => Number.isInteger(i)) ||
    (typeof indicesOrSections === 'number' && indicesOrSections < 1)
  ) {
    throw new TypeError(
      `[splitAxis] indicesOrSections must be a positive integer or a list of integers, got ${JSON.stringify(indicesOrSections)}`,
    );
  }
  const pieces = new SplitAxis(indicesOrSections, axis).apply([x]);
  return options.forceTuple === false && pieces.length === 1 ? (pieces[0] as Variable) : pieces;
}
