import { putMethods } from './methods/put.ts';
import { readingMethods } from './methods/reading.ts';

// Every entry of the package begins with this: arrays can be read in every program.
putMethods(readingMethods);
