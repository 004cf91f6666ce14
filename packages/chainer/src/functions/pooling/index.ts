export { type AveragePoolingOptions, averagePoolingNd } from './average-pooling-nd.ts';
export { averagePooling1d } from './average-pooling1d.ts';
export { averagePooling2d } from './average-pooling2d.ts';
export { averagePooling3d } from './average-pooling3d.ts';
export { type MaxPoolingOptions, maxPoolingNd } from './max-pooling-nd.ts';
export { maxPooling1d } from './max-pooling1d.ts';
export { maxPooling2d } from './max-pooling2d.ts';
export { maxPooling3d } from './max-pooling3d.ts';
