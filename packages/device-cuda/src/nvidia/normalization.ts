import { type DType, float32, float64, type Kernels, type NdArray } from '@chainer/xp/internal';
import { elementType } from '../cuda/types.ts';
import { Dense } from '../dense.ts';
import { blocksFor, walking } from '../grid.ts';
import type { KernelText } from '../kernel.ts';
import { gathered, mostHeld } from '../normalization.ts';
import { type Cudnn, cudnnTypes, mostElements } from './cudnn.ts';

type Family = Pick<Kernels, 'batchNormalization' | 'batchNormalizationGrad'>;

/** `cudnnBatchNormMode_t`. */
const perActivation = 0;
const spatial = 1;
/** `CUDNN_BN_MIN_EPSILON`, which was 1e-5 before cuDNN 7.5. */
const leastEpsilon = 0;
/** What the gradient is told: given the statistics, cuDNN does not use it. */
const someEpsilon = 1e-5;

/** Variances from what cuDNN leaves, `1 / sqrt(variance + eps)`. Where they are small beside eps, their last digits are those of eps. */
const varianceText = (d: DType): KernelText =>
  walking(
    'batch_variance',
    'int',
    [`${elementType(d)}* variance`, `const ${elementType(d)}* invStd`, 'double eps'],
    `const double s = (double)p.invStd[id];
  const double v = 1.0 / (s * s) - p.eps;
  p.variance[id] = (${elementType(d)})(v < 0 ? 0 : v);`,
  );

/**
 * Batch normalization by cuDNN where a channel does not fit into the registers of a block: statistics and results are then two passes over x
 * whoever computes them. Where it fits, the kernel of the device reads x once, and cuDNN's twice. The gradient reads x and gy
 * twice in both, and is cuDNN's. With given statistics there is one pass, for which cuDNN would want parameters of half types as
 * float32: the device's kernel has it.
 */
export function normalizationByLibrary(dnn: Cudnn, portable: Family & Pick<Kernels, 'copy'>): Family {
  const { ctx, native } = dnn;
  const { copy } = portable;

  const takes = (x: NdArray, y: NdArray) =>
    x.dtype.name in cudnnTypes && y.dtype === x.dtype && x.size > 0 && x.size <= mostElements;

  /** Descriptors of the array, seen as `[N, C, inner, 1]`, and of what has a number for each channel. */
  function formOf(x: NdArray, { channels, inner }: { channels: number; inner: number }) {
    const of = x.dtype === float64 ? float64 : float32;
    return {
      mode: inner === 1 ? perActivation : spatial,
      of,
      array: dnn.tensor(x.dtype.name, [x.size / channels / inner, channels, inner, 1]),
      kept: dnn.tensor(of.name, [1, channels, 1, 1]),
      zero: dnn.factor(of.name, 0),
      one: dnn.factor(of.name, 1),
    };
  }

  const call = (name: string, ints: readonly number[], doubles: readonly number[]) =>
    dnn.verify(name, native.statusWith(dnn.library.fn(name), ints, doubles));

  return {
    batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps) {
      const { view, layout } = gathered(x, axes);
      const held = x.size / layout.channels <= mostHeld;
      if (!takes(x, y) || held || eps < leastEpsilon) {
        portable.batchNormalization(x, gamma, beta, y, mean, variance, invStd, axes, eps);
        return;
      }
      const { mode, of, array, kept, zero, one } = formOf(x, layout);
      const dense = new Dense(copy);
      const to = dense.output(gathered(y, axes).view);
      const from = dense.input(view);
      const [scale, shift] = [dense.input(gamma, of), dense.input(beta, of)];
      const results = [mean, variance, invStd].map((s) => dense.output(s, of)) as [NdArray, NdArray, NdArray];
      dnn.follow();
      call(
        'cudnnBatchNormalizationForwardTraining',
        [
          ...[dnn.handle, mode, one, zero, array, dnn.addressOf(from), array, dnn.addressOf(to), kept],
          // No running averages: the link has its own.
          ...[dnn.addressOf(scale), dnn.addressOf(shift), 0, 0],
          ...[dnn.addressOf(results[0]), dnn.addressOf(results[2])],
        ],
        [0, eps],
      );
      ctx.kernels
        .get(`cudnn;variance;${of.name}`, () => varianceText(of))
        .run([layout.channels, results[1], results[2], eps], blocksFor(layout.channels));
      dense.finish();
    },

    batchNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta, axes) {
      if (!takes(x, gx) || gy.dtype !== x.dtype) {
        portable.batchNormalizationGrad(x, gamma, mean, invStd, gy, gx, ggamma, gbeta, axes);
        return;
      }
      const { view, layout } = gathered(x, axes);
      const { mode, of, array, kept, zero, one } = formOf(x, layout);
      const dense = new Dense(copy);
      const to = dense.output(gathered(gx, axes).view);
      const [from, grads] = [dense.input(view), dense.input(gathered(gy, axes).view)];
      const [scale, center, spread] = [gamma, mean, invStd].map((s) => dense.input(s, of)) as NdArray[];
      const results = [ggamma, gbeta].map((s) => dense.output(s, of));
      dnn.follow();
      call(
        'cudnnBatchNormalizationBackward',
        [
          ...[
            dnn.handle,
            mode,
            one,
            zero,
            one,
            zero,
            array,
            dnn.addressOf(from),
            array,
            dnn.addressOf(grads),
          ],
          ...[array, dnn.addressOf(to), kept, dnn.addressOf(scale!), ...results.map((r) => dnn.addressOf(r))],
          ...[dnn.addressOf(center!), dnn.addressOf(spread!)],
        ],
        [someEpsilon],
      );
      dense.finish();
    },
  };
}
