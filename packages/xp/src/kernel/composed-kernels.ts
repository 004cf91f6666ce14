import type { Kernels } from '../core/device.ts';
import { type DType, float32, isHalf } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { axisInserted, reshaped } from '../core/views.ts';
import { normalizationOn } from '../js/families.ts';
import { ElementwiseKernel } from './elementwise-kernel.ts';
import { ReductionKernel } from './reduction-kernel.ts';

const affine = /*#__PURE__*/ new ElementwiseKernel('groupNormalization', 3, (unit, gamma, beta) =>
  unit.mul(gamma).add(beta),
);
const scaled = /*#__PURE__*/ new ElementwiseKernel('groupNormalizationGrad', 2, (gy, gamma) => gy.mul(gamma));
/** Sums of half types are carried in float32. */
const accumulator = (d: DType) => (isHalf(d) ? float32 : d);
const sum = /*#__PURE__*/ new ReductionKernel('groupNormalizationGrad', 1, {
  reduce: (a, b) => a.add(b),
  identity: 0,
  accumulator,
});
const dot = /*#__PURE__*/ new ReductionKernel('groupNormalizationGrad', 4, {
  map: (gy, x, mean, invStd) => gy.mul(x.sub(mean).mul(invStd)),
  reduce: (a, b) => a.add(b),
  identity: 0,
  accumulator,
});
const greatest = /*#__PURE__*/ new ReductionKernel('softmaxStatistics', 1, {
  reduce: (a, b) => a.max(b),
  identity: -Infinity,
});
const logSum = /*#__PURE__*/ new ReductionKernel('softmaxStatistics', 2, {
  map: (x, max) => x.sub(max).exp(),
  reduce: (a, b) => a.add(b),
  post: (a) => a.log(),
  identity: 0,
  accumulator,
});

/**
 * Kernels made of others, for devices that have nothing better: groups are the channels of a batch normalization, followed by a pass for
 * gamma and beta; the statistics of softmax are two reductions.
 */
export const composedKernels: Pick<
  Kernels,
  'groupNormalization' | 'groupNormalizationGrad' | 'softmaxStatistics'
> = {
  groupNormalization(x, gamma, beta, y, mean, invStd, eps) {
    if (x.size === 0) return;
    const { kernels } = x.device;
    const { rows, flat, wide } = formsOf(x, mean);
    const [one, zero] = [1, 0].map((value) => {
      const all = emptyOn(x.device, [rows], mean.dtype);
      kernels.fill(all, value);
      return all;
    }) as [NdArray, NdArray];
    const unit = emptyOn(x.device, flat, y.dtype);
    const variance = emptyOn(x.device, [rows], mean.dtype);
    const statistics = [mean, invStd].map((s) => emptyOn(x.device, [rows], s.dtype)) as [NdArray, NdArray];
    const [mu, inv] = statistics;
    const { batchNormalization } = normalizationOn(x.device);
    batchNormalization(reshaped(x, flat), one, zero, unit, mu, variance, inv, [0], eps);
    affine.call([reshaped(unit, x.shape), reshaped(gamma, wide), reshaped(beta, wide)], { out: [y] });
    kernels.copy(reshaped(mu, mean.shape), mean);
    kernels.copy(reshaped(inv, invStd.shape), invStd);
    for (const all of [one, zero, unit, variance, ...statistics]) all.storage.release();
  },
  groupNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta) {
    const { device } = x;
    if (x.size === 0) {
      for (const g of [ggamma, gbeta]) device.kernels.fill(g, 0);
      return;
    }
    const { rows, flat, wide } = formsOf(x, mean);
    const one = emptyOn(device, [rows], mean.dtype);
    device.kernels.fill(one, 1);
    const g = scaled.call([gy, reshaped(gamma, wide)]);
    const towards = emptyOn(device, flat, gx.dtype);
    const unused = [0, 1].map(() => emptyOn(device, [rows], mean.dtype)) as [NdArray, NdArray];
    const [mu, inv] = [reshaped(mean, [rows]), reshaped(invStd, [rows])];
    normalizationOn(device).batchNormalizationGrad(
      reshaped(x, flat),
      one,
      mu,
      inv,
      reshaped(g, flat),
      towards,
      ...unused,
      [0],
    );
    device.kernels.copy(reshaped(towards, x.shape), gx);
    const axis = x.shape.map((_, i) => i).filter((i) => i !== 1);
    sum.call([gy], { axis, out: gbeta });
    // Groups as an axis of their own, along which statistics and elements stand side by side.
    const [n, c] = x.shape as [number, number];
    const groups = mean.shape[1] as number;
    const apart = [n, groups, c / groups, x.size / (n * c)];
    const as = (s: NdArray) => reshaped(s, [n, groups, 1, 1]);
    const dots = dot.call([reshaped(gy, apart), reshaped(x, apart), as(mean), as(invStd)], { axis: [0, 3] });
    device.kernels.copy(reshaped(dots, [c]), ggamma);
    for (const all of [one, g, towards, ...unused, dots]) all.storage.release();
  },
  softmaxStatistics(x, max, rest, axis) {
    greatest.call([x], { axis, out: max });
    logSum.call([x, axisInserted(max, axis)], { axis, out: rest });
  },
};

/** The number of groups in all samples, the array with one in each row, and the shape in which `[C]` broadcasts to it. */
function formsOf({ shape, size }: NdArray, mean: NdArray) {
  const rows = mean.size;
  return { rows, flat: [rows, size / rows], wide: shape.slice(1).map((d, i) => (i === 0 ? d : 1)) };
}
