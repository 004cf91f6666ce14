/** The package's entry in Node: everything of `index.ts`, on the best device. */
import './node-devices.ts';

export * from './index.ts';
