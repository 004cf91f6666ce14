export { CaffeFunction } from './caffe-function.ts';
