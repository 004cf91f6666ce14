import './install-reading.ts';
import { putMethods } from './methods/put.ts';
import { type ArrayMethods, arrayMethods } from './methods.ts';

// The one place where methods that calculate meet the class. Classes below know nothing of the functions above them, and programs that
// import functions and not this module have only those.
for (const group of arrayMethods) putMethods(group);

declare module './core/ndarray.ts' {
  interface NdArray extends ArrayMethods {}
}
