import { coord, ElementwiseKernel, type Expr, type NdArray, type Operand } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { type LinearOperator, linearMap } from '../../core/linear-map.ts';
import { expectFloat, expectNdim, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { perAxis, type Sizes } from './geometry.ts';

/** Reads each channel `dy, dx` beside its place; the group of a channel says where. */
const kernel = /*#__PURE__*/ new ElementwiseKernel(
  'shift',
  8,
  (x, channels, height, width, kh, kw, dy, dx) => {
    const groups = kh.mul(kw);
    const size = channels.floordiv(groups);
    const own = coord(1).floordiv(size).min(groups.sub(1));
    const last = groups.sub(1);
    const centre = last.floordiv(2);
    // The centre's group is the last one, with the channels that are left over.
    const group = own.eq(centre).where(last, own.eq(last).where(centre, own));
    const row = coord(2).sub(group.floordiv(kw).sub(kh.floordiv(2)).mul(dy));
    const column = coord(3).sub(group.mod(kw).sub(kw.floordiv(2)).mul(dx));
    const inside = within(row, height).and(within(column, width));
    return inside.where(
      x.at(coord(0), coord(1), row.clip(0, height.sub(1)), column.clip(0, width.sub(1))),
      0,
    );
  },
  { raw: [0], scalars: [null, 'int32', 'int32', 'int32', 'int32', 'int32', 'int32', 'int32'] },
);

function within(i: Expr, size: Operand): Expr {
  return i.ge(0).and(i.lt(size));
}

/** The shift; backwards it goes the other way. */
class Shift implements LinearOperator {
  readonly label = 'Shift';
  private readonly ksize: readonly number[];
  private readonly dilate: readonly number[];

  constructor(ksize: readonly number[], dilate: readonly number[]) {
    this.ksize = ksize;
    this.dilate = dilate;
  }

  apply(x: NdArray): NdArray {
    return this.by(x, this.dilate);
  }

  transposed(y: NdArray): NdArray {
    return this.by(
      y,
      this.dilate.map((d) => -d),
    );
  }

  private by(x: NdArray, dilate: readonly number[]): NdArray {
    const [, c, h, w] = x.shape as [number, number, number, number];
    return kernel.call([x, c, h, w, ...this.ksize, ...dilate], { shape: x.shape });
  }
}

/**
 * Shift: moves each group of channels another way, so that a 1×1 convolution behind it sees a whole window without its cost
 * (Wu et al., 2017).
 *
 * Channels are split into `kh·kw` groups, one for each place of the window; the last group stays where it is. What moves in from outside is 0.
 *
 * @param x `[N, C, H, W]` with at least `kh·kw` channels
 * @param options `ksize`: size of the window, odd, 3 unless given; `dilate`: distance of neighbours, 1 unless given.
 * @returns the shape of x
 * @throws {InvalidType} if x is not floating, has not 4 axes, or too few channels.
 * @throws {RangeError} for a window of even size.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const x = new Variable(xp.ones([1, 3, 1, 3]));
 * F.shift(x, { ksize: [1, 3] }).array.toArraySync(); // [[[[1, 1, 0]], [[0, 1, 1]], [[1, 1, 1]]]]
 */
export function shift(
  x: VariableLike,
  options: { readonly ksize?: Sizes; readonly dilate?: Sizes } = {},
): Variable {
  checkOptions('shift', options, ['ksize', 'dilate']);
  const ksize = perAxis('shift', 'ksize', options.ksize ?? 3, 2);
  const dilate = perAxis('shift', 'dilate', options.dilate ?? 1, 2);
  if (ksize.some((k) => k % 2 !== 1))
    throw new RangeError(`[shift] ksize must be odd, got [${ksize.join(', ')}]`);
  const a = asArray(x);
  expectFloat('shift', 'x', a);
  expectNdim('shift', 'x', a, 4);
  const places = (ksize[0] as number) * (ksize[1] as number);
  if ((a.shape[1] as number) < places)
    invalid('shift', `x has ${a.shape[1]} channels but a window of ${places} places needs as many`, { x: a });
  return linearMap(new Shift(ksize, dilate), x);
}
