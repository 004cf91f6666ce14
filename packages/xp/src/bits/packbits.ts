import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { uint8 } from '../core/dtype.ts';
import { sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { dense } from '../core/read.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { ElementwiseKernel } from '../kernel/elementwise-kernel.ts';
import { coord, type Expr, fold, select } from '../scalar/expr.ts';

/** Which bit of a byte comes first: the highest (`'big'`) or the lowest. */
export type BitOrder = 'big' | 'little';

/** Options of `packbits`. */
export interface PackbitsOptions {
  /** null (or left out): the flattened array. */
  readonly axis?: number | null;
  readonly bitorder?: BitOrder;
}

/** Options of `unpackbits`. */
export interface UnpackbitsOptions extends PackbitsOptions {
  /** How many bits to keep; negative: how many to leave off at the end. Missing ones are 0. */
  readonly count?: number | null;
}

// Arrays are seen as [before, along, after], the axis in the middle.

/** Bits `8 j … 8 j + 7` of the axis as a byte; those beyond its extent n are 0. */
const pack = (order: BitOrder) =>
  new ElementwiseKernel(
    'packbits',
    2,
    (x: Expr, n: Expr) => {
      const first = coord(1).mul(8);
      const byte = fold(8, [0], ([sum], i) => {
        const place = first.add(i);
        const inside = place.lt(n);
        const bit = x
          .at(coord(0), select(inside, place, 0), coord(2))
          .ne(0)
          .and(inside);
        const shift = order === 'big' ? i.neg().add(7) : i;
        return [(sum as Expr).add(select(bit, 1, 0).cast('int32').shl(shift))];
      })[0] as Expr;
      return byte.cast('uint8');
    },
    { raw: [0], scalars: [null, 'int32'], outputs: ['uint8'] },
  );

/** Bit `j mod 8` of byte `⌊j / 8⌋`; 0 beyond the n bits there are. */
const unpack = (order: BitOrder) =>
  new ElementwiseKernel(
    'unpackbits',
    2,
    (x: Expr, n: Expr) => {
      const place = coord(1);
      const inside = place.lt(n);
      const byte = x.at(coord(0), select(inside, place, 0).shr(3), coord(2)).cast('int32');
      const low = place.and(7);
      const bit = byte.shr(order === 'big' ? low.neg().add(7) : low).and(1);
      return select(inside, bit, 0);
    },
    { raw: [0], scalars: [null, 'int32'], outputs: ['uint8'] },
  );

const packers = /*#__PURE__*/ both(pack);
const unpackers = /*#__PURE__*/ both(unpack);

function both(make: (order: BitOrder) => ElementwiseKernel): Readonly<Record<BitOrder, ElementwiseKernel>> {
  return { big: make('big'), little: make('little') };
}

function orderOf(options: PackbitsOptions, who: string): BitOrder {
  const order = options.bitorder ?? 'big';
  if (order !== 'big' && order !== 'little') {
    throw new ValueError(`[${who}] bitorder is 'big' or 'little', got '${order}'`);
  }
  return order;
}

function middle(x: NdArray, axis: number | null): { readonly box: NdArray; readonly axis: number } {
  const shape = axis === null ? [x.size] : x.shape;
  const at = axis ?? 0;
  const sides = [sizeOf(shape.slice(0, at)), shape[at] as number, sizeOf(shape.slice(at + 1))];
  const d = dense(x);
  return { box: new NdArray(d.storage, d.dtype, sides, undefined, d.offset), axis: at };
}

function run(
  kernel: ElementwiseKernel,
  x: NdArray,
  box: NdArray,
  axis: number | null,
  length: number,
  n: number,
): NdArray {
  const [before, , after] = box.shape as [number, number, number];
  const shape = axis === null ? [length] : x.shape.map((d, a) => (a === axis ? length : d));
  const result = emptyOn(x.device, shape, uint8);
  const sides = [before, length, after];
  if (result.size > 0 && box.size === 0) x.device.kernels.fill(result, 0);
  else if (result.size > 0) {
    kernel.call([box, n], { shape: sides, out: [new NdArray(result.storage, uint8, sides)] });
  }
  return result;
}

/**
 * Packs booleans or integers (not 0 is 1) into the bits of bytes along an axis, padded with 0.
 *
 * @throws {DTypeError} for floating or complex arrays.
 * @example
 * import { array, packbits } from '@chainer/xp';
 * packbits(array([true, false, true])).toArraySync(); // [160]
 */
export function packbits(a: NdArray, options: PackbitsOptions = {}): NdArray {
  checkOptions('packbits', options, ['axis', 'bitorder']);
  if (a.dtype.kind === 'f' || a.dtype.kind === 'c') {
    throw new DTypeError(`[packbits] a is an integer or bool array, got ${a.dtype.name}`);
  }
  const order = orderOf(options, 'packbits');
  const axis =
    options.axis === undefined || options.axis === null
      ? null
      : normalizeAxis(options.axis, a.ndim, 'packbits');
  const { box } = middle(a, axis);
  const n = box.shape[1] as number;
  return run(packers[order], a, box, axis, Math.ceil(n / 8), n);
}

/**
 * The bits of bytes along an axis, as zeros and ones of uint8.
 *
 * @throws {DTypeError} unless the array is uint8.
 * @example
 * import { array, unpackbits } from '@chainer/xp';
 * unpackbits(array([160], { dtype: 'uint8' }), { count: 3 }).toArraySync(); // [1, 0, 1]
 */
export function unpackbits(a: NdArray, options: UnpackbitsOptions = {}): NdArray {
  checkOptions('unpackbits', options, ['count', 'axis', 'bitorder']);
  if (a.dtype !== uint8) throw new DTypeError(`[unpackbits] a is a uint8 array, got ${a.dtype.name}`);
  const order = orderOf(options, 'unpackbits');
  const axis =
    options.axis === undefined || options.axis === null
      ? null
      : normalizeAxis(options.axis, a.ndim, 'unpackbits');
  const { box } = middle(a, axis);
  const n = 8 * (box.shape[1] as number);
  const count = options.count ?? n;
  if (count < -n)
    throw new ValueError(`[unpackbits] count ${count} leaves off more than the ${n} bits there are`);
  return run(unpackers[order], a, box, axis, count < 0 ? n + count : count, n);
}
