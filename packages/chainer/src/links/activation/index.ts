export { Maxout, type MaxoutOptions } from './maxout.ts';
export { PReLU } from './prelu.ts';
export { Swish } from './swish.ts';
