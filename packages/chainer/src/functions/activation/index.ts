export { relu } from './relu.ts';
export { logSoftmax, softmax } from './softmax.ts';
