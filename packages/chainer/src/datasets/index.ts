export { ConcatenatedDataset } from './concatenated-dataset.ts';
export { DictDataset } from './dict-dataset.ts';
export {
  getFashionMnist,
  getFashionMnistLabels,
  getKuzushijiMnist,
  getKuzushijiMnistLabels,
  getMnist,
  type MnistOptions,
} from './mnist.ts';
export {
  getCrossValidationDatasets,
  getCrossValidationDatasetsRandom,
  SubDataset,
  splitDataset,
  splitDatasetN,
  splitDatasetNRandom,
  splitDatasetRandom,
} from './sub-dataset.ts';
export { TransformDataset } from './transform-dataset.ts';
export { type Column, TupleDataset } from './tuple-dataset.ts';
