import { Variable } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import type { Case } from './catalogue.testing.ts';
import { integers, normal, positive, weights } from './catalogue-values.testing.ts';

const v = (...shape: number[]): Variable => new Variable(weights(...shape));
const labels = () => integers([0, 1, 2, 1]);

/** Losses and evaluation. */
export const losses: Readonly<Record<string, Case>> = {
  'distances and hinges': [
    (x, y) => [
      F.absoluteError(x, y),
      F.triplet(x, y, F.neg(x)),
      F.crossCovariance(x, y),
      F.crossCovariance(x, y, { reduce: 'no' }),
      F.decov(x),
    ],
    [normal(4, 3), normal(4, 3)],
  ],
  'softmaxCrossEntropy of distributions': [
    (x, t) => [
      F.softmaxCrossEntropy(x, t),
      F.softmaxCrossEntropy(x, t, { softTargetLoss: 'kl-divergence', reduce: 'no' }),
    ],
    [normal(4, 3), positive(4, 3)],
  ],
  hinge: [(x, t) => [F.hinge(x, t), F.hinge(x, t, { norm: 'L2', reduce: 'no' })], [normal(4, 3), labels()]],
  contrastive: [(x, y, t) => F.contrastive(x, y, t), [normal(4, 3), normal(4, 3), integers([0, 1, 1, 0])]],
  crf1d: [
    (cost, x, y, s, t) => [F.crf1d(cost, [x, y], [s, t]), F.argmaxCrf1d(cost, [x, y])[0]],
    [normal(3, 3), normal(3, 3), normal(2, 3), integers([0, 2, 1]), integers([1, 0])],
  ],
  accuracy: [(x, t) => [F.accuracy(x, t), F.accuracy(x, t, { ignoreLabel: 1 })], [normal(4, 3), labels()]],
  binaryAccuracy: [(x, t) => F.binaryAccuracy(x, t), [normal(4), integers([0, 1, -1, 1])]],
  r2Score: [
    (x, y) => [F.r2Score(x, y), F.r2Score(x, y, null, { multioutput: 'raw_values' })],
    [normal(4, 3), normal(4, 3)],
  ],
  blackOut: [
    (x, t, samples) => F.blackOut(x, t, v(5, 3), samples),
    [
      normal(2, 3),
      integers([0, 3]),
      integers([
        [1, 2],
        [4, 0],
      ]),
    ],
  ],
};
