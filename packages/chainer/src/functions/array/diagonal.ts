import { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { invalid } from '../../core/type-check.ts';
import type { Variable, VariableLike, VariableNode } from '../../core/variable.ts';
import { write, zerosBeside } from './views.ts';

/** Options of diagonal. */
export interface DiagonalOptions {
  /** Which diagonal: 0 the main one, positive above, negative below. */
  readonly offset?: number;
  readonly axis1?: number;
  readonly axis2?: number;
}

type Place = Required<DiagonalOptions>;

/** The diagonal as a view, its axis last. */
function diagonalView(x: NdArray, { offset, axis1, axis2 }: Place): NdArray {
  const a = axis1 < 0 ? axis1 + x.ndim : axis1;
  const b = axis2 < 0 ? axis2 + x.ndim : axis2;
  const rows = (x.shape[a] as number) + Math.min(0, offset);
  const columns = (x.shape[b] as number) - Math.max(0, offset);
  const count = Math.max(0, Math.min(rows, columns));
  const [ra, rb] = [x.steps[a] as number, x.steps[b] as number];
  const others = (list: readonly number[]) => list.filter((_, i) => i !== a && i !== b);
  const start = count === 0 ? 0 : offset >= 0 ? offset * rb : -offset * ra;
  return new NdArray(
    x.storage,
    x.dtype,
    [...others(x.shape), count],
    [...others(x.steps), ra + rb],
    x.offset + start,
  );
}

class Diagonal extends FunctionNode {
  readonly label = 'Diagonal';
  private readonly place: Place;

  constructor(place: Place) {
    super();
    this.place = place;
  }

  override checkTypes([x]: readonly [NdArray]): void {
    const { axis1, axis2 } = this.place;
    for (const a of [axis1, axis2])
      if (a < -x.ndim || a >= x.ndim)
        invalid('diagonal', `axis ${a} is out of range for an array of ${x.ndim} axes`, { x });
    if ((axis1 + x.ndim) % x.ndim === (axis2 + x.ndim) % x.ndim)
      invalid('diagonal', `axis1 and axis2 must differ, both are ${axis1}`, { x });
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [diagonalView(x, this.place)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy ? new DiagonalGrad(this.place, (this.inputs[0] as VariableNode).shape).apply1([gy]) : null];
  }
}

class DiagonalGrad extends FunctionNode {
  readonly label = 'DiagonalGrad';
  private readonly place: Place;
  private readonly shape: readonly number[];

  constructor(place: Place, shape: readonly number[]) {
    super();
    this.place = place;
    this.shape = shape;
  }

  forward([gy]: readonly [NdArray]): readonly NdArray[] {
    const gx = zerosBeside(gy, this.shape);
    write(gy, diagonalView(gx, this.place));
    return [gx];
  }

  override backward(
    _targets: readonly number[],
    [ggx]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [ggx ? new Diagonal(this.place).apply1([ggx]) : null];
  }
}

/**
 * A diagonal over two axes, which go; the diagonal becomes the last axis. No element is copied.
 *
 * @throws {InvalidType} if an axis is out of range or both are one.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.diagonal(new Variable(xp.array([[1, 2], [3, 4]]))).array.toArraySync(); // [1, 4]
 */
export function diagonal(x: VariableLike, options: DiagonalOptions = {}): Variable {
  checkOptions('diagonal', options, ['offset', 'axis1', 'axis2']);
  return new Diagonal({
    offset: options.offset ?? 0,
    axis1: options.axis1 ?? 0,
    axis2: options.axis2 ?? 1,
  }).apply1([x]);
}
