export { averagePooling1d } from './average-pooling1d.ts';
export { averagePooling2d } from './average-pooling2d.ts';
export { averagePooling3d } from './average-pooling3d.ts';
export { averagePoolingNd, type AveragePoolingOptions } from './average-pooling-nd.ts';
export { maxPooling1d } from './max-pooling1d.ts';
export { maxPooling2d } from './max-pooling2d.ts';
export { maxPooling3d } from './max-pooling3d.ts';
export { maxPoolingNd, type MaxPoolingOptions } from './max-pooling-nd.ts';
