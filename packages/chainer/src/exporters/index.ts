export * as caffe from './caffe.ts';
