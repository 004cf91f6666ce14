import { NdArray, ReductionKernel } from '@chainer/xp/functions';
import { emptyOn, float32, float64 } from '@chainer/xp/internal';

const squares = /*#__PURE__*/ new ReductionKernel('norm', 1, {
  map: (x) => x.square(),
  reduce: (a, b) => a.add(b),
  identity: 0,
  accumulator: (d) => (d === float64 ? float64 : float32),
});
const total = /*#__PURE__*/ new ReductionKernel('norm', 1, { reduce: (a, b) => a.add(b), identity: 0 });

/** The sum of all squares of one array, on its device: a 0-d array, float32 at least. */
export function squaredNorm(x: NdArray): NdArray {
  return squares.call([x]);
}

/** The sum of all squares of several arrays of one device: one reduction each, and one over their results. */
export function totalSquaredNorm(arrays: readonly NdArray[]): NdArray {
  const first = arrays[0] as NdArray;
  if (arrays.length === 1) return squaredNorm(first);
  const d = arrays.some((x) => x.dtype === float64) ? float64 : float32;
  const parts = emptyOn(first.device, [arrays.length], d);
  arrays.forEach((x, i) => {
    squares.call([x], { out: new NdArray(parts.storage, d, [], [], i) });
  });
  return total.call([parts]);
}
