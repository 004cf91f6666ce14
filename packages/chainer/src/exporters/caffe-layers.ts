import { astype, hostArray, type NdArray, ones } from '@chainer/xp/functions';
import type { CaffeBlob, CaffeLayer } from '../caffe/fields.ts';
import type { Call } from '../computational-graph/trace.ts';
import type { ElementwiseNode } from '../core/elementwise.ts';
import type { LinearMap } from '../core/linear-map.ts';
import type { Softmax } from '../functions/activation/softmax.ts';
import type { Concat } from '../functions/array/concat.ts';
import type { Convolution, ConvolutionData } from '../functions/connection/convolution-nd.ts';
import type { FixedBatchNormalization } from '../functions/normalization/fixed-batch-normalization.ts';
import type { ChannelSum } from '../functions/normalization/local-response-normalization.ts';
import type { AveragePooling } from '../functions/pooling/average-pooling-nd.ts';
import type { MaxPooling } from '../functions/pooling/max-pooling-nd.ts';
import { rowMajor } from '../serializers/saveable.ts';

/** A layer without its name and its top, and the arrays from which it is computed. */
export interface Draft extends Omit<CaffeLayer, 'name' | 'top' | 'bottom' | 'blobs'> {
  readonly bottoms: readonly NdArray[];
  readonly weights?: readonly NdArray[];
}

/** How a function is written: as one layer, or several, each on top of the one before. */
export type CaffeRule = (call: Call<never>, callOf: (x: NdArray) => Call | null) => readonly Draft[];

/** An array as a blob. */
export async function toBlob(x: NdArray): Promise<CaffeBlob> {
  const { data } = await hostArray(rowMajor(astype(x, 'float32')));
  return { shape: { dim: [...x.shape] }, data: data as Float32Array };
}

const simple =
  (type: string) =>
  ({ inputs }: Call): readonly Draft[] => [{ type, bottoms: inputs }];

function linear({ inputs: [x, W, b] }: Call): readonly Draft[] {
  const weights = [W, b].filter((w): w is NdArray => w !== undefined);
  const numOutput = (W as NdArray).shape[0] as number;
  return [
    {
      type: 'InnerProduct',
      bottoms: [x as NdArray],
      weights,
      innerProductParam: { numOutput, biasTerm: b !== undefined },
    },
  ];
}

/** A convolution (or its transpose); Caffe pads both ends alike. */
const convolution =
  (type: 'Convolution' | 'Deconvolution') =>
  ({ node, inputs: [x, W, b] }: Call<Convolution | ConvolutionData>): readonly Draft[] => {
    const { stride, pad, dilate, groups } = node.g;
    const [O, C, kernelH, kernelW] = (W as NdArray).shape as [number, number, number, number];
    const weights = [W, b].filter((w): w is NdArray => w !== undefined);
    return [
      {
        type,
        bottoms: [x as NdArray],
        weights,
        convolutionParam: {
          numOutput: type === 'Convolution' ? O : C * groups,
          biasTerm: b !== undefined,
          padH: pad[0] as number,
          padW: pad[1] as number,
          kernelH,
          kernelW,
          strideH: stride[0] as number,
          strideW: stride[1] as number,
          group: groups,
          ...(dilate.some((d) => d !== 1) ? { dilation: [...dilate] } : {}),
        },
      },
    ];
  };

const pooling =
  (pool: 0 | 1) =>
  ({ node, inputs }: Call<MaxPooling | AveragePooling>): readonly Draft[] => {
    const { ksize, stride, pad } = node.windows;
    const [kernelH, kernelW] = ksize as [number, number];
    const [strideH, strideW] = stride as [number, number];
    const [padH, padW] = pad as [number, number];
    return [
      {
        type: 'Pooling',
        bottoms: inputs,
        poolingParam: { pool, kernelH, kernelW, strideH, strideW, padH, padW },
      },
    ];
  };

function normalization({ node, inputs }: Call<FixedBatchNormalization>): readonly Draft[] {
  const [x, gamma, beta, mean, variance] = inputs as [NdArray, NdArray, NdArray, NdArray, NdArray];
  if (node.axes?.kept.join() !== '1')
    throw new Error('[caffe.export] FixedBatchNormalization: Caffe normalizes channels (axis 1) only');
  return [
    {
      type: 'BatchNorm',
      bottoms: [x],
      weights: [mean, variance, ones([1], { device: mean.device })],
      batchNormParam: { useGlobalStats: true, eps: node.eps },
    },
    { type: 'Scale', bottoms: [], weights: [gamma, beta], scaleParam: { axis: 1, biasTerm: true } },
  ];
}

/** Behind it stand a square and its sum over channels, which Caffe computes in one layer. */
function lrn(
  { node, inputs: [x, sum] }: Call<ElementwiseNode>,
  callOf: (x: NdArray) => Call | null,
): readonly Draft[] {
  const [k, alpha, beta] = (node.scalars ?? []).filter((v): v is number => v !== null) as [
    number,
    number,
    number,
  ];
  const over = callOf(sum as NdArray) as Call<LinearMap>;
  const localSize = 2 * (over.node.operator as ChannelSum).half + 1;
  return [
    {
      type: 'LRN',
      bottoms: [x as NdArray],
      lrnParam: { normRegion: 0, localSize, k, alpha: alpha * localSize, beta },
    },
  ];
}

function softmax({ node, inputs }: Call<Softmax>): readonly Draft[] {
  if (node.axis !== 1) throw new Error(`[caffe.export] Softmax: Caffe's is along axis 1, not ${node.axis}`);
  return [{ type: 'Softmax', bottoms: inputs }];
}

/** 0 stands for the extent that the argument has: a first axis that stays may have another one when the network is run. */
function reshape({ inputs, outputs }: Call): readonly Draft[] {
  const [x, y] = [inputs[0] as NdArray, outputs[0] as NdArray];
  const dim = y.shape.map((d, i) => (i === 0 && d === x.shape[0] ? 0 : d));
  return [{ type: 'Reshape', bottoms: inputs, reshapeParam: { shape: { dim } } }];
}

/** Functions that Caffe has a layer for, by their labels. */
export const caffeRules: Readonly<Record<string, CaffeRule>> = {
  LinearFunction: linear,
  Convolution2DFunction: convolution('Convolution'),
  Deconvolution2DFunction: convolution('Deconvolution'),
  MaxPooling2D: pooling(0),
  AveragePooling2D: pooling(1),
  FixedBatchNormalization: normalization,
  LocalResponseNormalization: lrn,
  ReLU: simple('ReLU'),
  LeakyReLU: ({ node, inputs }: Call<ElementwiseNode>) => [
    { type: 'ReLU', bottoms: inputs, reluParam: { negativeSlope: node.scalars?.[1] as number } },
  ],
  Sigmoid: simple('Sigmoid'),
  Tanh: simple('TanH'),
  Softmax: softmax,
  Concat: ({ node, inputs }: Call<Concat>) => [
    { type: 'Concat', bottoms: inputs, concatParam: { axis: node.axis } },
  ],
  Reshape: reshape,
  '_ + _': ({ node, inputs }: Call<ElementwiseNode>) => {
    if (node.scalars !== null) throw new Error("[caffe.export] '_ + _': Caffe adds blobs, not numbers");
    return [{ type: 'Eltwise', bottoms: inputs, eltwiseParam: { operation: 1 } }];
  },
};
