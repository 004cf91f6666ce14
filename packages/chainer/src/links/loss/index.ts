export { BinaryHierarchicalSoftmax, type BinaryTree } from './binary-hierarchical-softmax.ts';
export { BlackOut } from './black-out.ts';
export { CRF1d } from './crf1d.ts';
export { NegativeSampling } from './negative-sampling.ts';
