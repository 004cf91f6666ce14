export { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
export { fixedBatchNormalization } from './fixed-batch-normalization.ts';
export { groupNormalization } from './group-normalization.ts';
export { layerNormalization } from './layer-normalization.ts';
export { normalize } from './normalize.ts';
