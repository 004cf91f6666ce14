import { array, Slice, reshape as xpReshape } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import { expectFloat, expectNdim, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { add } from '../math/add.ts';
import { sub } from '../math/arithmetic.ts';
import { matmul } from '../math/matmul.ts';
import { cast } from './cast.ts';
import { expandDims } from './expand-dims.ts';
import { getItem } from './get-item.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

/**
 * The sampling grid of a spatial transformer: the places that an affine map sends a regular grid over [-1, 1] to.
 *
 * @param theta `[N, 2, 3]`
 * @param outputShape `[H, W]`
 * @returns `[N, 2, H, W]`; channel 0 is x, channel 1 is y
 * @throws {InvalidType} if theta is not a floating array `[N, 2, 3]`.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const theta = new Variable(xp.array([[[1, 0, 0], [0, 1, 0]]]));
 * F.spatialTransformerGrid(theta, [1, 2]).array.toArraySync(); // [[[[-1, 1]], [[-1, -1]]]]
 */
export function spatialTransformerGrid(theta: VariableLike, outputShape: readonly number[]): Variable {
  const t = asArray(theta);
  expectFloat('spatialTransformerGrid', 'theta', t);
  expectNdim('spatialTransformerGrid', 'theta', t, 3);
  if (t.shape[1] !== 2 || t.shape[2] !== 3)
    invalid('spatialTransformerGrid', 'theta must have shape [N, 2, 3]', { theta: t });
  const [h, w] = outputShape as [number, number];
  const on = (i: number, n: number) => (n === 1 ? -1 : -1 + (2 * i) / (n - 1));
  const places = Array.from({ length: h * w }, (_, k) => [on(k % w, w), on(Math.floor(k / w), h)]);
  const coordinates = array(
    [places.map((p) => p[0] as number), places.map((p) => p[1] as number), places.map(() => 1)],
    { dtype: t.dtype, device: t.device },
  );
  return reshape(matmul(theta, coordinates), [t.shape[0] as number, 2, h, w]);
}

/** From [-1, 1] to places in an image with a border of one, held inside it. */
const place = /*#__PURE__*/ elementwise(
  'spatialTransformerSampler',
  (u, size) => u.add(1).mul(size.sub(1)).div(2).add(1).max(0).min(size.add(1)),
  {
    derivative: ([u, size], y, gy) =>
      u && size
        ? [
            y
              .gt(0)
              .and(y.lt(size.add(1)))
              .where(gy.mul(size.sub(1)).div(2), 0),
            null,
          ]
        : [],
  },
);

/** The pixel before a place; the first for NaN, so that there is one to read. */
const pixelBefore = /*#__PURE__*/ elementwise('spatialTransformerSampler', (at, size) =>
  at.ge(0).where(at.floor().min(size), 0),
);

const weigh = /*#__PURE__*/ elementwise('spatialTransformerSampler', (x, wu, wv) => x.mul(wu).mul(wv));

/**
 * Reads an image at the places of a grid, bilinearly; outside the image it is zero.
 *
 * @param x `[N, C, H, W]`
 * @param grid `[N, 2, OH, OW]`: x and y, from -1 to 1 between the centres of the outermost pixels
 * @returns `[N, C, OH, OW]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const grid = xp.array([[[[0]], [[-1]]]]);
 * F.spatialTransformerSampler(new Variable(xp.array([[[[2, 4]]]])), grid).array.toArraySync(); // [[[[3]]]]
 */
export function spatialTransformerSampler(x: VariableLike, grid: VariableLike): Variable {
  const who = 'spatialTransformerSampler';
  const [a, g] = [asArray(x), asArray(grid)];
  expectFloat(who, 'x', a);
  expectSameDtype(who, 'x', a, 'grid', g);
  expectNdim(who, 'x', a, 4);
  expectNdim(who, 'grid', g, 4);
  if (g.shape[1] !== 2) invalid(who, 'grid must have 2 channels', { x: a, grid: g });
  if (g.shape[0] !== a.shape[0]) invalid(who, 'x and grid must have the same batch size', { x: a, grid: g });
  const [n, , h, w] = a.shape as [number, number, number, number];
  const bordered = pad(
    x,
    [
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1],
    ],
    'constant',
  );
  const batch = xpReshape(
    array(
      Int32Array.from({ length: n }, (_, i) => i),
      { device: a.device },
    ),
    [n, 1, 1],
  );
  const axis = (channel: number, size: number) => {
    const at = place(getItem(grid, [new Slice(null, null, null), channel]), size);
    // By functions, so that places are followed where a model is traced; they have no gradient.
    const before = pixelBefore(asVariable(at.array), size).array;
    const index = (pixel: VariableLike) => cast(pixel, 'int32').array;
    const share = sub(at, before);
    return { low: index(before), high: index(add(before, 1)), share, rest: sub(1, share) };
  };
  const u = axis(0, w);
  const v = axis(1, h);
  const read = (row: typeof u.low, column: typeof u.low, wu: Variable, wv: Variable) =>
    weigh(
      getItem(bordered, [batch, new Slice(null, null, null), row, column]),
      expandDims(wu, 3),
      expandDims(wv, 3),
    );
  const y = add(
    read(v.low, u.low, u.rest, v.rest),
    read(v.low, u.high, u.share, v.rest),
    read(v.high, u.low, u.rest, v.share),
    read(v.high, u.high, u.share, v.share),
  );
  return transpose(y, { axes: [0, 3, 1, 2] });
}
