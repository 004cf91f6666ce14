export { type DropoutOptions, dropout } from './dropout.ts';
export { type GaussianOptions, gaussian } from './gaussian.ts';
export { type GumbelSoftmaxOptions, gumbelSoftmax } from './gumbel-softmax.ts';
export { type SimplifiedDropconnectOptions, simplifiedDropconnect } from './simplified-dropconnect.ts';
export { zoneout } from './zoneout.ts';
