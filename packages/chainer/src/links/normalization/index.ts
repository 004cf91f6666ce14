export { BatchNormalization, type BatchNormalizationLinkOptions } from './batch-normalization.ts';
export { GroupNormalization } from './group-normalization.ts';
export { LayerNormalization } from './layer-normalization.ts';
