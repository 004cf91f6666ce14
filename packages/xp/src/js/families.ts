import { argreduce } from './argreduce.ts';
import { convolution, convolutionData, convolutionWeight } from './convolution.ts';
import { family } from './family.ts';
import { fft } from './fft.ts';
import { gather } from './gather.ts';
import { groupNormalization, groupNormalizationGrad } from './group-normalization.ts';
import { col2im, im2col } from './im2col.ts';
import { eig } from './linalg/eigen.ts';
import { eigh, qr, svd } from './linalg/orthogonal.ts';
import { cholesky, lu, luSolve, triangularSolve } from './linalg/solve.ts';
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

// How functions reach kernels: `softmaxOn(x.device).softmax(…)`. On `js` a program has the families that its functions name here;
// other devices bring all. Copies, fills and elementwise programs are in every program and reached as `x.device.kernels.copy(…)`.

export const reduceOn = /*#__PURE__*/ family({ reduce });
export const argreduceOn = /*#__PURE__*/ family({ argreduce });
export const scanOn = /*#__PURE__*/ family({ scan });
export const fftOn = /*#__PURE__*/ family({ fft });
export const sortOn = /*#__PURE__*/ family({ sort, argsort });
export const gatherOn = /*#__PURE__*/ family({ gather });
export const scatterOn = /*#__PURE__*/ family({ scatter });
export const nonzeroOn = /*#__PURE__*/ family({ nonzero });
export const randomOn = /*#__PURE__*/ family({ random });
export const matmulOn = /*#__PURE__*/ family({ matmul });
export const solveOn = /*#__PURE__*/ family({ lu, luSolve, triangularSolve, cholesky });
export const orthogonalOn = /*#__PURE__*/ family({ qr, svd, eigh });
export const eigOn = /*#__PURE__*/ family({ eig });
export const convolutionOn = /*#__PURE__*/ family({ convolution, convolutionData, convolutionWeight });
export const columnsOn = /*#__PURE__*/ family({ im2col, col2im });
export const poolingOn = /*#__PURE__*/ family({
  maxPooling,
  maxPoolingGrad,
  maxPoolingPick,
  averagePooling,
  averagePoolingGrad,
});
export const normalizationOn = /*#__PURE__*/ family({
  batchNormalization,
  fixedBatchNormalization,
  batchNormalizationGrad,
});
export const groupNormalizationOn = /*#__PURE__*/ family({ groupNormalization, groupNormalizationGrad });
export const softmaxOn = /*#__PURE__*/ family({ softmax, softmaxGrad });
export const softmaxStatisticsOn = /*#__PURE__*/ family({ softmaxStatistics });
