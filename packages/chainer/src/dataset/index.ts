export {
  type Batch,
  type Converter,
  type ConverterOptions,
  concatExamples,
  type Padding,
} from './concat-examples.ts';
export type { Dataset } from './dataset.ts';
export { DatasetMixin } from './dataset-mixin.ts';
export {
  cachedDownload,
  cacheOrLoadFile,
  getDatasetDirectory,
  getDatasetRoot,
  setDatasetRoot,
} from './download.ts';
export { toDevice } from './to-device.ts';
