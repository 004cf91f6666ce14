import { array, random } from '@chainer/xp';
import { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import { CooMatrix } from '../utils/coo-matrix.ts';
import type { Case } from './catalogue.testing.ts';
import { integers, normal, positive, variances, weights } from './catalogue-values.testing.ts';

const v = (...shape: number[]): Variable => new Variable(weights(...shape));
const corners = () => [
  array([
    [0.5, 1, 3.25, 5],
    [-0.5, 2.25, 4.75, 6.5],
    [1, 1, 1.25, 1.5],
  ]),
  integers([0, 1, 1]),
];

const gates = (n: number, input: number, units: number): Variable[] =>
  Array.from({ length: 2 * n }, (_, k) => v(units, k < n ? input : units));
const biases = (n: number, units: number): Variable[] => Array.from({ length: 2 * n }, () => v(units));
/** Weights of one layer in one direction, or in both. */
const layer = (n: number, directions: number): [Variable[][], Variable[][]] => [
  Array.from({ length: directions }, () => gates(n, 3, 2)),
  Array.from({ length: directions }, () => biases(n, 2)),
];
const flat = ([h, ys]: readonly [Variable, readonly Variable[]]): Variable[] => [h, ...ys];
const flat2 = ([h, c, ys]: readonly [Variable, Variable, readonly Variable[]]): Variable[] => [h, c, ...ys];
const sequences = () => [normal(3, 3), normal(2, 3)];

/** Functions that layers are made of. */
export const layers: Readonly<Record<string, Case>> = {
  linear: [
    (x) => [F.linear(x, v(5, 4), v(5)), F.linear(x, v(5, 4)), F.linear(x, v(2, 2), null, { nBatchAxes: 2 })],
    [normal(3, 2, 2)],
  ],
  bilinear: [(a, b) => F.bilinear(a, b, v(3, 4, 2), v(3, 2), v(4, 2), v(2)), [normal(2, 3), normal(2, 4)]],
  'convolutions of other ranks': [
    (x, y) => [
      F.convolutionNd(x, v(2, 2, 3), null, { pad: 1 }),
      F.deconvolution1d(x, v(2, 3, 3), v(3), { stride: 2 }),
      F.deconvolutionNd(y, v(2, 1, 2, 2, 2), null),
      F.deconvolution3d(y, v(2, 1, 2, 2, 2), v(1), { stride: 2 }),
    ],
    [normal(2, 2, 5), normal(1, 2, 2, 3, 2)],
  ],
  dilatedConvolution2d: [
    (x) => F.dilatedConvolution2d(x, v(3, 2, 2, 2), v(3), { dilate: 2 }),
    [normal(2, 2, 5, 6)],
  ],
  localConvolution2d: [(x) => F.localConvolution2d(x, v(3, 2, 2, 2, 3, 3)), [normal(1, 2, 4, 4)]],
  deformableConvolution2dSampler: [
    (x, offset) => F.deformableConvolution2dSampler(x, offset, v(3, 2, 2, 2), v(3), { pad: 1 }),
    [normal(1, 2, 4, 5), normal(1, 8, 5, 6)],
  ],
  shift: [(x) => F.shift(x, { ksize: 3, dilate: 1 }), [normal(2, 11, 4, 5)]],
  im2col: [
    (x) => [F.im2col(x, [2, 3], { pad: 1, stride: 2 }), F.im2col(x, 3, { dilate: 2 })],
    [normal(2, 3, 6, 7)],
  ],
  'pooling of other ranks': [
    (x, y) => [
      F.maxPooling1d(x, 3, { stride: 2, pad: 1 }),
      F.averagePooling1d(x, 2),
      F.maxPoolingNd(y, 2, { stride: 1 }),
      F.maxPooling3d(y, 2),
      F.averagePooling3d(y, 2, { pad: 1 }),
    ],
    [normal(2, 2, 7), normal(1, 2, 4, 5, 4)],
  ],
  spatialPyramidPooling2d: [(x) => F.spatialPyramidPooling2d(x, 2, { pooling: 'max' }), [normal(1, 3, 9, 7)]],
  unpooling: [
    (x, y, z) => [
      F.unpooling1d(x, 3, { stride: 2, pad: 1 }),
      F.unpooling2d(y, 2),
      F.unpooling2d(y, 3, { stride: 2, outsize: [7, 9], coverAll: false }),
      F.unpoolingNd(y, [3, 2], { stride: [2, 1], pad: [1, 0] }),
      F.unpooling3d(z, 2),
    ],
    [normal(2, 2, 4), normal(1, 2, 3, 4), normal(1, 2, 2, 3, 2)],
  ],
  'ROI pooling': [
    (x, rois, images) => [
      F.roiMaxPooling2d(x, rois, images, [2, 3], 1),
      F.roiAveragePooling2d(x, rois, images, 2, 0.5),
    ],
    [normal(2, 2, 5, 6), ...corners()],
  ],
  roiPooling2d: [
    (x, rois) => F.roiPooling2d(x, rois, 2, 3, 0.5),
    [
      normal(2, 2, 5, 6),
      array([
        [0, 1, 1, 9, 8],
        [1, 2, 0, 4, 9],
      ]),
    ],
  ],
  'ROI align': [
    (x, rois, images) => [
      F.roiAverageAlign2d(x, rois, images, [2, 3], 1, { samplingRatio: 2 }),
      F.roiAverageAlign2d(x, rois, images, 2, 0.5),
      F.roiMaxAlign2d(x, rois, images, [2, 3], 1, { samplingRatio: [2, 1] }),
    ],
    [normal(2, 2, 5, 6), ...corners()],
  ],
  spatialTransformer: [
    (x, theta) => [
      F.spatialTransformerGrid(theta, [3, 4]),
      F.spatialTransformerSampler(x, F.spatialTransformerGrid(theta, [3, 4])),
    ],
    [normal(2, 3, 5, 6), normal(2, 2, 3)],
  ],
  fft: [(re, im) => [...F.fft([re, im]), ...F.ifft([re, im])], [normal(2, 3, 5), normal(2, 3, 5)]],
  'inverse, determinant': [
    (x, y) => [F.inv(x), F.det(x), F.batchInv(y), F.batchDet(y)],
    [normal(4, 4), normal(3, 3, 3)],
  ],
  cholesky: [
    (x) =>
      F.cholesky(
        F.add(
          F.matmul(x, x, { transb: true }),
          array([
            [0.1, 0, 0],
            [0, 0.1, 0],
            [0, 0, 0.1],
          ]),
        ),
      ),
    [normal(3, 4)],
  ],
  cumprod: [(x) => [F.cumprod(x), F.cumprod(x, { axis: 1 })], [normal(3, 5)]],
  diagonal: [(x) => [F.diagonal(x), F.diagonal(x, { offset: -1, axis1: 1, axis2: 2 })], [normal(3, 4, 5)]],
  asStrided: [(x) => F.asStrided(x, [2, 3], [1, 2]), [normal(3, 4)]],
  sparseMatmul: [
    (x, data) => {
      const sparse = new CooMatrix(data.array, integers([0, 1, 1, -1]), integers([2, 0, 2, -1]), [2, 3]);
      return [F.sparseMatmul(sparse, x), F.sparseMatmul(x, sparse, { transa: true, transb: true })];
    },
    [normal(3, 4), normal(4)],
  ],
  tensordot: [(x, y) => F.tensordot(x, y, { axes: 1 }), [normal(2, 3), normal(3, 4)]],
  batchMatmul: [(x, y) => F.batchMatmul(x, y, { transb: true }), [normal(2, 3, 4), normal(2, 5, 4)]],
  batchL2NormSquared: [(x) => F.batchL2NormSquared(x), [normal(3, 2, 2)]],
  'quotients and angles': [
    (x, y) => [F.arctan2(x, y), F.floordiv(x, y), F.squaredDifference(x, y)],
    [normal(3, 4), normal(3, 4)],
  ],
  'error functions': [
    (x, p) => [
      F.erfcx(x),
      F.ndtr(x),
      F.logNdtr(x),
      F.erfinv(F.sub(F.mul(p, 2), 1)),
      F.erfcinv(p),
      F.ndtri(p),
    ],
    [normal(3, 4), random.rand(3, 4).mul(0.9).add(0.05)],
  ],
  'gamma functions': [
    (x) => [F.lgamma(x), F.digamma(x), F.zeta(F.add(x, 1), x), F.polygamma(integers([0, 1, 2, 3]), x)],
    [positive(3, 4).mul(6)],
  ],
  scatterAdd: [
    (x, y) => [F.scatterAdd(x, [integers([0, 2, 0])], y), F.scatterAdd(x, 1, F.getItem(y, 0))],
    [normal(3, 4), normal(3, 4)],
  ],
  selectItem: [(x, t) => F.selectItem(x, t), [normal(3, 4), integers([1, 3, 0])]],
  copy: [
    (x, y) => [F.copy(x, x.array.device), ...F.broadcast(x, y), F.dstack([x, x]), F.flipud(x)],
    [normal(3, 4), normal(1, 4)],
  ],
  forget: [
    (x) => [F.forget((a) => F.tanh(F.add(a, 1)), x), ...F.forget((a) => [a, F.relu(a)], x)],
    [normal(3, 4)],
  ],
  upsampling2d: [
    (x, indices) => F.upsampling2d(x, indices.array, 2, { coverAll: false }),
    [normal(1, 1, 2, 2), integers([3, 0, 1, 2]).reshape([1, 1, 2, 2])],
  ],
  'rectifiers with slopes': [(x) => [F.prelu(x, v(4)), F.rrelu(x), F.relu6(x)], [normal(3, 4)]],
  'noise, which is off in test mode': [
    (x, y) => [
      F.zoneout(x, F.mul(y, 1)),
      F.simplifiedDropconnect(x, v(2, 4), v(2), { train: false } as never),
      F.gaussian(x, y, { eps: weights(3, 4) }),
    ],
    [normal(3, 4), normal(3, 4)],
  ],
  'normalization with given statistics': [
    (x) => [
      F.fixedBatchRenormalization(x, v(4), v(4), v(4), variances(4)),
      F.fixedDecorrelatedBatchNormalization(x, v(2, 2), v(2, 2, 2), { groups: 2 }),
    ],
    [normal(2, 4, 3)],
  ],
  'normalization by the batch': [
    (x) => [F.batchNormalization(x, v(4), v(4)), F.decorrelatedBatchNormalization(x, { groups: 2 })],
    [normal(5, 4, 3)],
  ],
  'sequences, one direction': [
    (h, c, x, y) => [
      ...flat(F.nStepRnn(1, 0, h, ...layer(1, 1), [x, y])),
      ...flat(F.nStepRnn(1, 0, h, ...layer(1, 1), [x, y], { activation: 'relu' })),
      ...flat(F.nStepGru(1, 0, h, ...layer(3, 1), [x, y])),
      ...flat2(F.nStepLstm(1, 0, h, c, ...layer(4, 1), [x, y])),
    ],
    [normal(1, 3, 2), normal(1, 3, 2), ...sequences()],
  ],
  'sequences, both directions': [
    (h, c, x, y) => [
      ...flat(F.nStepBirnn(1, 0, h, ...layer(1, 2), [x, y])),
      ...flat(F.nStepBigru(1, 0, h, ...layer(3, 2), [x, y])),
      ...flat2(F.nStepBilstm(1, 0, h, c, ...layer(4, 2), [x, y])),
    ],
    [normal(2, 3, 2), normal(2, 3, 2), ...sequences()],
  ],
};
