export { type CifarOptions, getCifar10, getCifar100 } from './cifar.ts';
export { ConcatenatedDataset } from './concatenated-dataset.ts';
export { DictDataset } from './dict-dataset.ts';
export {
  ImageDataset,
  type ImageDatasetOptions,
  type LabeledImage,
  LabeledImageDataset,
  type LabeledImageDatasetOptions,
} from './image-dataset.ts';
export {
  getFashionMnist,
  getFashionMnistLabels,
  getKuzushijiMnist,
  getKuzushijiMnistLabels,
  getMnist,
  type MnistOptions,
} from './mnist.ts';
export {
  openPickleDataset,
  openPickleDatasetWriter,
  PickleDataset,
  PickleDatasetWriter,
} from './pickle-dataset.ts';
export { getPtbWords, getPtbWordsVocabulary } from './ptb.ts';
export {
  getCrossValidationDatasets,
  getCrossValidationDatasetsRandom,
  SubDataset,
  splitDataset,
  splitDatasetN,
  splitDatasetNRandom,
  splitDatasetRandom,
} from './sub-dataset.ts';
export { getSvhn, type SvhnOptions } from './svhn.ts';
export { TextDataset, type TextDatasetOptions } from './text-dataset.ts';
export { TransformDataset } from './transform-dataset.ts';
export { type Column, TupleDataset } from './tuple-dataset.ts';
export {
  LabeledZippedImageDataset,
  type LabeledZippedImageDatasetOptions,
  MultiZippedImageDataset,
  ZippedImageDataset,
  type ZippedImageDatasetOptions,
} from './zipped-image-dataset.ts';
