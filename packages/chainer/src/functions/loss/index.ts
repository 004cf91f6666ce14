export { absoluteError } from './absolute-error.ts';
export { argmaxCrf1d } from './argmax-crf1d.ts';
export { blackOut } from './black-out.ts';
export {
  type CTCOptions,
  connectionistTemporalClassification,
} from './connectionist-temporal-classification.ts';
export { type ContrastiveOptions, contrastive } from './contrastive.ts';
export { crf1d } from './crf1d.ts';
export { type CovarianceOptions, crossCovariance, decov } from './cross-covariance.ts';
export {
  type DiscriminativeLossOptions,
  discriminativeMarginBasedClusteringLoss,
} from './discriminative-margin-based-clustering-loss.ts';
export { type HingeOptions, hinge } from './hinge.ts';
export { type HuberLossOptions, huberLoss } from './huber-loss.ts';
export { meanAbsoluteError } from './mean-absolute-error.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export {
  bernoulliNll,
  gaussianKlDivergence,
  gaussianNll,
  type LikelihoodOptions,
} from './negative-log-likelihood.ts';
export { type NegativeSamplingOptions, negativeSampling, type Sampler } from './negative-sampling.ts';
export { type SigmoidCrossEntropyOptions, sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from './softmax-cross-entropy.ts';
export { squaredDifference, squaredError } from './squared-error.ts';
export { type TripletOptions, triplet } from './triplet.ts';
