export { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
export { type BatchRenormalizationOptions, batchRenormalization } from './batch-renormalization.ts';
export {
  type DecorrelatedBatchNormalizationOptions,
  decorrelatedBatchNormalization,
} from './decorrelated-batch-normalization.ts';
export { type FixedBatchNormalizationOptions, fixedBatchNormalization } from './fixed-batch-normalization.ts';
export { fixedBatchRenormalization } from './fixed-batch-renormalization.ts';
export { fixedDecorrelatedBatchNormalization } from './fixed-decorrelated-batch-normalization.ts';
export { groupNormalization } from './group-normalization.ts';
export { layerNormalization } from './layer-normalization.ts';
export {
  type LocalResponseNormalizationOptions,
  localResponseNormalization,
} from './local-response-normalization.ts';
export { normalize } from './normalize.ts';
