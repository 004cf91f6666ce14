export { BatchNormalization, type BatchNormalizationLinkOptions } from './batch-normalization.ts';
export { BatchRenormalization, type BatchRenormalizationLinkOptions } from './batch-renormalization.ts';
export {
  DecorrelatedBatchNormalization,
  type DecorrelatedBatchNormalizationLinkOptions,
} from './decorrelated-batch-normalization.ts';
export { GroupNormalization } from './group-normalization.ts';
export { LayerNormalization } from './layer-normalization.ts';
