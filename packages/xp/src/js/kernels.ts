import type { Kernels } from '../core/device.ts';
import { argreduce } from './argreduce.ts';
import { convolution, convolutionData, convolutionWeight } from './convolution.ts';
import { copy } from './copy.ts';
import { elementwise, elementwiseMany } from './elementwise.ts';
import { complete } from './family.ts';
import { fft } from './fft.ts';
import { fill } from './fill.ts';
import { gather } from './gather.ts';
import { groupNormalization, groupNormalizationGrad } from './group-normalization.ts';
import { col2im, im2col } from './im2col.ts';
import { cholesky, eig, eigh, lu, luSolve, qr, svd, triangularSolve } from './linalg/index.ts';
import { matmul } from './matmul.ts';
import { nonzero } from './nonzero.ts';
import { batchNormalization, batchNormalizationGrad, fixedBatchNormalization } from './normalization.ts';
import { averagePooling, averagePoolingGrad, maxPooling, maxPoolingGrad, maxPoolingPick } from './pooling.ts';
import { random } from './random.ts';
import { reduce } from './reduce.ts';
import { scan } from './scan.ts';
import { scatter } from './scatter.ts';
import { softmax, softmaxGrad, softmaxStatistics } from './softmax.ts';
import { argsort, sort } from './sort.ts';

/** The kernels of `js` with all families, whether functions reach for them or not: for devices that borrow. */
export const jsKernels: Kernels = /*#__PURE__*/ complete({
  copy,
  fill,
  elementwise,
  elementwiseMany,
  reduce,
  argreduce,
  scan,
  fft,
  sort,
  argsort,
  gather,
  scatter,
  nonzero,
  random,
  matmul,
  lu,
  luSolve,
  triangularSolve,
  cholesky,
  qr,
  svd,
  eigh,
  eig,
  convolution,
  convolutionData,
  convolutionWeight,
  im2col,
  col2im,
  maxPooling,
  maxPoolingGrad,
  maxPoolingPick,
  averagePooling,
  averagePoolingGrad,
  batchNormalization,
  batchNormalizationGrad,
  fixedBatchNormalization,
  groupNormalization,
  groupNormalizationGrad,
  softmax,
  softmaxGrad,
  softmaxStatistics,
});
