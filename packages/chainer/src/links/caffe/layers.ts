import { array, multiply, transpose as xpTranspose } from '@chainer/xp/functions';
import { overwrite } from '@chainer/xp/internal';
import type { CaffeBlob, CaffeLayer } from '../../caffe/fields.ts';
import { blobData, blobShape } from '../../caffe/net.ts';
import { usingConfig } from '../../core/config.ts';
import type { Link } from '../../core/link.ts';
import type { Variable } from '../../core/variable.ts';
import { leakyRelu } from '../../functions/activation/leaky-relu.ts';
import { relu } from '../../functions/activation/relu.ts';
import { sigmoid } from '../../functions/activation/sigmoid.ts';
import { softmax } from '../../functions/activation/softmax.ts';
import { tanh } from '../../functions/activation/tanh.ts';
import { concat } from '../../functions/array/concat.ts';
import { reshape } from '../../functions/array/reshape.ts';
import { splitAxis } from '../../functions/array/split-axis.ts';
import { softmaxCrossEntropy } from '../../functions/loss/softmax-cross-entropy.ts';
import { add } from '../../functions/math/add.ts';
import { mul } from '../../functions/math/arithmetic.ts';
import { maximum } from '../../functions/math/maximum.ts';
import { dropout } from '../../functions/noise/dropout.ts';
import { localResponseNormalization } from '../../functions/normalization/local-response-normalization.ts';
import { averagePooling2d } from '../../functions/pooling/average-pooling2d.ts';
import { maxPooling2d } from '../../functions/pooling/max-pooling2d.ts';
import { Convolution2D } from '../connection/convolution2d.ts';
import { Deconvolution2D } from '../connection/deconvolution2d.ts';
import { Linear } from '../connection/linear.ts';
import { Scale } from '../connection/scale.ts';
import { BatchNormalization } from '../normalization/batch-normalization.ts';

type Xs = readonly Variable[];

/** What a layer does: with weights, by a link; without, by a function. */
export interface CaffeStep {
  readonly link?: Link;
  /** @param link the link above, or the copy of it that belongs to a copy of the network */
  readonly run: (xs: Xs, link: Link) => Variable | readonly Variable[];
}

const first = (xs: Xs): Variable => xs[0] as Variable;
const fail = (layer: CaffeLayer, what: string): never => {
  throw new Error(`[CaffeFunction] layer '${layer.name}' (${layer.type}): ${what}`);
};

const blobOf = (layer: CaffeLayer, k: number): CaffeBlob =>
  layer.blobs?.[k] ?? fail(layer, `blob ${k} is missing: the file has no weights`);

/** A blob as an array, of another shape if given. */
function weights(layer: CaffeLayer, k: number, given?: readonly number[]) {
  const blob = blobOf(layer, k);
  const shape = given ?? blobShape(blob);
  const data = blobData(blob);
  if (data.length !== shape.reduce((a, d) => a * d, 1))
    fail(layer, `blob ${k} has ${data.length} values, which do not fit shape [${shape.join(', ')}]`);
  return array(data, { shape, dtype: 'float32' });
}

const bias = (layer: CaffeLayer, k: number, size: number) => weights(layer, k, [size]);

/** A size that is given for both axes, for each by a list, or by fields of its own. */
function pair(
  both: number | readonly number[] | undefined,
  height: number | undefined,
  width: number | undefined,
  otherwise: number,
): [number, number] {
  if (height !== undefined || width !== undefined) return [height ?? 0, width ?? 0];
  const list = typeof both === 'number' ? [both] : (both ?? []);
  const [h = otherwise, w = h] = list;
  return [h, w];
}

function geometry(layer: CaffeLayer) {
  const p = layer.convolutionParam ?? {};
  return {
    stride: pair(p.stride, p.strideH, p.strideW, 1),
    pad: pair(p.pad, p.padH, p.padW, 0),
    dilate: pair(p.dilation, undefined, undefined, 1),
    groups: p.group ?? 1,
    nobias: p.biasTerm === false,
  };
}

function convolution(layer: CaffeLayer): CaffeStep {
  const { nobias, groups, ...options } = geometry(layer);
  const W = weights(layer, 0);
  const [output, input, ...ksize] = W.shape as [number, number, number, number];
  const initialBias = nobias ? null : bias(layer, 1, output);
  const own = { ...options, groups, nobias, initialW: W, initialBias };
  return byLink(new Convolution2D(input * groups, output, ksize, own));
}

function deconvolution(layer: CaffeLayer): CaffeStep {
  const { nobias, groups, ...options } = geometry(layer);
  const W = weights(layer, 0);
  const [input, output, ...ksize] = W.shape as [number, number, number, number];
  const initialBias = nobias ? null : bias(layer, 1, output * groups);
  const own = { ...options, groups, nobias, initialW: W, initialBias };
  return byLink(new Deconvolution2D(input, output * groups, ksize, own));
}

const byLink = (link: Link): CaffeStep => ({
  link,
  run: (xs, own) => (own as unknown as { forward(...xs: Xs): Variable }).forward(...xs),
});

function innerProduct(layer: CaffeLayer): CaffeStep {
  const { biasTerm = true, axis = 1, transpose = false } = layer.innerProductParam ?? {};
  if (axis !== 1) fail(layer, `axis ${axis} is not supported, only 1`);
  const [rows, columns] = blobShape(blobOf(layer, 0)).slice(-2) as [number, number];
  const stored = weights(layer, 0, [rows, columns]);
  const W = transpose ? xpTranspose(stored) : stored;
  const [output, input] = W.shape as [number, number];
  const initialBias = biasTerm ? bias(layer, 1, output) : null;
  return byLink(new Linear(input, output, { nobias: !biasTerm, initialW: W, initialBias }));
}

function batchNorm(layer: CaffeLayer): CaffeStep {
  const { useGlobalStats = false, movingAverageFraction = 0.999, eps = 1e-5 } = layer.batchNormParam ?? {};
  const size = blobData(blobOf(layer, 0)).length;
  const link = new BatchNormalization(size, {
    decay: movingAverageFraction,
    eps,
    useGamma: false,
    useBeta: false,
  });
  // The statistics are stored times a factor, which is the third blob.
  const factor = layer.blobs?.[2] === undefined ? 1 : (blobData(blobOf(layer, 2))[0] as number);
  for (const [k, statistic] of [link.avgMean, link.avgVar].entries())
    if (statistic) overwrite(statistic, multiply(bias(layer, k, size), factor === 0 ? 0 : 1 / factor));
  const { run } = byLink(link);
  return { link, run: useGlobalStats ? (xs, own) => usingConfig('train', false, () => run(xs, own)) : run };
}

function scale(layer: CaffeLayer): CaffeStep {
  const { axis = 1, biasTerm = false } = layer.scaleParam ?? {};
  // With two bottoms the factors are the second.
  const own = layer.bottom?.length === 1;
  const shape = own || biasTerm ? blobShape(blobOf(layer, 0)) : null;
  const link = own
    ? new Scale({ axis, WShape: shape, biasTerm })
    : new Scale({ axis, biasTerm, biasShape: shape });
  if (link.W) overwrite(link.W.array, weights(layer, 0));
  if (biasTerm && link.bias?.b) overwrite(link.bias.b.array, weights(layer, own ? 1 : 0));
  return byLink(link);
}

function pooling(layer: CaffeLayer): CaffeStep {
  const p = layer.poolingParam ?? {};
  const { pool = 0, globalPooling = false } = p;
  if (pool !== 0 && pool !== 1) fail(layer, 'stochastic pooling is not supported');
  const options = { stride: pair(p.stride, p.strideH, p.strideW, 1), pad: pair(p.pad, p.padH, p.padW, 0) };
  const known = p.kernelSize !== undefined || p.kernelH !== undefined;
  if (!known && !globalPooling) fail(layer, 'kernel_size is missing');
  const ksize = known ? pair(p.kernelSize, p.kernelH, p.kernelW, 0) : null;
  const apply = pool === 0 ? maxPooling2d : averagePooling2d;
  return { run: ([x]) => apply(x as Variable, ksize ?? (x as Variable).shape.slice(2), options) };
}

function eltwise(layer: CaffeLayer): CaffeStep {
  const { operation = 1, coeff } = layer.eltwiseParam ?? {};
  const join = [mul, add, maximum][operation];
  if (join === undefined) fail(layer, `there is no operation ${operation}`);
  const apply = join as (a: Variable, b: Variable) => Variable;
  const factors = operation === 1 && coeff !== undefined && coeff.length > 0 ? [...coeff] : null;
  if (factors !== null && factors.length !== layer.bottom?.length)
    fail(layer, `${factors.length} coefficients for ${layer.bottom?.length} blobs`);
  return {
    run: (xs) =>
      xs.map((x, i) => (factors === null ? x : mul(x, factors[i] as number))).reduce((a, b) => apply(a, b)),
  };
}

function lrn(layer: CaffeLayer): CaffeStep {
  const { localSize = 5, alpha = 1, beta = 0.75, k = 1, normRegion = 0 } = layer.lrnParam ?? {};
  if (normRegion !== 0) fail(layer, 'normalization within channels is not supported');
  return {
    run: (xs) => localResponseNormalization(first(xs), { n: localSize, k, alpha: alpha / localSize, beta }),
  };
}

function slice(layer: CaffeLayer): CaffeStep {
  const { axis, sliceDim, slicePoint = [] } = layer.sliceParam ?? {};
  const parts = slicePoint.length > 0 ? slicePoint : (layer.top?.length ?? 1);
  return { run: (xs) => splitAxis(first(xs), parts, axis ?? sliceDim ?? 1) };
}

function channelAxis(layer: CaffeLayer): void {
  const { axis = 1 } = layer.softmaxParam ?? {};
  if (axis !== 1) fail(layer, `softmax along axis ${axis} is not supported, only 1 (channels)`);
}

function concatenation(layer: CaffeLayer): CaffeStep {
  const { axis, concatDim } = layer.concatParam ?? {};
  return { run: (xs) => concat(xs, { axis: axis ?? concatDim ?? 1 }) };
}

function reshaping(layer: CaffeLayer): CaffeStep {
  const dims = layer.reshapeParam?.shape?.dim ?? [];
  // 0 stands for the size that is there.
  return {
    run: ([x]) =>
      reshape(
        x as Variable,
        dims.map((d, i) => (d === 0 ? ((x as Variable).shape[i] as number) : d)),
      ),
  };
}

/** Layers by type; null: nothing to do. */
export const layerTypes: Readonly<Record<string, ((layer: CaffeLayer) => CaffeStep) | null>> = {
  BatchNorm: batchNorm,
  Concat: concatenation,
  Convolution: convolution,
  Data: null,
  Deconvolution: deconvolution,
  Dropout: ({ dropoutParam }) => ({
    run: (xs) => dropout(first(xs), { ratio: dropoutParam?.dropoutRatio ?? 0.5 }),
  }),
  Eltwise: eltwise,
  InnerProduct: innerProduct,
  Input: null,
  LRN: lrn,
  Pooling: pooling,
  ReLU: ({ reluParam }) => {
    const slope = reluParam?.negativeSlope ?? 0;
    return { run: (xs) => (slope === 0 ? relu(first(xs)) : leakyRelu(first(xs), { slope })) };
  },
  Reshape: reshaping,
  Scale: scale,
  Sigmoid: () => ({ run: (xs) => sigmoid(first(xs)) }),
  Slice: slice,
  Softmax: (layer) => {
    channelAxis(layer);
    return { run: (xs) => softmax(first(xs)) };
  },
  SoftmaxWithLoss: (layer) => {
    channelAxis(layer);
    return { run: ([x, t]) => softmaxCrossEntropy(x as Variable, t as Variable) };
  },
  TanH: () => ({ run: (xs) => tanh(first(xs)) }),
};
