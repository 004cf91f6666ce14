import '../core/install.ts';

export * as caffe from './caffe.ts';
