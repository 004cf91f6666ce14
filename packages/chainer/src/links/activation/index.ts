export { Maxout, type MaxoutOptions } from './maxout.ts';
export { PReLU } from './prelu.ts';
export { SimplifiedDropconnect, type SimplifiedDropconnectLinkOptions } from './simplified-dropconnect.ts';
export { Swish } from './swish.ts';
