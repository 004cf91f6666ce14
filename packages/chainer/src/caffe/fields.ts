import type { Message } from '../protobuf/message.ts';

/** The message types of Caffe (caffe.proto, version 1.0), as far as they are read or written. */

const shape = { dim: [1, 'ints'] } as const;

const blob = {
  num: [1, 'int'],
  channels: [2, 'int'],
  height: [3, 'int'],
  width: [4, 'int'],
  data: [5, 'floats'],
  shape: [7, shape],
  doubleData: [8, 'doubles'],
} as const;

const concat = { concatDim: [1, 'int'], axis: [2, 'int'] } as const;

const convolution = {
  numOutput: [1, 'int'],
  biasTerm: [2, 'bool'],
  pad: [3, 'ints'],
  kernelSize: [4, 'ints'],
  group: [5, 'int'],
  stride: [6, 'ints'],
  padH: [9, 'int'],
  padW: [10, 'int'],
  kernelH: [11, 'int'],
  kernelW: [12, 'int'],
  strideH: [13, 'int'],
  strideW: [14, 'int'],
  dilation: [18, 'ints'],
} as const;

const pooling = {
  pool: [1, 'int'],
  kernelSize: [2, 'int'],
  stride: [3, 'int'],
  pad: [4, 'int'],
  kernelH: [5, 'int'],
  kernelW: [6, 'int'],
  strideH: [7, 'int'],
  strideW: [8, 'int'],
  padH: [9, 'int'],
  padW: [10, 'int'],
  globalPooling: [12, 'bool'],
} as const;

const parameters = {
  concat,
  convolution,
  dropout: { dropoutRatio: [1, 'float'] },
  eltwise: { operation: [1, 'int'], coeff: [2, 'floats'] },
  innerProduct: { numOutput: [1, 'int'], biasTerm: [2, 'bool'], axis: [5, 'int'], transpose: [6, 'bool'] },
  lrn: {
    localSize: [1, 'int'],
    alpha: [2, 'float'],
    beta: [3, 'float'],
    normRegion: [4, 'int'],
    k: [5, 'float'],
  },
  pooling,
  relu: { negativeSlope: [1, 'float'] },
  slice: { sliceDim: [1, 'int'], slicePoint: [2, 'ints'], axis: [3, 'int'] },
  softmax: { axis: [2, 'int'] },
} as const;

const layer = {
  name: [1, 'string'],
  type: [2, 'string'],
  bottom: [3, 'string', 'list'],
  top: [4, 'string', 'list'],
  phase: [10, 'int'],
  blobs: [7, blob, 'list'],
  concatParam: [104, concat],
  convolutionParam: [106, convolution],
  dropoutParam: [108, parameters.dropout],
  eltwiseParam: [110, parameters.eltwise],
  innerProductParam: [117, parameters.innerProduct],
  lrnParam: [118, parameters.lrn],
  poolingParam: [121, pooling],
  reluParam: [123, parameters.relu],
  softmaxParam: [125, parameters.softmax],
  sliceParam: [126, parameters.slice],
  reshapeParam: [133, { shape: [1, shape], axis: [2, 'int'], numAxes: [3, 'int'] }],
  batchNormParam: [
    139,
    { useGlobalStats: [1, 'bool'], movingAverageFraction: [2, 'float'], eps: [3, 'float'] },
  ],
  scaleParam: [142, { axis: [1, 'int'], numAxes: [2, 'int'], biasTerm: [4, 'bool'] }],
  inputParam: [143, { shape: [1, shape, 'list'] }],
} as const;

/** Layers as they were written until 2014: another message, types by number. */
const oldLayer = {
  bottom: [2, 'string', 'list'],
  top: [3, 'string', 'list'],
  name: [4, 'string'],
  type: [5, 'int'],
  blobs: [6, blob, 'list'],
  concatParam: [9, concat],
  convolutionParam: [10, convolution],
  dropoutParam: [12, parameters.dropout],
  innerProductParam: [17, parameters.innerProduct],
  lrnParam: [18, parameters.lrn],
  poolingParam: [19, pooling],
  eltwiseParam: [24, parameters.eltwise],
  reluParam: [30, parameters.relu],
  sliceParam: [31, parameters.slice],
  softmaxParam: [39, parameters.softmax],
} as const;

/** Names of the old types by their numbers. */
export const oldTypes: Readonly<Record<number, string>> = {
  3: 'Concat',
  4: 'Convolution',
  5: 'Data',
  6: 'Dropout',
  14: 'InnerProduct',
  15: 'LRN',
  17: 'Pooling',
  18: 'ReLU',
  19: 'Sigmoid',
  20: 'Softmax',
  21: 'SoftmaxWithLoss',
  22: 'Split',
  23: 'TanH',
  25: 'Eltwise',
  33: 'Slice',
  39: 'Deconvolution',
};

/** A whole network. */
export const netFields = {
  name: [1, 'string'],
  layers: [2, oldLayer, 'list'],
  layer: [100, layer, 'list'],
} as const;

export type CaffeBlob = Message<typeof blob>;
export type CaffeLayer = Message<typeof layer>;
export type CaffeNet = Message<typeof netFields>;
